import { describe, expect, test } from 'bun:test';
import { ActiveExpiry } from '../../src/keyspace/expiry.ts';
import type { Keyspace } from '../../src/keyspace/keyspace.ts';
import { NO_EXPIRY } from '../../src/keyspace/string-value.ts';
import { TimeBudget } from '../../src/keyspace/time-budget.ts';
import { newKeyspace, put, START, verify } from './instance.ts';

/** A clock that moves by `step` microseconds whenever it is read: work is measured by how often it looks. */
function steppingBudget(step: number): { budget: TimeBudget; reads: () => number } {
  let reads = 0;
  return { budget: new TimeBudget(() => reads++ * step), reads: () => reads };
}

function fill(keyspace: Keyspace, count: number, expiryOf: (index: number) => number, database = 0): void {
  for (let i = 0; i < count; i++) put(keyspace.databases[database], `key:${i}`, String(i), expiryOf(i));
}

describe('active expiry', () => {
  test('deletes a million keys that expire at once in slices of bounded work', () => {
    const keyspace = newKeyspace({ checked: false });
    const total = 1_000_000;
    fill(keyspace, total, () => START + 1000);
    keyspace.setNow(START + 1001);
    const expiry = new ActiveExpiry(keyspace);
    // A round of 100 keys takes some 40 microseconds: one look at the clock each.
    const { budget } = steppingBudget(40);
    let slices = 0;
    let largest = 0;
    for (let left = true; left; slices++) {
      const before = keyspace.expiredKeys;
      budget.start(1000);
      left = expiry.run(budget);
      largest = Math.max(largest, keyspace.expiredKeys - before);
    }
    // 25 rounds a slice, each of 100 keys and what is left of a bucket.
    expect(largest).toBeLessThan(25 * 140);
    expect(slices).toBeLessThan(total / (25 * 90));
    // What is left is too little to hurry for, and goes in the slices that follow.
    expect(keyspace.databases[0].size).toBeLessThan(total * 0.02);
    for (let slice = 0; slice < 20_000 && keyspace.databases[0].size > 0; slice++) {
      budget.start(1000);
      expiry.run(budget);
    }
    expect(keyspace.arena.usedBytes).toBe(0);
    expect(keyspace.expiredKeys).toBe(total);
  });

  test('leaves what has not expired, in every database', () => {
    const keyspace = newKeyspace({ databases: 3 });
    fill(keyspace, 500, (i) => (i % 2 === 0 ? START + 10 : START + 1000), 0);
    fill(keyspace, 500, (i) => (i % 2 === 0 ? START + 10 : NO_EXPIRY), 2);
    keyspace.setNow(START + 11);
    const expiry = new ActiveExpiry(keyspace);
    const { budget } = steppingBudget(1);
    for (let slice = 0; slice < 50; slice++) {
      budget.start(1000);
      expiry.run(budget);
    }
    expect(keyspace.databases.map((database) => database.size)).toEqual([250, 0, 250]);
    expect(keyspace.databases.map((database) => database.expiring.count)).toEqual([250, 0, 0]);
    verify(keyspace);
  });

  test('does little when little has expired', () => {
    const keyspace = newKeyspace({ checked: false });
    fill(keyspace, 50_000, (i) => START + (i % 100 === 0 ? 1 : 1_000_000));
    keyspace.setNow(START + 100);
    const expiry = new ActiveExpiry(keyspace);
    const { budget, reads } = steppingBudget(1);
    budget.start(1000);
    expect(expiry.run(budget)).toBe(false);
    expect(reads()).toBeLessThan(5);
    expect(keyspace.expiredKeys).toBeLessThan(20);
    // Cycle by cycle all of them are met none the less.
    for (let slice = 0; slice < 600; slice++) expiry.run(budget);
    expect(keyspace.expiredKeys).toBe(500);
    expect(expiry.stalePercent).toBeLessThan(1);
  });

  test('tolerates fewer expired keys with more effort', () => {
    const leftAt = (effort: number): number => {
      const keyspace = newKeyspace({ checked: false });
      fill(keyspace, 20_000, (i) => START + (i % 20 === 0 ? 1 : 1_000_000));
      keyspace.setNow(START + 100);
      const expiry = new ActiveExpiry(keyspace);
      expiry.effort = effort;
      const { budget } = steppingBudget(10);
      budget.start(1000);
      expiry.run(budget);
      return keyspace.databases[0].size;
    };
    expect(leftAt(10)).toBeLessThan(leftAt(1) - 100);
  });

  test('rests when it is turned off, and where deleting is left to others', () => {
    const keyspace = newKeyspace();
    fill(keyspace, 100, () => START + 1);
    keyspace.setNow(START + 100);
    const expiry = new ActiveExpiry(keyspace);
    const { budget } = steppingBudget(1);
    budget.start(1000);
    expiry.enabled = false;
    expect([expiry.run(budget), keyspace.expiredKeys]).toEqual([false, 0]);
    expiry.enabled = true;
    keyspace.deletesExpired = false;
    expect([expiry.run(budget), keyspace.expiredKeys]).toEqual([false, 0]);
    keyspace.deletesExpired = true;
    expiry.run(budget);
    expect(keyspace.expiredKeys).toBe(100);
  });

  test('estimates how long keys have left', () => {
    const keyspace = newKeyspace({ checked: false });
    fill(keyspace, 10_000, (i) => START + 50_000 + i);
    const expiry = new ActiveExpiry(keyspace);
    const { budget } = steppingBudget(1);
    for (let slice = 0; slice < 200; slice++) {
      budget.start(1000);
      expiry.run(budget);
    }
    expect(keyspace.databases[0].averageTtl).toBeGreaterThan(54_000);
    expect(keyspace.databases[0].averageTtl).toBeLessThan(56_000);
  });
});
