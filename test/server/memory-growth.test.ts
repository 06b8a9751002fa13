/** maxmemory, and commands that make much of few bytes: they fit, or they are refused and nothing has changed. */
import { describe, expect, test } from 'bun:test';
import { Bench } from '../commands/bench.ts';

const REFUSED = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
const TOLERANCE = 1.01;
const ELEMENTS = 1500;
const STEPS = 24;

type Words = readonly (string | number)[];

/** Words that `of` makes for each of many elements. */
function many(of: (i: number) => Words): Words {
  return Array.from({ length: ELEMENTS }, (_, i) => of(i)).flat();
}

const fillings: readonly Words[] = [
  ['SADD', 'set', ...many((i) => [`member:${i}`])],
  ['SADD', 'numbers', ...many((i) => [i])],
  ['ZADD', 'sorted', ...many((i) => [i % 100, `member:${i}`])],
  ['HSET', 'hash', ...many((i) => [`field:${i}`, `value of ${i}`])],
  ['HSET', 'fleeting', ...many((i) => [`field:${i}`, `value of ${i}`])],
  ['HEXPIRE', 'fleeting', 1000, 'FIELDS', ELEMENTS / 2, ...many((i) => (i % 2 === 0 ? [`field:${i}`] : []))],
  ['RPUSH', 'list', ...many((i) => [`element:${i}`])],
  ['GEOADD', 'places', ...many((i) => [(i % 360) - 180, i % 80, `member:${i}`])],
  ['SET', 'string', 'v'.repeat(100_000)],
  ['SET', 'destination', 'old'],
];

const commands: readonly Words[] = [
  ['SUNIONSTORE', 'destination', 'set', 'numbers'],
  ['SINTERSTORE', 'destination', 'numbers', 'numbers'],
  ['SDIFFSTORE', 'set', 'set', 'numbers'],
  ['ZUNIONSTORE', 'destination', 2, 'sorted', 'set'],
  ['ZINTERSTORE', 'destination', 2, 'sorted', 'set'],
  ['ZDIFFSTORE', 'destination', 2, 'sorted', 'numbers'],
  ['ZRANGESTORE', 'destination', 'sorted', 0, -1],
  ['SORT', 'list', 'BY', 'nosort', 'STORE', 'destination'],
  ['GEOSEARCHSTORE', 'destination', 'places', 'FROMLONLAT', 0, 0, 'BYRADIUS', 30_000, 'km'],
  ['BITOP', 'NOT', 'destination', 'string'],
  ['SETRANGE', 'destination', 200_000, 'x'],
  ['SETBIT', 'destination', 2_000_000, 1],
  ...['set', 'numbers', 'sorted', 'hash', 'fleeting', 'list', 'stream', 'string'].map((key) => [
    'COPY',
    key,
    'destination',
    'REPLACE',
  ]),
  ['MSET', ...many((i) => [`key:${i}`, 'v'])],
  ['RPUSH', 'list', ...many((i) => [i])],
  ['SADD', 'set', ...many((i) => [`new:${i}`])],
  ['HSET', 'hash', ...many((i) => [`new:${i}`, 'v'])],
  ['ZADD', 'sorted', ...many((i) => [i, `new:${i}`])],
];

function filled(): Bench {
  const bench = new Bench();
  for (const filling of fillings) bench.run(...filling);
  for (let i = 0; i < 500; i++) bench.run('XADD', 'stream', '*', 'field', `value of ${i}`);
  return bench;
}

function contents(bench: Bench): string {
  return [...'set numbers sorted hash fleeting list places stream string destination key:0'.split(' ')]
    .map((key) => bench.run('DUMP', key))
    .join('\n');
}

describe('under maxmemory without eviction', () => {
  for (const command of commands) {
    test(command.slice(0, 3).join(' '), () => {
      const free = filled();
      const before = free.usedBytes;
      free.run(...command);
      const taken = free.usedBytes - before;
      const outcomes = new Set<boolean>();
      const bench = filled();
      const old = contents(bench);
      for (let step = 0; step <= STEPS; step++) {
        const maximum = Math.floor(bench.usedBytes + 2000 + (taken * 12 * step) / STEPS);
        bench.run('CONFIG', 'SET', 'maxmemory', maximum, 'maxmemory-policy', 'noeviction');
        const reply = bench.run(...command);
        bench.verify();
        outcomes.add(reply === REFUSED);
        expect(bench.usedBytes).toBeLessThanOrEqual(maximum * TOLERANCE);
        if (reply !== REFUSED) break;
        expect(contents(bench)).toBe(old);
      }
      // With enough of it, everything goes through.
      expect(outcomes.has(false)).toBeTrue();
      bench.verifyEmptied();
    });
  }

  test('RESTORE', () => {
    for (const key of ['set', 'numbers', 'sorted', 'hash', 'fleeting', 'list', 'stream']) {
      const bench = filled();
      const dumped = bench.run('DUMP', key);
      const payload = Buffer.from(dumped.slice(dumped.indexOf('\r\n') + 2, -2), 'latin1');
      const old = contents(bench);
      let refusals = 0;
      for (let step = 0; step <= STEPS; step++) {
        const maximum = Math.floor(bench.usedBytes + payload.length + 20_000 * step);
        bench.run('CONFIG', 'SET', 'maxmemory', maximum);
        const reply = bench.run('RESTORE', 'destination', 0, payload, 'REPLACE');
        bench.verify();
        expect(bench.usedBytes).toBeLessThanOrEqual(maximum * TOLERANCE);
        if (reply !== REFUSED) break;
        refusals++;
        expect(contents(bench)).toBe(old);
      }
      expect(refusals).toBeLessThanOrEqual(STEPS);
      bench.verifyEmptied();
    }
  });
});

test('what would be too much alone costs no other key its life', () => {
  for (const policy of ['allkeys-lru', 'volatile-ttl']) {
    const bench = filled();
    bench.run('EXPIRE', 'hash', 1000);
    bench.run('CONFIG', 'SET', 'maxmemory', bench.usedBytes + 100_000, 'maxmemory-policy', policy);
    const keys = bench.run('DBSIZE');
    expect(bench.run('SETRANGE', 'destination', 8_000_000, 'x')).toBe(REFUSED);
    expect(bench.run('SETBIT', 'new', 80_000_000, 1)).toBe(REFUSED);
    expect(bench.run('DBSIZE')).toBe(keys);
    bench.verifyEmptied();
  }
});
