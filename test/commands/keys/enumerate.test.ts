import { describe, expect, test } from 'bun:test';
import { array, Bench, bulk, NIL } from '../bench.ts';

/** The cursor and the keys of a reply to SCAN. */
function parts(reply: string): { cursor: string; keys: string[] } {
  const [, , cursor = '', , ...rest] = reply.split('\r\n');
  return { cursor, keys: rest.filter((_, at) => at % 2 === 1).slice(0, rest.length >> 1) };
}

describe('KEYS', () => {
  test('lists what matches', () => {
    const bench = new Bench();
    bench.run('MSET', 'hello', 1, 'hallo', 2, 'world', 3);
    bench.run('SET', 'hidden', 1, 'PX', 5);
    bench.now += 10;
    const list = (pattern: string): string[] =>
      bench
        .run('KEYS', pattern)
        .split('\r\n')
        .filter((line) => /^\w/.test(line))
        .sort();
    expect(list('*')).toEqual(['hallo', 'hello', 'world']);
    expect(list('h?llo')).toEqual(['hallo', 'hello']);
    expect(list('world')).toEqual(['world']);
    expect(bench.run('KEYS', 'none')).toBe('*0\r\n');
    expect(bench.keyspace.expiredKeys).toBe(0);
  });
});

describe('SCAN', () => {
  test('goes once around, in steps of about COUNT', () => {
    const bench = new Bench();
    for (let i = 0; i < 1000; i++) bench.run('SET', `key:${i}`, i);
    const met: string[] = [];
    let cursor = '0';
    let calls = 0;
    do {
      const { cursor: next, keys } = parts(bench.run('SCAN', cursor, 'COUNT', 50));
      if (next !== '0') expect(keys.length).toBeGreaterThanOrEqual(50);
      expect(keys.length).toBeLessThan(100);
      met.push(...keys);
      cursor = next;
      calls++;
    } while (cursor !== '0');
    expect(met.length).toBe(1000);
    expect(new Set(met).size).toBe(1000);
    expect(calls).toBeGreaterThan(10);
  });

  test('filters by pattern and type behind COUNT', () => {
    const bench = new Bench();
    for (let i = 0; i < 30; i++) bench.run('SET', `key:${i}`, i);
    expect(parts(bench.runLines('SCAN 0 COUNT 1000 MATCH key:1? TYPE STRING')).keys.length).toBe(10);
    expect(bench.runLines('SCAN 0 COUNT 1000 TYPE list')).toBe('*2\r\n$1\r\n0\r\n*0\r\n');
    expect(bench.runLines('SCAN 0 COUNT 1000 TYPE nosuch')).toBe('*2\r\n$1\r\n0\r\n*0\r\n');
  });

  test('deletes what has expired instead of listing it', () => {
    const bench = new Bench();
    bench.run('SET', 'a', 1, 'PX', 5);
    bench.run('SET', 'b', 1);
    bench.now += 10;
    expect(bench.run('SCAN', 0)).toBe(array(bulk('0'), array(bulk('b'))));
    expect(bench.takeEvents()).toContain('expired a');
  });

  test('reads cursors as C does', () => {
    const bench = new Bench();
    const all = array(bulk('0'), array(bulk('a')));
    bench.run('SET', 'a', 1);
    for (const cursor of ['0', '00', ' 0', '+0', '-0', '0\0x', '18446744073709551615'])
      expect(bench.run('SCAN', cursor)).toBe(all);
    for (const cursor of ['', 'a', '-1', '0 ', '18446744073709551616', '\0'])
      expect(bench.run('SCAN', cursor)).toBe('-ERR invalid cursor\r\n');
  });

  test('refuses what makes no sense', () => {
    const bench = new Bench();
    const syntax = '-ERR syntax error\r\n';
    for (const words of ['COUNT 0', 'COUNT -9223372036854775807', 'COUNT', 'FOO', 'MATCH', 'TYPE'])
      expect(bench.runLines(`SCAN 0 ${words}`)).toBe(syntax);
    expect(bench.runLines('SCAN 0 COUNT x')).toBe('-ERR value is not an integer or out of range\r\n');
  });
});

describe('RANDOMKEY', () => {
  test('gives any key that is there', () => {
    const bench = new Bench();
    expect(bench.run('RANDOMKEY')).toBe(NIL);
    bench.run('MSET', 'a', 1, 'b', 2, 'c', 3);
    bench.run('SET', 'gone', 1, 'PX', 5);
    bench.now += 10;
    const met = new Set(Array.from({ length: 100 }, () => bench.run('RANDOMKEY')));
    expect([...met].sort()).toEqual(['a', 'b', 'c'].map(bulk));
  });

  test('does not look for ever where expired keys stay', () => {
    const bench = new Bench();
    bench.run('SET', 'gone', 1, 'PX', 5);
    bench.now += 10;
    bench.keyspace.deletesExpired = false;
    expect(bench.run('RANDOMKEY')).toBe(bulk('gone'));
  });
});
