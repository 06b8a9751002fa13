import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { array, Bench, bulk, NIL, WRONG_TYPE } from '../bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.verifyEmptied());

const one = (line: string): string => bench.runLines(line);
const strings = (...texts: string[]): string => array(...texts.map(bulk));

/** Members enough for the large form, all with their number as score. */
function addMany(key: string, count: number): void {
  const words = Array.from({ length: count }, (_, i) => [String(i), `m${i}`]).flat();
  bench.run('ZADD', key, ...words);
}

test('members of a large sorted set come in both directions, with and without scores', () => {
  addMany('z', 300);
  bench.run('ZADD', 'z', '0.5', 'n'.repeat(300));
  const members = Array.from({ length: 300 }, (_, i): [string, string] => [`m${i}`, String(i)]);
  members.splice(1, 0, ['n'.repeat(300), '0.5']);
  const backwards = members.toReversed();
  for (const [reverse, all] of [
    ['ZRANGE', members],
    ['ZREVRANGE', backwards],
  ] as const) {
    expect(one(`${reverse} z 0 -1`)).toBe(strings(...all.map(([member]) => member)));
    expect(one(`${reverse} z 0 -1 WITHSCORES`)).toBe(strings(...all.flat()));
    expect(one(`${reverse} z 61 200 WITHSCORES`)).toBe(strings(...all.slice(61, 201).flat()));
  }
  bench.client.version = 3;
  const pairs = backwards.slice(2, 90).map(([member, score]) => array(bulk(member), `,${score}\r\n`));
  expect(one('ZREVRANGE z 2 89 WITHSCORES')).toBe(array(...pairs));
});

describe('ZADD', () => {
  test('adds, changes, and heeds its options', () => {
    expect(one('ZADD z 1 a 2 b')).toBe(':2\r\n');
    expect(one('ZADD z CH 3 a 2 b 4 c')).toBe(':2\r\n');
    expect(one('ZADD z NX 9 a 5 d')).toBe(':1\r\n');
    expect(one('ZADD z XX CH 9 a 5 e')).toBe(':1\r\n');
    expect(one('ZADD z GT CH 8 a 6 d')).toBe(':1\r\n');
    expect(one('ZADD z LT CH 8 a 7 d')).toBe(':1\r\n');
    expect(one('ZADD z INCR 1.5 a')).toBe(bulk('9.5'));
    expect(one('ZADD z NX INCR 1 a')).toBe(NIL);
    expect(one('ZADD nosuch XX 1 a')).toBe(':0\r\n');
    expect(one('ZADD nosuch XX INCR 1 a')).toBe(NIL);
    expect(one('ZRANGE z 0 -1 WITHSCORES')).toBe(strings('b', '2', 'c', '4', 'd', '6', 'a', '9.5'));
  });

  test('changes nothing when anything is wrong', () => {
    expect(one('ZADD z 1 a x b')).toBe('-ERR value is not a valid float\r\n');
    expect(one('ZADD z NX GT 1 a')).toBe(
      '-ERR GT, LT, and/or NX options at the same time are not compatible\r\n',
    );
    expect(one('ZADD z NX XX 1 a')).toBe('-ERR XX and NX options at the same time are not compatible\r\n');
    expect(one('ZADD z INCR 1 a 2 b')).toBe('-ERR INCR option supports a single increment-element pair\r\n');
    expect(one('EXISTS z')).toBe(':0\r\n');
    bench.runLines('ZADD z inf a', 'SET s x');
    expect(one('ZINCRBY z -inf a')).toBe('-ERR resulting score is not a number (NaN)\r\n');
    expect(one('ZADD s 1 a')).toBe(WRONG_TYPE);
    expect(bench.takePropagated()).toEqual(['ZADD z inf a', 'SET s x']);
  });

  test('tells of what happened', () => {
    bench.runLines('ZADD z 1 a 2 b', 'ZADD z 1 a', 'ZINCRBY z 1 a', 'ZREM z a', 'ZPOPMAX z');
    expect(bench.takeEvents()).toEqual(['zadd z', 'zincr z', 'zrem z', 'zpopmax z', 'del z']);
  });
});

