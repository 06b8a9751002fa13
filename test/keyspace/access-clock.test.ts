import { describe, expect, test } from 'bun:test';
import { decayed, idleSeconds, LFU_INITIAL, touchModeFor } from '../../src/keyspace/access-clock.ts';
import { evictionPolicies } from '../../src/keyspace/eviction-policy.ts';
import type { Keyspace } from '../../src/keyspace/keyspace.ts';
import { clockOf } from '../../src/keyspace/record.ts';
import { get, newKeyspace, put, record, START } from './instance.ts';

function keyspaceWith(policy: string): Keyspace {
  const keyspace = newKeyspace();
  keyspace.setPolicy(evictionPolicies.find(({ name }) => name === policy)!);
  put(keyspace.databases[0], 'key', 'value');
  return keyspace;
}

function clock(keyspace: Keyspace): number {
  return clockOf(keyspace.arena, record(keyspace.databases[0], 'key'));
}

describe('the clock of a key', () => {
  test('counts seconds since its last use', () => {
    const keyspace = keyspaceWith('noeviction');
    keyspace.setNow(START + 100_000);
    expect(idleSeconds(keyspace, clock(keyspace))).toBe(100);
    get(keyspace.databases[0], 'key');
    keyspace.setNow(START + 107_999);
    expect(idleSeconds(keyspace, clock(keyspace))).toBe(7);
  });

  test('wraps around without harm', () => {
    const keyspace = keyspaceWith('allkeys-lru');
    const wrap = (Math.floor(START / 1000 / 2 ** 24) + 1) * 2 ** 24;
    keyspace.setNow(wrap * 1000 - 5000);
    get(keyspace.databases[0], 'key');
    keyspace.setNow(wrap * 1000 + 5000);
    expect(idleSeconds(keyspace, clock(keyspace))).toBe(10);
  });

  test('is left alone by reading where writing counts', () => {
    const keyspace = keyspaceWith('allkeys-lrm');
    keyspace.setNow(START + 100_000);
    get(keyspace.databases[0], 'key');
    expect(idleSeconds(keyspace, clock(keyspace))).toBe(100);
    put(keyspace.databases[0], 'key', 'other');
    expect(idleSeconds(keyspace, clock(keyspace))).toBe(0);
  });

  test('counts uses ever more slowly, and forgets them by the minute', () => {
    const keyspace = keyspaceWith('allkeys-lfu');
    expect(decayed(keyspace, clock(keyspace))).toBe(LFU_INITIAL);
    const after = [1, 10, 100, 1000, 100_000].map((uses) => {
      for (let i = 0; i < uses; i++) get(keyspace.databases[0], 'key');
      return decayed(keyspace, clock(keyspace));
    });
    expect(after[0]).toBe(LFU_INITIAL + 1);
    expect(after[2]).toBeGreaterThan(7);
    expect(after[2]).toBeLessThan(20);
    expect(after[4]).toBeGreaterThan(100);
    expect(after[4]).toBeLessThan(200);
    const before = after[4];
    keyspace.setNow(START + 10 * 60_000);
    expect(decayed(keyspace, clock(keyspace))).toBe(before - 10);
    keyspace.lfuDecayMinutes = 5;
    expect(decayed(keyspace, clock(keyspace))).toBe(before - 2);
    keyspace.lfuDecayMinutes = 0;
    expect(decayed(keyspace, clock(keyspace))).toBe(before);
    keyspace.lfuDecayMinutes = 1;
    keyspace.setNow(START + 1000 * 60_000);
    expect(decayed(keyspace, clock(keyspace))).toBe(0);
  });

  test('is kept as the policy needs it', () => {
    const modes = new Map(evictionPolicies.map(({ name, measure }) => [name, touchModeFor(measure)]));
    expect(modes.get('volatile-lru')).toBe(modes.get('noeviction')!);
    expect(new Set(modes.values()).size).toBe(3);
  });
});
