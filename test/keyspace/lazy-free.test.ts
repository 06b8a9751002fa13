import { describe, expect, test } from 'bun:test';
import { flushAll, flushDatabase } from '../../src/keyspace/flush.ts';
import { TimeBudget } from '../../src/keyspace/time-budget.ts';
import { get, newKeyspace, put, START, verify } from './instance.ts';

const KEYS = 20_000;

function filled() {
  const keyspace = newKeyspace({ checked: false });
  for (let i = 0; i < KEYS; i++) {
    const value = i % 100 === 0 ? 'v'.repeat(9000) : String(i);
    put(keyspace.databases[i % 2], `key:${i}`, value, i % 3 === 0 ? START + 1000 : -1);
  }
  return keyspace;
}

describe('flushing', () => {
  test('at once frees everything at once', () => {
    const keyspace = filled();
    expect(flushAll(keyspace, false)).toBe(KEYS);
    expect(keyspace.arena.usedBytes).toBe(0);
    expect(keyspace.lazyFree.freedObjects).toBe(0);
    verify(keyspace);
  });

  test('in the background leaves the database usable at once and frees in pieces', () => {
    const keyspace = filled();
    const [database] = keyspace.databases;
    const full = keyspace.arena.usedBytes;
    let told = 0;
    keyspace.lazyFree.onAdded = () => told++;
    expect(flushDatabase(database, true)).toBe(KEYS / 2);
    expect(keyspace.arena.usedBytes).toBe(full);
    expect([database.size, keyspace.lazyFree.pendingObjects, told]).toEqual([0, KEYS / 2, 1]);
    put(database, 'key:0', 'new');
    let steps = 0;
    let largest = 0;
    for (let left = true; left; steps++) {
      const before = keyspace.lazyFree.freedObjects;
      left = keyspace.lazyFree.runOnce();
      largest = Math.max(largest, keyspace.lazyFree.freedObjects - before);
    }
    // A piece is one segment of a table: at most 64 buckets of 12, and few overflow.
    expect(largest).toBeLessThan(800);
    expect(steps).toBeGreaterThan(KEYS / 2 / 800);
    expect([keyspace.lazyFree.pendingObjects, keyspace.lazyFree.freedObjects]).toEqual([0, KEYS / 2]);
    expect(get(database, 'key:0')).toBe('new');
    expect(get(keyspace.databases[1], 'key:1')).toBe('1');
    verify(keyspace);
    flushAll(keyspace, false);
    expect(keyspace.arena.usedBytes).toBe(0);
  });

  test('stops when its time is spent', () => {
    const keyspace = filled();
    let now = 0;
    const budget = new TimeBudget(() => {
      now += 100;
      return now;
    });
    flushAll(keyspace, true);
    let slices = 0;
    do {
      const before = keyspace.lazyFree.freedObjects;
      budget.start(500);
      keyspace.lazyFree.run(budget);
      // Five looks at the clock, each behind one piece.
      expect(keyspace.lazyFree.freedObjects - before).toBeLessThan(5 * 800);
      slices++;
    } while (keyspace.lazyFree.isPending);
    expect(slices).toBeGreaterThan(5);
    expect(keyspace.arena.usedBytes).toBe(0);
  });
});