describe('large sorted sets', () => {
  test('answer by rank, score and name', () => {
    addMany('z', 500);
    expect(one('OBJECT ENCODING z')).toBe(bulk('skiplist'));
    expect(one('ZRANK z m321')).toBe(':321\r\n');
    expect(one('ZREVRANK z m321 WITHSCORE')).toBe(array(':178\r\n', bulk('321')));
    expect(one('ZRANGE z 3 1 REV BYSCORE')).toBe(strings('m3', 'm2', 'm1'));
    expect(one('ZRANGEBYSCORE z (10 +inf LIMIT 1 2 WITHSCORES')).toBe(strings('m12', '12', 'm13', '13'));
    expect(one('ZCOUNT z 100 (200')).toBe(':100\r\n');
    expect(one('ZREMRANGEBYRANK z 0 -3')).toBe(':498\r\n');
    expect(one('ZPOPMIN z 5')).toBe(strings('m498', '498', 'm499', '499'));
    expect(one('EXISTS z')).toBe(':0\r\n');
  });

  test('are copied, stored and loaded', () => {
    addMany('z', 300);
    bench.run('ZADD', 'z', '-inf', 'low', '0.1', 'tenth', '-0', 'zero');
    expect(one('COPY z y')).toBe(':1\r\n');
    const dump = one('DUMP z');
    const payload = dump.slice(dump.indexOf('\n') + 1, -2);
    expect(bench.run('RESTORE', 'x', 0, Buffer.from(payload, 'latin1'))).toBe('+OK\r\n');
    for (const key of ['x', 'y'])
      expect(one(`ZRANGE ${key} 0 -1 WITHSCORES`)).toBe(one('ZRANGE z 0 -1 WITHSCORES'));
    expect(one('OBJECT ENCODING x')).toBe(bulk('skiplist'));
  });

  test('are scanned with 17 digits', () => {
    bench.run('CONFIG', 'SET', 'zset-max-listpack-entries', '0');
    bench.run('ZADD', 'z', '0.1', 'a');
    expect(one('ZSCAN z 0')).toBe(array(bulk('0'), strings('a', '0.10000000000000001')));
  });
});

describe('small sorted sets', () => {
  test('are stored and loaded as they are', () => {
    bench.run('ZADD', 'z', '1', 'a', '-2.5', 'b', 'inf', '17');
    const dump = one('DUMP z');
    const payload = Buffer.from(dump.slice(dump.indexOf('\n') + 1, -2), 'latin1');
    expect(bench.run('RESTORE', 'x', 0, payload)).toBe('+OK\r\n');
    expect(one('ZRANGE x 0 -1 WITHSCORES')).toBe(strings('b', '-2.5', 'a', '1', '17', 'inf'));
    expect(one('OBJECT ENCODING x')).toBe(bulk('listpack'));
  });

  test('in RESP3 come as pairs with numbers', () => {
    bench.client.version = 3;
    bench.runLines('ZADD z 1.5 a');
    expect(one('ZRANGE z 0 -1 WITHSCORES')).toBe(array(array(bulk('a'), ',1.5\r\n')));
    expect(one('ZPOPMIN z')).toBe(array(bulk('a'), ',1.5\r\n'));
  });
});

describe('combinations', () => {
  beforeEach(() => {
    bench.runLines('ZADD a 1 x 2 y', 'ZADD b 10 y 20 z', 'SADD s y');
  });

  test('of sorted sets and sets', () => {
    expect(one('ZUNION 3 a b s WITHSCORES')).toBe(strings('x', '1', 'y', '13', 'z', '20'));
    expect(one('ZINTER 2 a b WEIGHTS 2 3 AGGREGATE MAX WITHSCORES')).toBe(strings('y', '30'));
    expect(one('ZDIFF 2 a s WITHSCORES')).toBe(strings('x', '1'));
    expect(one('ZINTERCARD 2 a b')).toBe(':1\r\n');
    expect(one('ZUNIONSTORE a 2 a b')).toBe(':3\r\n');
    expect(one('ZRANGESTORE d a 1 -1')).toBe(':2\r\n');
    expect(one('ZDIFFSTORE d 2 b b')).toBe(':0\r\n');
    expect(one('EXISTS d')).toBe(':0\r\n');
  });

  test('by how many sets have a member, as Redis 8.8', () => {
    expect(one('ZUNION 2 a b AGGREGATE COUNT WITHSCORES')).toBe(strings('x', '1', 'z', '1', 'y', '2'));
    expect(one('ZINTER 2 a b WEIGHTS 2 3 AGGREGATE COUNT WITHSCORES')).toBe(strings('y', '5'));
  });
});

test('ZSCAN leaves scores out, as Valkey', () => {
  bench.runLines('ZADD z 1 a 2 b');
  expect(one('ZSCAN z 0 NOSCORES')).toBe(array(bulk('0'), strings('a', 'b')));
});

test('pops of several keys are propagated as plain ones', () => {
  bench.runLines('ZADD z 1 a 2 b 3 c');
  bench.takePropagated();
  bench.runLines('ZMPOP 2 nosuch z MAX COUNT 2', 'BZPOPMIN nosuch z 0');
  expect(bench.takePropagated()).toEqual(['ZPOPMAX z 2', 'ZPOPMIN z']);
});
