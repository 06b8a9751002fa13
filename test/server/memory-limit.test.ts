import { describe, expect, test } from 'bun:test';
import { evictionPolicies } from '../../src/keyspace/eviction-policy.ts';
import { Bench, OK } from '../commands/bench.ts';

const REFUSED = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
const MEBIBYTE = 1 << 20;

function limited(policy: string, bytes: number, checked = true): Bench {
  const bench = new Bench({ checked });
  bench.run('CONFIG', 'SET', 'maxmemory-policy', policy, 'maxmemory', bytes);
  return bench;
}

describe('maxmemory', () => {
  for (const { name, measure } of evictionPolicies) {
    if (measure === 'none') continue;
    test(`is never exceeded by more than a hundredth after a write: ${name}`, () => {
      const bench = limited(name, MEBIBYTE);
      let highest = 0;
      for (let i = 0; i < 8000; i++) {
        const bytes = i % 500 === 0 ? 100_000 : i % 50 === 0 ? 5000 : i % 200;
        const reply =
          i % 777 === 0
            ? bench.run('SETRANGE', `key:${i}`, 150_000, 'x')
            : bench.run('SET', `key:${i}`, 'v'.repeat(bytes), 'EX', 1000);
        expect(reply).not.toBe(REFUSED);
        if (i % 777 === 0) bench.run('EXPIRE', `key:${i}`, 1000);
        highest = Math.max(highest, bench.usedBytes);
        if (i % 10 === 0) bench.now++;
      }
      expect(highest).toBeLessThanOrEqual(MEBIBYTE * 1.01);
      expect(highest).toBeGreaterThan(MEBIBYTE * 0.95);
      expect(bench.keyspace.evictedKeys).toBeGreaterThan(1000);
      bench.verifyEmptied();
    });
  }

  test('refuses what may take memory when no key may go, and nothing else', () => {
    for (const policy of ['noeviction', 'volatile-lru']) {
      const bench = limited(policy, 100_000);
      let last = OK;
      let stored = 0;
      for (; last === OK; stored++) last = bench.run('SET', `key:${stored}`, 'v'.repeat(100));
      expect(last).toBe(REFUSED);
      expect(bench.usedBytes).toBeLessThanOrEqual(101_000);
      expect(bench.run('GET', 'key:0')).toStartWith('$100');
      expect(bench.run('APPEND', 'key:0', 'x')).toBe(REFUSED);
      expect(bench.run('DEL', 'key:0', 'key:1', 'key:2')).toBe(':3\r\n');
      expect(bench.run('SET', 'key:0', 'v')).toBe(OK);
    }
  });

  test('counts the request itself: a value that does not fit is refused, not stored', () => {
    const bench = limited('noeviction', 100_000);
    expect(bench.run('SET', 'key', 'v'.repeat(200_000))).toBe(REFUSED);
    expect(bench.run('DBSIZE')).toBe(':0\r\n');
  });

  test('is not exceeded by short requests that make long strings, when no key may go', () => {
    for (const policy of ['noeviction', 'volatile-lru']) {
      const bench = limited(policy, MEBIBYTE);
      expect(bench.run('SETRANGE', 'key', 2 * MEBIBYTE, 'x')).toBe(REFUSED);
      expect(bench.run('SETBIT', 'key', 16 * MEBIBYTE, 1)).toBe(REFUSED);
      expect(bench.run('EXISTS', 'key')).toBe(':0\r\n');
      bench.run('SET', 'key', 'v'.repeat(500_000));
      expect(bench.run('SETRANGE', 'key', 2 * MEBIBYTE, 'x')).toBe(REFUSED);
      // A string grows into the last of the memory though there is none for its next growth.
      let last = ':500000\r\n';
      for (let length = 500_000; last === `:${length}\r\n`; length += 1000)
        last = bench.run('APPEND', 'key', 'x'.repeat(1000));
      expect(last).toBe(REFUSED);
      expect(bench.usedBytes).toBeGreaterThan(MEBIBYTE * 0.9);
      expect(bench.usedBytes).toBeLessThanOrEqual(MEBIBYTE * 1.01);
      bench.run('CONFIG', 'SET', 'maxmemory', 0);
      expect(bench.run('SETRANGE', 'key', 2 * MEBIBYTE, 'x')).toBe(`:${2 * MEBIBYTE + 1}\r\n`);
      bench.verifyEmptied();
    }
  });

  test('is not exceeded by copies and by strings made of others, when no key may go', () => {
    for (const policy of ['noeviction', 'volatile-lru']) {
      const bench = limited(policy, MEBIBYTE);
      bench.run('SET', 's', 'v'.repeat(600_000));
      expect(bench.run('COPY', 's', 't')).toBe(REFUSED);
      expect(bench.run('BITOP', 'NOT', 't', 's')).toBe(REFUSED);
      expect(bench.run('BITOP', 'NOT', 's', 's')).toBe(':600000\r\n');
      expect(bench.run('EXISTS', 't')).toBe(':0\r\n');
      bench.run('DEL', 's');
      for (let i = 0; i < 12_000; i++) bench.run('SADD', 's', `member:${i}`);
      expect(bench.usedBytes).toBeGreaterThan(MEBIBYTE * 0.2);
      bench.run('SET', 'r', 'v'.repeat(600_000));
      expect(bench.run('COPY', 's', 't')).toBe(REFUSED);
      expect(bench.run('COPY', 's', 'r', 'REPLACE')).toBe(':1\r\n');
      expect(bench.usedBytes).toBeLessThanOrEqual(MEBIBYTE * 1.01);
      bench.verifyEmptied();
    }
  });

  test('lowered far, is reached in steps that no command waits long for', () => {
    const bench = new Bench({ checked: false });
    for (let i = 0; i < 20_000; i++) bench.run('SET', `key:${i}`, 'v'.repeat(100));
    const full = bench.usedBytes;
    // A clock on which every look takes a tenth of a millisecond.
    let microseconds = 0;
    bench.server.clock.microseconds = () => {
      microseconds += 100;
      return microseconds;
    };
    bench.run('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru', 'maxmemory', Math.floor(full / 2));
    let evicted = 0;
    let used = full;
    for (let i = 0; used > full / 2; i++) {
      expect(bench.run('SET', `new:${i}`, 'v'.repeat(100))).toBe(OK);
      expect(bench.keyspace.evictedKeys - evicted).toBeLessThan(200);
      expect(bench.usedBytes).toBeLessThan(used);
      evicted = bench.keyspace.evictedKeys;
      used = bench.usedBytes;
    }
    expect(evicted).toBeGreaterThan(5000);
  });

  test('frees first what waits to be freed anyhow', () => {
    const bench = new Bench({ checked: false });
    for (let i = 0; i < 5000; i++) bench.run('SET', `key:${i}`, 'v'.repeat(100));
    bench.run('FLUSHALL', 'ASYNC');
    bench.run('SET', 'kept', 'v');
    bench.run('CONFIG', 'SET', 'maxmemory', 100_000);
    expect(bench.run('SET', 'new', 'v')).toBe(OK);
    expect(bench.usedBytes).toBeLessThan(100_000);
    expect(bench.run('EXISTS', 'kept')).toBe(':1\r\n');
  });

  test('keeps clocks as the policy wants, whoever sets it', () => {
    const bench = new Bench();
    bench.runLines(
      'SET a x',
      'CLIENT NO-TOUCH on',
      'CONFIG SET maxmemory-policy allkeys-lfu',
      'CLIENT NO-TOUCH off',
    );
    bench.runLines('SET b x', 'GET b');
    expect(bench.run('OBJECT', 'FREQ', 'b')).toBe(':6\r\n');
  });
});
