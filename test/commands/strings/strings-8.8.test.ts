/** INCREX, which Redis 8.8 has brought. */
import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { array, BENCH_START, Bench, bulk, WRONG_TYPE } from '../bench.ts';

const SYNTAX = '-ERR syntax error\r\n';
const NOT_AN_INTEGER = '-ERR value is not an integer or out of range\r\n';
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

const pair = (value: number | bigint, applied: number | bigint): string =>
  array(`:${value}\r\n`, `:${applied}\r\n`);
const fractionPair = (value: string, applied: string): string => array(bulk(value), bulk(applied));

function expectReplies(bench: Bench, cases: readonly (readonly [string, string])[]): void {
  for (const [line, reply] of cases) expect([line, bench.runLines(line)]).toEqual([line, reply]);
}

function clamped(value: bigint, lower: bigint, upper: bigint): bigint {
  if (value < lower) return lower;
  return value > upper ? upper : value;
}

describe('INCREX', () => {
  test('counts by one, by a number, or by a fraction', () => {
    const bench = new Bench();
    expectReplies(bench, [
      ['INCREX key', pair(1, 1)],
      ['INCREX key BYINT 5', pair(6, 5)],
      ['INCREX key byint -10', pair(-4, -10)],
      ['INCREX key BYFLOAT 0.5', fractionPair('-3.5', '0.5')],
      ['INCREX key', NOT_AN_INTEGER],
      ['GET key', bulk('-3.5')],
    ]);
    bench.verifyEmptied();
  });

  test('out of bounds, does nothing or stops there', () => {
    const bench = new Bench();
    expectReplies(bench, [
      ['SET key 8 EX 100', '+OK\r\n'],
      ['INCREX key BYINT 5 UBOUND 10', pair(8, 0)],
      ['INCREX key BYINT 5 UBOUND 10 EX 5', pair(8, 0)],
      ['TTL key', ':100\r\n'],
      ['INCREX key BYINT 5 UBOUND 10 SATURATE', pair(10, 2)],
      ['INCREX key UBOUND 10', pair(10, 0)],
      ['INCREX key BYINT -30 LBOUND -5', pair(10, 0)],
      ['INCREX key BYINT -30 LBOUND -5 SATURATE', pair(-5, -15)],
      ['INCREX key BYFLOAT 7.5 UBOUND 1.25 SATURATE', fractionPair('1.25', '6.25')],
      ['INCREX none LBOUND 5', pair(0, 0)],
      ['EXISTS none', ':0\r\n'],
    ]);
  });

  test('sets, keeps or removes the expiry', () => {
    const bench = new Bench();
    expectReplies(bench, [
      ['INCREX key EX 10', pair(1, 1)],
      ['TTL key', ':10\r\n'],
      ['INCREX key', pair(2, 1)],
      ['TTL key', ':10\r\n'],
      ['INCREX key EX 20 ENX', pair(3, 1)],
      ['TTL key', ':10\r\n'],
      ['INCREX key PX 20000', pair(4, 1)],
      ['TTL key', ':20\r\n'],
      ['INCREX key PERSIST', pair(5, 1)],
      ['TTL key', ':-1\r\n'],
      [`INCREX key ENX EXAT ${BENCH_START / 1000 + 30}`, pair(6, 1)],
      ['TTL key', ':30\r\n'],
      [`INCREX key PXAT ${BENCH_START + 7}`, pair(7, 1)],
      ['PTTL key', ':7\r\n'],
      ['INCREX key EXAT 1', pair(8, 1)],
      ['EXISTS key', ':0\r\n'],
    ]);
    bench.verifyEmptied();
  });

  test('goes to replicas as what has become of the key', () => {
    const bench = new Bench();
    bench.runLines(
      'INCREX key EX 10',
      'INCREX key',
      'INCREX key PERSIST',
      'INCREX key UBOUND 1',
      'INCREX key PXAT 1',
    );
    expect(bench.takePropagated()).toEqual([
      `SET key 1 PXAT ${BENCH_START + 10_000}`,
      'SET key 2 KEEPTTL',
      'SET key 3',
      'DEL key',
    ]);
    expect(bench.takeEvents()).toEqual([
      ...['incrby key', 'expire key', 'incrby key', 'incrby key', 'persist key', 'del key'],
    ]);
  });

  test('refuses what it cannot read, and changes nothing', () => {
    const bench = new Bench();
    bench.runLines('SET key 1', 'SET text v', 'XADD stream 1-1 field value');
    bench.takeEvents();
    const overflow = '-ERR increment or decrement would overflow\r\n';
    expectReplies(bench, [
      ['INCREX key BYINT', SYNTAX],
      ['INCREX key BYINT 1 BYFLOAT 1', SYNTAX],
      ['INCREX key BYINT 1 BYINT 1', SYNTAX],
      ['INCREX key UBOUND 1 UBOUND 2', SYNTAX],
      ['INCREX key SATURATE SATURATE', SYNTAX],
      ['INCREX key what', SYNTAX],
      ['INCREX key KEEPTTL', SYNTAX],
      ['INCREX key EX 1 PERSIST', SYNTAX],
      ['INCREX key PERSIST ENX', SYNTAX],
      ['INCREX key ENX', '-ERR ENX flag requires an expiration\r\n'],
      ['INCREX key EX 0', "-ERR invalid expire time in 'increx' command\r\n"],
      ['INCREX key BYINT 1.5', NOT_AN_INTEGER],
      ['INCREX key UBOUND x', NOT_AN_INTEGER],
      ['INCREX key BYFLOAT x', '-ERR value is not a valid float\r\n'],
      ['INCREX key LBOUND 2 UBOUND 1', "-ERR LBOUND can't be greater than UBOUND\r\n"],
      ['INCREX text', NOT_AN_INTEGER],
      ['INCREX text BYFLOAT 1', '-ERR value is not a valid float\r\n'],
      ['INCREX stream', WRONG_TYPE],
    ]);
    expect(bench.takeEvents()).toEqual([]);
    expect(bench.run('GET', 'key')).toBe(bulk('1'));
    // Beyond the range of integers there is no bound to be told, unless the count may stop at it.
    expect(bench.run('INCREX', 'key', 'BYINT', INT64_MAX)).toBe(pair(1, 0));
    expect(bench.run('INCREX', 'key', 'BYINT', INT64_MAX, 'SATURATE')).toBe(pair(INT64_MAX, INT64_MAX - 1n));
    expect(bench.run('INCREX', 'key', 'BYINT', INT64_MIN, 'UBOUND', INT64_MIN, 'SATURATE')).toBe(overflow);
  });

  test('stays within its bounds', () => {
    const number = fc.bigInt({ min: -50n, max: 50n });
    fc.assert(
      fc.property(number, number, fc.array(fc.tuple(number, fc.boolean())), (one, other, steps) => {
        const [lower, upper] = one < other ? [one, other] : [other, one];
        const bench = new Bench();
        let value = lower;
        bench.run('SET', 'key', value);
        for (const [amount, saturates] of steps) {
          const sum = value + amount;
          const nearest = clamped(sum, lower, upper);
          const next = saturates || nearest === sum ? nearest : value;
          const words = ['INCREX', 'key', 'LBOUND', lower, 'BYINT', amount, 'UBOUND', upper];
          expect(bench.run(...words, ...(saturates ? ['SATURATE'] : []))).toBe(pair(next, next - value));
          value = next;
        }
      }),
      { numRuns: 100 },
    );
  });
});
