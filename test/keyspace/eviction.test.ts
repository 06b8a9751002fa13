import { describe, expect, test } from 'bun:test';
import type { Database } from '../../src/keyspace/database.ts';
import type { KeyspaceListener } from '../../src/keyspace/events.ts';
import { Eviction } from '../../src/keyspace/eviction.ts';
import { evictionPolicies } from '../../src/keyspace/eviction-policy.ts';
import type { Keyspace } from '../../src/keyspace/keyspace.ts';
import { NO_EXPIRY } from '../../src/keyspace/string-value.ts';
import { get, newKeyspace, put, record, START, verify } from './instance.ts';

const KEYS = 2000;

function keyspaceWith(policy: string): Keyspace {
  const keyspace = newKeyspace({ databases: 3 });
  const found = evictionPolicies.find(({ name }) => name === policy);
  if (found === undefined) throw new Error(policy);
  keyspace.setPolicy(found);
  return keyspace;
}

/** Puts keys "0" to "1999", `seconds` apart; the even ones into database 0, the odd ones into database 2. */
function fill(
  keyspace: Keyspace,
  seconds: number,
  expiryOf: (index: number) => number = () => NO_EXPIRY,
): void {
  for (let i = 0; i < KEYS; i++) {
    keyspace.setNow(START + i * seconds * 1000);
    put(home(keyspace, i), String(i), 'value', expiryOf(i));
  }
}

function home(keyspace: Keyspace, index: number): Database {
  return keyspace.databases[index % 2 === 0 ? 0 : 2];
}

function evict(keyspace: Keyspace, count: number): void {
  const eviction = new Eviction(keyspace);
  for (let i = 0; i < count; i++) expect(eviction.evictOne()).toBe(true);
  expect(keyspace.evictedKeys).toBe(count);
  verify(keyspace);
}

/** Which part of the keys in [from, to) are there still. */
function survivors(keyspace: Keyspace, from: number, to: number): number {
  let found = 0;
  for (let i = from; i < to; i++) if (record(home(keyspace, i), String(i)) !== 0) found++;
  return found / (to - from);
}

