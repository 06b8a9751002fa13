/** Large values as commands, written while other commands change them. */
import { describe, expect, test } from 'bun:test';
import { TimeBudget } from '../../../src/keyspace/time-budget.ts';
import { CommandSnapshot } from '../../../src/persistence/aof/command-snapshot.ts';
import { FunctionLibraries } from '../../../src/persistence/function-libraries.ts';
import { RdbOutput } from '../../../src/persistence/rdb/output.ts';
import { SlicedSnapshot, separateStore } from '../../../src/persistence/snapshot.ts';
import { Bench } from '../../commands/bench.ts';
import { Random } from '../../peers/generators/random.ts';
import { replay } from './commands.ts';

/** As many elements as make a value large, and some more. */
const COUNT = 2200;

function digest(bench: Bench): string {
  bench.server.configuration.assign('enable-debug-command', ['yes']);
  return bench.run('DEBUG', 'DIGEST');
}

/** Large values of all types, in several databases. */
function fill(bench: Bench): void {
  const numbers = Array.from({ length: COUNT }, (_, number) => number);
  for (let database = 0; database < 2; database++) {
    bench.run('SELECT', database);
    bench.run('HSET', 'hash', ...numbers.flatMap((number) => [`f${number}`, `v${number}`]));
    bench.run('HSET', 'mortal', ...numbers.flatMap((number) => [`f${number}`, `v${number}`]));
    const some = numbers.slice(0, 400).map((number) => `f${number}`);
    bench.run('HEXPIRE', 'mortal', 10_000, 'FIELDS', some.length, ...some);
    bench.run('SADD', 'set', ...numbers.map((number) => `f${number}`));
    bench.run('ZADD', 'sorted', ...numbers.flatMap((number) => [number / 3, `f${number}`]));
    bench.run('RPUSH', 'list', ...numbers.map((number) => `element ${number}`));
    for (const number of numbers) bench.run('XADD', 'stream', number + 1, 'field', `value ${number}`);
    bench.run('XGROUP', 'CREATE', 'stream', 'group', 0);
    bench.run('XREADGROUP', 'GROUP', 'group', 'me', 'COUNT', 100, 'STREAMS', 'stream', '>');
    bench.run('EXPIRE', 'sorted', 1000);
    bench.run('EXPIRE', 'list', 1000);
    bench.run('SET', 'small', 'x');
  }
}

function change(bench: Bench, random: Random): void {
  const number = random.below(COUNT + 500);
  bench.run('SELECT', random.below(2));
  bench.run(
    ...random.pick<(string | number)[]>([
      ['HSET', 'hash', `f${number}`, 'another'],
      ['HDEL', 'hash', `f${number}`, `f${number + 1}`],
      ['HEXPIRE', 'mortal', 20_000, 'FIELDS', 1, `f${number % 600}`],
      ['HPERSIST', 'mortal', 'FIELDS', 1, `f${number % 400}`],
      ['SADD', 'set', `f${number}`],
      ['SREM', 'set', `f${number}`],
      ['ZADD', 'sorted', random.below(100), `f${number}`],
      ['ZPOPMIN', 'sorted', 9],
      ['PERSIST', 'sorted'],
      ['APPEND', 'small', 'y'],
    ]),
  );
  if (random.chance(0.02))
    bench.run(
      ...random.pick<(string | number)[]>([
        ['LPUSH', 'list', 'more'],
        ['XADD', 'stream', '*', 'field', 'more'],
        ['DEL', random.pick(['hash', 'mortal', 'set', 'sorted', 'list', 'stream'])],
        ['RENAME', 'hash', 'mortal'],
        ['RENAME', 'set', 'other'],
        ['COPY', 'hash', 'copy', 'REPLACE'],
        ['FLUSHDB'],
      ]),
    );
}

class Writing {
  readonly bench = new Bench();
  readonly chunks: Buffer[] = [];
  readonly snapshot: SlicedSnapshot;
  readonly #budget: TimeBudget;
  readonly before: string;

  constructor() {
    const { bench } = this;
    fill(bench);
    this.before = digest(bench);
    const exchange = (chunk: Uint8Array, length: number): Uint8Array => {
      this.chunks.push(Buffer.from(chunk.subarray(0, length)));
      return chunk.fill(0xdd);
    };
    const output = new RdbOutput({ exchange }, new Uint8Array(500), { compress: false, checksum: false });
    const { keyspace } = bench;
    const store = separateStore(keyspace);
    const format = new CommandSnapshot(keyspace, store, output, new FunctionLibraries(), 1_800_000_000);
    this.snapshot = new SlicedSnapshot(keyspace, format);
    let time = 0;
    this.#budget = new TimeBudget(() => time++);
  }

  /** Writes a piece; returns whether there are more. */
  step(): boolean {
    this.#budget.start(1);
    return this.snapshot.run(this.#budget);
  }

  verify(): void {
    const { bench } = this;
    bench.verify();
    expect(bench.keyspace.preserver).toBeNull();
    expect(bench.keyspace.arena.tableWatchers.isEmpty).toBe(true);
    bench.run('FLUSHALL');
    while (bench.keyspace.lazyFree.runOnce());
    bench.verifyEmptied();
  }
}

describe('a snapshot in commands', () => {
  test.each([1, 2, 3])(
    'has large values as they were at its start, whatever happens to them (%d)',
    (seed) => {
      const writing = new Writing();
      const random = new Random(seed);
      let steps = 0;
      while (writing.step()) {
        steps++;
        for (let count = random.below(4); count > 0; count--) change(writing.bench, random);
      }
      // No piece is more than a small part of it all.
      expect(steps).toBeGreaterThan(100);
      const file = Buffer.concat(writing.chunks);
      expect(file.toString('latin1', 0, 16)).toBe('#TS:1800000000\r\n');
      const other = new Bench({ checked: false });
      expect(replay(other, file.subarray(16))).toEqual([]);
      expect(digest(other)).toBe(writing.before);
      writing.verify();
    },
  );

  test.each([1, 2])('leaves nothing behind when it is given up (%d)', (seed) => {
    const writing = new Writing();
    const random = new Random(seed);
    for (let steps = 20 + 60 * seed; steps > 0; steps--) {
      writing.step();
      change(writing.bench, random);
    }
    writing.snapshot.cancel();
    while (writing.step()) change(writing.bench, random);
    writing.verify();
  });
});
