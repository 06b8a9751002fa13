import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Bench, bulk, WRONG_TYPE } from '../bench.ts';

const NOT_AN_INTEGER = '-ERR value is not an integer or out of range\r\n';
const NOT_A_FLOAT = '-ERR value is not a valid float\r\n';
const OVERFLOW = '-ERR increment or decrement would overflow\r\n';
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

const int64 = fc.oneof(
  fc.bigInt({ min: INT64_MIN, max: INT64_MAX }),
  fc.bigInt({ min: -(2n ** 54n), max: 2n ** 54n }),
  fc.integer({ min: -20, max: 20 }).map(BigInt),
  fc.constantFrom(2n ** 53n, -(2n ** 53n), 2n ** 53n - 1n, 2n ** 32n, -(2n ** 32n), INT64_MAX, INT64_MIN),
);

describe('INCR, DECR, INCRBY and DECRBY', () => {
  test('add 64-bit integers exactly, or not at all', () => {
    fc.assert(
      fc.property(int64, fc.array(fc.tuple(fc.boolean(), int64)), (first, steps) => {
        const bench = new Bench();
        let value = first;
        bench.run('SET', 'key', value);
        for (const [adds, amount] of steps) {
          const sum = adds ? value + amount : value - amount;
          const fits = BigInt.asIntN(64, sum) === sum;
          const reply = bench.run(adds ? 'INCRBY' : 'DECRBY', 'key', amount);
          if (!adds && amount === INT64_MIN) expect(reply).toBe('-ERR decrement would overflow\r\n');
          else expect(reply).toBe(fits ? `:${sum}\r\n` : OVERFLOW);
          if (reply.startsWith(':')) value = sum;
          expect(bench.run('GET', 'key')).toBe(bulk(String(value)));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('start from 0, keep the expiry, and stop at the ends', () => {
    const bench = new Bench();
    expect(bench.runLines('INCR key')).toBe(':1\r\n');
    expect(bench.runLines('DECR other')).toBe(':-1\r\n');
    expect(bench.runLines('EXPIRE key 100', 'INCRBY key 41', 'TTL key')).toBe(':100\r\n');
    expect(bench.run('GET', 'key')).toBe(bulk('42'));
    bench.run('SET', 'key', INT64_MAX);
    expect(bench.runLines('INCR key')).toBe(OVERFLOW);
    expect(bench.runLines('DECR key')).toBe(`:${INT64_MAX - 1n}\r\n`);
    bench.run('SET', 'key', INT64_MIN);
    expect(bench.runLines('DECR key')).toBe(OVERFLOW);
    bench.verifyEmptied();
  });

  test.each(['v', '', ' 1', '1 ', '01', '+1', '-0', '1.0', '9223372036854775808', '1'.repeat(50)])(
    'refuse %p',
    (text) => {
      const bench = new Bench();
      bench.run('SET', 'key', text);
      expect(bench.run('INCR', 'key')).toBe(NOT_AN_INTEGER);
      expect(bench.run('INCRBY', 'none', text)).toBe(NOT_AN_INTEGER);
      expect(bench.run('EXISTS', 'none')).toBe(':0\r\n');
      expect(bench.run('GET', 'key')).toBe(bulk(text));
    },
  );

  test('refuse other types', () => {
    const bench = new Bench();
    bench.runLines('XADD key 1-1 field value');
    for (const line of ['INCR key', 'DECRBY key 1', 'INCRBYFLOAT key 1'])
      expect(bench.runLines(line)).toBe(WRONG_TYPE);
  });
});

describe('INCRBYFLOAT', () => {
  test('adds in extended precision, and writes no exponent', () => {
    const bench = new Bench();
    const cases = [
      ['0.1', '0.1'],
      ['0.2', '0.3'],
      ['-0.3', '0'],
      ['5.0e3', '5000'],
      ['-1e-5', '4999.99998999999999993'],
      ['1e17', '100000000000005000'],
    ];
    for (const [amount, sum] of cases) {
      expect([amount, bench.run('INCRBYFLOAT', 'key', amount!)]).toEqual([amount, bulk(sum!)]);
      expect(bench.run('GET', 'key')).toBe(bulk(sum!));
    }
    bench.verifyEmptied();
  });

  test('refuses what is no finite number', () => {
    const bench = new Bench();
    bench.runLines('SET key 1.5', 'SET text v');
    const infinite = '-ERR increment would produce NaN or Infinity\r\n';
    expect(bench.runLines('INCRBYFLOAT key x')).toBe(NOT_A_FLOAT);
    expect(bench.runLines('INCRBYFLOAT text 1')).toBe(NOT_A_FLOAT);
    expect(bench.run('INCRBYFLOAT', 'key', ' 1')).toBe(NOT_A_FLOAT);
    expect(bench.runLines('INCRBYFLOAT key inf')).toBe(infinite);
    expect(bench.runLines('INCRBYFLOAT key nan')).toBe(NOT_A_FLOAT);
    expect(bench.run('GET', 'key')).toBe(bulk('1.5'));
  });
});
