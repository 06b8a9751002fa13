import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { sortIndexes } from '../../../src/commands/sorting/order.ts';
import { array, Bench, bulk } from '../bench.ts';

const WRONG = '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n';

function elements(...texts: string[]): string {
  return array(...texts.map(bulk));
}

describe('the merge sort', () => {
  test('orders, and keeps the order of equals', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 200 }), (keys) => {
        const order = Uint32Array.from(keys.keys());
        sortIndexes(order, (left, right) => keys[left]! - keys[right]!);
        const expected = [...keys.keys()].sort((left, right) => keys[left]! - keys[right]!);
        expect([...order]).toEqual(expected);
      }),
    );
  });
});

describe('SORT', () => {
  test('stores a list, with its event, and removes it when nothing is left', () => {
    const bench = new Bench();
    bench.runLines('RPUSH l 3 1 2', 'SET to x EX 100');
    bench.takeEvents();
    expect(bench.runLines('SORT l LIMIT 0 2 STORE to')).toBe(':2\r\n');
    expect(bench.runLines('LRANGE to 0 -1')).toBe(elements('1', '2'));
    expect(bench.runLines('TTL to')).toBe(':-1\r\n');
    expect(bench.runLines('SORT missing STORE to')).toBe(':0\r\n');
    expect(bench.takeEvents()).toEqual(['sortstore to', 'del to']);
    bench.verifyEmptied();
  });

  test('goes by keys and fields, and gets them', () => {
    const bench = new Bench();
    bench.runLines('SADD s a b c', 'MSET w_a 3 w_b 1 w_c 2', 'HSET h_a n A', 'HSET h_b n B');
    expect(bench.runLines('SORT s BY w_* GET # GET h_*->n')).toBe(
      array(bulk('b'), bulk('B'), bulk('c'), '$-1\r\n', bulk('a'), bulk('A')),
    );
    expect(bench.runLines('SORT s BY w_* GET h_*->n STORE to')).toBe(':3\r\n');
    expect(bench.runLines('LRANGE to 0 -1')).toBe(elements('B', '', 'A'));
    expect(bench.runLines('SORT_RO s BY w_* STORE to')).toBe('-ERR syntax error\r\n');
    bench.verifyEmptied();
  });

  test('keeps the order of sorted sets, forwards and backwards', () => {
    const bench = new Bench();
    bench.runLines('ZADD z 1 x 2 y 3 a');
    expect(bench.runLines('SORT z BY nosort')).toBe(elements('x', 'y', 'a'));
    expect(bench.runLines('SORT z BY nosort DESC LIMIT 0 2')).toBe(elements('a', 'y'));
  });

  test('refuses other types and what is no number, and stores nothing then', () => {
    const bench = new Bench();
    bench.runLines('SET string x', 'HSET hash f v', 'RPUSH l 1 x', 'SET to old');
    expect(bench.runLines('SORT string')).toBe(WRONG);
    expect(bench.runLines('SORT_RO hash ALPHA')).toBe(WRONG);
    expect(bench.runLines('SORT l STORE to')).toBe(
      "-ERR One or more scores can't be converted into double\r\n",
    );
    expect(bench.runLines('GET to')).toBe(bulk('old'));
  });
});
