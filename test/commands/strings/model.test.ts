import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { BENCH_START, Bench, type Word } from '../bench.ts';
import { StringModel } from './model.ts';

/** Keys of which some have long names, for records of both shapes. */
const key = fc.constantFrom('a', 'b', 'c', 'k'.repeat(300));
const bytes = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    '007',
    '42',
    '9223372036854775807',
    '-9223372036854775808',
    '9007199254740993',
  ),
  fc.constantFrom(1, 20, 44, 45, 100, 255, 256, 4000, 40_000).map((length) => 'v'.repeat(length)),
  fc.uint8Array({ maxLength: 30 }).map((codes) => String.fromCharCode(...codes)),
);
const amount = fc.oneof(
  fc.integer({ min: -10, max: 10 }).map(BigInt),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);
const place = fc.integer({ min: -60, max: 60 });
const seconds = fc.integer({ min: 1, max: 20 });
const pairs = fc.array(fc.tuple(key, bytes), { minLength: 1, maxLength: 4 }).map((list) => list.flat());

const command: fc.Arbitrary<Word[]> = fc.oneof(
  fc.tuple(fc.constant('SET'), key, bytes),
  fc.tuple(fc.constant('SET'), key, bytes, fc.constant('EX'), seconds),
  fc.tuple(fc.constantFrom('GET', 'STRLEN', 'GETDEL', 'GETEX', 'PEXPIRETIME'), key),
  fc.tuple(fc.constant('GETRANGE'), key, place, place),
  fc.tuple(fc.constantFrom('GETSET', 'SETNX', 'APPEND'), key, bytes),
  fc.tuple(fc.constant('GETEX'), key, fc.constantFrom('EX', 'PX'), seconds),
  fc.tuple(fc.constant('GETEX'), key, fc.constant('PERSIST')),
  fc.tuple(fc.constant('SETRANGE'), key, fc.constantFrom(0, 1, 30, 44, 300, 5000, 70_000), bytes),
  fc.tuple(fc.constant('INCRBY'), key, amount),
  fc.tuple(fc.constantFrom('MSET', 'MSETNX'), pairs).map(([name, words]) => [name, ...words]),
  fc.array(key, { minLength: 1, maxLength: 5 }).map((keys) => ['MGET', ...keys]),
);
/** A command, or milliseconds that pass. */
const step = fc.oneof(
  { weight: 9, arbitrary: command },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 9000 }) },
);

const OUT_OF_MEMORY = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
const HALF_GIBIBYTE = 2 ** 29;

/** Takes all memory but about `left` bytes; gives back what takes it. */
function exhaust(bench: Bench, left: number): () => void {
  const { arena } = bench.keyspace;
  const taken: number[] = [];
  for (let size = HALF_GIBIBYTE; size >= left; ) {
    try {
      taken.push(arena.allocate(size));
    } catch {
      size /= 2;
    }
  }
  return () => {
    for (const block of taken) arena.free(block);
  };
}

describe('strings', () => {
  test('are what a map of strings is', () => {
    fc.assert(
      fc.property(fc.array(step, { size: '+1' }), (steps) => {
        const bench = new Bench();
        const model = new StringModel(BENCH_START);
        for (const next of steps) {
          if (typeof next === 'number') {
            bench.now += next;
            model.now += next;
            continue;
          }
          expect([next, bench.run(...next)]).toEqual([next, model.run(next)]);
        }
        bench.verifyEmptied();
      }),
      { numRuns: 120 },
    );
  });

  test('stay as they were when there is no memory for a command', () => {
    let refused = 0;
    let done = 0;
    fc.assert(
      fc.property(
        fc.array(command, { size: '+1' }),
        fc.array(command, { size: '+1' }),
        fc.constantFrom(2 ** 17, 2 ** 14, 2 ** 12),
        (before, after, left) => {
          const bench = new Bench({ segmentsMax: 1 });
          const model = new StringModel(BENCH_START);
          for (const next of before) expect(bench.run(...next)).toBe(model.run(next));
          const giveBack = exhaust(bench, left);
          for (const next of after) {
            const dirty = bench.keyspace.dirty;
            const reply = bench.run(...next);
            if (reply !== OUT_OF_MEMORY) {
              done++;
              expect([next, reply]).toEqual([next, model.run(next)]);
              continue;
            }
            refused++;
            expect([next, bench.keyspace.dirty]).toEqual([next, dirty]);
            for (const name of ['a', 'b', 'c', 'k'.repeat(300)]) {
              for (const reader of ['GET', 'PEXPIRETIME'])
                expect([next, bench.run(reader, name)]).toEqual([next, model.run([reader, name])]);
            }
          }
          giveBack();
          bench.verifyEmptied();
        },
      ),
      { numRuns: 100 },
    );
    expect([refused > 100, done > 100]).toEqual([true, true]);
  });
});