describe('eviction', () => {
  for (const policy of ['allkeys-lru', 'volatile-lru']) {
    test(`${policy} takes mostly what was not used for the longest time`, () => {
      const keyspace = keyspaceWith(policy);
      fill(keyspace, 10, () => (policy === 'allkeys-lru' ? NO_EXPIRY : START + 1e9));
      keyspace.setNow(START + KEYS * 10_000);
      // The first fifth is old, but in use.
      for (let i = 0; i < KEYS / 5; i++) get(home(keyspace, i), String(i));
      evict(keyspace, KEYS / 2);
      expect(survivors(keyspace, 0, KEYS / 5)).toBeGreaterThan(0.99);
      expect(survivors(keyspace, KEYS / 5, KEYS * 0.5)).toBeLessThan(0.1);
      expect(survivors(keyspace, KEYS * 0.8, KEYS)).toBeGreaterThan(0.9);
    });
  }

  for (const policy of ['allkeys-lfu', 'volatile-lfu']) {
    test(`${policy} keeps what is used often`, () => {
      const keyspace = keyspaceWith(policy);
      fill(keyspace, 0, () => (policy === 'allkeys-lfu' ? NO_EXPIRY : START + 1e9));
      for (let round = 0; round < 150; round++)
        for (let i = 0; i < KEYS / 10; i++) get(home(keyspace, i), String(i));
      // Looking at the others once, and late, does not help them.
      keyspace.setNow(START + 30_000);
      for (let i = KEYS / 10; i < KEYS; i++) get(home(keyspace, i), String(i));
      evict(keyspace, KEYS * 0.8);
      expect(survivors(keyspace, 0, KEYS / 10)).toBeGreaterThan(0.99);
    });
  }

  test('what was used often long ago is forgotten', () => {
    const keyspace = keyspaceWith('allkeys-lfu');
    fill(keyspace, 0);
    for (let round = 0; round < 20; round++)
      for (let i = 0; i < KEYS / 10; i++) get(home(keyspace, i), String(i));
    keyspace.setNow(START + 3_600_000);
    for (let i = KEYS / 10; i < KEYS; i++) {
      get(home(keyspace, i), String(i));
      get(home(keyspace, i), String(i));
    }
    evict(keyspace, KEYS / 20);
    expect(survivors(keyspace, KEYS / 10, KEYS)).toBeGreaterThan(0.99);
  });

  for (const policy of ['allkeys-lrm', 'volatile-lrm']) {
    test(`${policy} takes what was not written for the longest time, read or not`, () => {
      const keyspace = keyspaceWith(policy);
      const expiry = policy === 'allkeys-lrm' ? NO_EXPIRY : START + 1e9;
      fill(keyspace, 10, () => expiry);
      keyspace.setNow(START + KEYS * 10_000);
      for (let i = 0; i < KEYS / 5; i++) put(home(keyspace, i), String(i), 'new', expiry);
      for (let i = KEYS / 5; i < KEYS / 2; i++) get(home(keyspace, i), String(i));
      evict(keyspace, KEYS / 2);
      expect(survivors(keyspace, 0, KEYS / 5)).toBeGreaterThan(0.99);
      expect(survivors(keyspace, KEYS / 5, KEYS * 0.5)).toBeLessThan(0.1);
    });
  }

  for (const policy of ['allkeys-random', 'volatile-random']) {
    test(`${policy} takes any`, () => {
      const keyspace = keyspaceWith(policy);
      fill(keyspace, 1, () => (policy === 'allkeys-random' ? NO_EXPIRY : START + 1e9));
      evict(keyspace, KEYS / 2);
      for (let tenth = 0; tenth < 10; tenth++) {
        const part = survivors(keyspace, (tenth * KEYS) / 10, ((tenth + 1) * KEYS) / 10);
        expect(part).toBeGreaterThan(0.35);
        expect(part).toBeLessThan(0.65);
      }
    });
  }

  test('volatile-ttl takes what would expire first', () => {
    const keyspace = keyspaceWith('volatile-ttl');
    fill(keyspace, 0, (i) => START + 1e9 + ((i * 7) % KEYS) * 1000);
    evict(keyspace, KEYS / 2);
    let soon = 0;
    for (let i = 0; i < KEYS; i++)
      if ((i * 7) % KEYS < KEYS * 0.4 && record(home(keyspace, i), String(i)) !== 0) soon++;
    expect(soon).toBeLessThan(KEYS * 0.4 * 0.1);
  });

  for (const policy of ['volatile-lru', 'volatile-lfu', 'volatile-lrm', 'volatile-random', 'volatile-ttl']) {
    test(`${policy} never takes a key that does not expire`, () => {
      const keyspace = keyspaceWith(policy);
      fill(keyspace, 1, (i) => (i % 4 === 0 ? START + 1e9 : NO_EXPIRY));
      const eviction = new Eviction(keyspace);
      let evicted = 0;
      while (eviction.evictOne()) evicted++;
      expect(evicted).toBe(KEYS / 4);
      expect(keyspace.databases[0].size + keyspace.databases[2].size).toBe((KEYS * 3) / 4);
      verify(keyspace);
    });
  }

  for (const policy of evictionPolicies) {
    if (policy.volatileOnly || policy.measure === 'none') continue;
    test(`${policy.name} can take everything, whatever happens to its candidates, and leaves no memory behind`, () => {
      const keyspace = keyspaceWith(policy.name);
      fill(keyspace, 1);
      const eviction = new Eviction(keyspace);
      for (let i = 0; eviction.evictOne(); i++) {
        // Candidates that are touched, moved, gone, or replaced by others.
        const at = (i * 13) % KEYS;
        if (i % 3 === 0) get(home(keyspace, at), String(at));
        if (i < 500) put(home(keyspace, at), String(at), 'other'.repeat(i % 20), START + 1e9);
        if (i === 100) keyspace.swap(0, 2);
      }
      expect(keyspace.arena.usedBytes).toBe(0);
    });
  }

  test('noeviction takes nothing', () => {
    const keyspace = keyspaceWith('noeviction');
    fill(keyspace, 1, () => START + 1e9);
    expect(new Eviction(keyspace).evictOne()).toBe(false);
    expect(keyspace.evictedKeys).toBe(0);
  });

  test('tells which key went, and from where', () => {
    const keyspace = keyspaceWith('allkeys-lru');
    put(keyspace.databases[1], 'only', 'value');
    const told: unknown[] = [];
    keyspace.listener = {
      evicted: (database: Database, key: Uint8Array) =>
        told.push([database.index, new TextDecoder().decode(key)]),
    } as unknown as KeyspaceListener;
    new Eviction(keyspace).evictOne();
    expect(told).toEqual([[1, 'only']]);
  });
});
