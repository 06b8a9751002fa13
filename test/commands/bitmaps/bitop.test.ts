import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Bench, bulk } from '../bench.ts';

/** Operations as functions of the bits of all sources at one place. */
const models: Readonly<Record<string, (bits: readonly number[]) => boolean>> = {
  AND: (bits) => bits.every((bit) => bit === 1),
  OR: (bits) => bits.includes(1),
  XOR: (bits) => bits.filter((bit) => bit === 1).length % 2 === 1,
  DIFF: ([x, ...others]) => x === 1 && !others.includes(1),
  DIFF1: ([x, ...others]) => x === 0 && others.includes(1),
  ANDOR: ([x, ...others]) => x === 1 && others.includes(1),
  ONE: (bits) => bits.filter((bit) => bit === 1).length === 1,
};

function combined(model: (bits: readonly number[]) => boolean, sources: readonly Uint8Array[]): Uint8Array {
  const length = Math.max(...sources.map((source) => source.length));
  const result = new Uint8Array(length);
  for (let place = 0; place < length * 8; place++) {
    const bits = sources.map((source) => ((source[place >> 3] ?? 0) >> (7 - (place & 7))) & 1);
    if (model(bits)) result[place >> 3]! |= 0x80 >> (place & 7);
  }
  return result;
}

const source = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  // Longer than what is combined at a time, and than what is kept inside a record.
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.integer({ min: 8000, max: 20_000 }))
    .map(([pattern, length]) => Uint8Array.from({ length }, (_, i) => pattern[i % pattern.length]!)),
);

describe('BITOP', () => {
  for (const [operation, model] of Object.entries(models)) {
    test(`${operation} combines sources bit by bit`, () => {
      const bench = new Bench();
      fc.assert(
        fc.property(
          fc.array(source, { minLength: 2, maxLength: 4 }),
          fc.nat({ max: 4 }),
          (sources, target) => {
            bench.run('FLUSHALL');
            for (const [i, bytes] of sources.entries()) bench.run('SET', `key${i}`, bytes);
            const expected = combined(model, sources);
            const names = sources.map((_, i) => `key${i}`);
            expect(bench.run('BITOP', operation, `key${target}`, ...names)).toBe(`:${expected.length}\r\n`);
            if (expected.length > 0)
              expect(bench.run('GET', `key${target}`)).toBe(bulk(Buffer.from(expected).toString('latin1')));
            else expect(bench.run('EXISTS', `key${target}`)).toBe(':0\r\n');
          },
        ),
        { numRuns: 20 },
      );
      bench.verifyEmptied();
    });
  }

  test('checks how many sources there are', () => {
    const bench = new Bench();
    for (const operation of ['DIFF', 'diff1', 'ANDOR'])
      expect(bench.run('BITOP', operation, 'to', 'a')).toBe(
        `-ERR BITOP ${operation.toUpperCase()} must be called with at least two source keys.\r\n`,
      );
    expect(bench.run('BITOP', 'ONE', 'to', 'a')).toBe(':0\r\n');
    expect(bench.run('BITOP', 'NOT', 'to', 'a', 'b')).toBe(
      '-ERR BITOP NOT must be called with a single source key.\r\n',
    );
    expect(bench.run('BITOP', 'NEITHER', 'to', 'a', 'b')).toBe('-ERR syntax error\r\n');
  });

  test('takes the expiry away and tells of the change', () => {
    const bench = new Bench();
    bench.runLines('SET to x EX 100', 'SET a abc', 'BITOP NOT to a');
    expect(bench.runLines('TTL to')).toBe(':-1\r\n');
    expect(bench.runLines('OBJECT ENCODING to')).toBe(bulk('raw'));
    bench.takeEvents();
    bench.runLines('BITOP AND to missing');
    expect(bench.takeEvents()).toEqual(['del to']);
  });
});

describe('bits', () => {
  test('that do not change are no event', () => {
    const bench = new Bench();
    bench.runLines('SETBIT a 7 1', 'SETBIT a 7 1', 'BITFIELD a GET u8 0', 'BITFIELD a SET u8 0 1');
    expect(bench.takeEvents()).toEqual(['setbit a']);
    expect(bench.takePropagated()).toEqual(['SETBIT a 7 1']);
    bench.runLines('BITFIELD a SET u8 0 2 SET u8 0 2 INCRBY u8 0 1');
    expect(bench.takeEvents()).toEqual(['setbit a']);
    bench.verifyEmptied();
  });

  test('of integers and short strings may be written', () => {
    const bench = new Bench();
    bench.runLines('SET n 100', 'SETBIT n 23 0');
    expect(bench.runLines('OBJECT ENCODING n')).toBe(bulk('raw'));
    expect(bench.runLines('GET n')).toBe(bulk('100'));
    bench.runLines('SETBIT n 100000 1');
    expect(bench.runLines('STRLEN n')).toBe(':12501\r\n');
    expect(bench.runLines('BITPOS n 1 4')).toBe(':100000\r\n');
    bench.verifyEmptied();
  });

  test('BITCOUNT may leave the end out, as Valkey does', () => {
    const bench = new Bench();
    bench.runLines('SET a foobar');
    expect(bench.runLines('BITCOUNT a 1')).toBe(':22\r\n');
  });
});
