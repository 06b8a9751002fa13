import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { flushAll, flushDatabase } from '../../src/keyspace/flush.ts';
import type { Keyspace } from '../../src/keyspace/keyspace.ts';
import { expiryOf } from '../../src/keyspace/record.ts';
import { KEEP_EXPIRY, NO_EXPIRY } from '../../src/keyspace/string-value.ts';
import { copyValue, moveValue } from '../../src/keyspace/transfer.ts';
import { get, newKeyspace, put, record, remove, START, verify, written } from './instance.ts';

interface Entry {
  value: string;
  expiry: number;
}

const longKey = 'k'.repeat(300);
const keys = ['a', 'b', 'key:c', longKey, `${longKey}2`];
const values = ['', '7', '-123456789012345678', 'text', 'x'.repeat(100), 'y'.repeat(9000)];

const operation = fc.record({
  kind: fc.constantFrom(
    'set',
    'set',
    'keep',
    'delete',
    'expire',
    'persist',
    'move',
    'copy',
    'wait',
    'swap',
    'flush',
  ),
  database: fc.nat(1),
  target: fc.nat(1),
  key: fc.constantFrom(...keys),
  other: fc.constantFrom(...keys),
  value: fc.constantFrom(...values),
  milliseconds: fc.integer({ min: 1, max: 50 }),
  flag: fc.boolean(),
});
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** The keyspace beside a plain model of it. */
class Models {
  readonly keyspace: Keyspace = newKeyspace();
  databases: Map<string, Entry>[] = [new Map(), new Map()];
  now = START;

  seen(database: number, key: string): Entry | undefined {
    const entry = this.databases[database].get(key);
    return entry !== undefined && entry.expiry !== NO_EXPIRY && entry.expiry < this.now ? undefined : entry;
  }

  apply(step: Operation): void {
    const { kind, database, key, value } = step;
    const real = this.keyspace.databases[database];
    const model = this.databases[database];
    const moment = this.now + step.milliseconds;
    if (kind === 'set') {
      const expiry = step.flag ? moment : NO_EXPIRY;
      put(real, key, value, expiry);
      model.set(key, { value, expiry });
    } else if (kind === 'keep') {
      model.set(key, { value, expiry: this.seen(database, key)?.expiry ?? NO_EXPIRY });
      put(real, key, value, KEEP_EXPIRY);
    } else if (kind === 'delete') {
      expect(remove(real, key)).toBe(this.seen(database, key) !== undefined);
      model.delete(key);
    } else if (kind === 'expire' || kind === 'persist') {
      const expiry = kind === 'expire' ? moment : NO_EXPIRY;
      const found = written(real, key);
      if (found !== 0) real.setExpiryFound(found, expiry);
      const entry = this.seen(database, key);
      if (entry !== undefined) entry.expiry = expiry;
    } else if (kind === 'move' || kind === 'copy') {
      this.#transfer(step);
    } else if (kind === 'wait') {
      this.now = moment;
      this.keyspace.setNow(moment);
    } else if (kind === 'swap') {
      this.keyspace.swap(0, 1);
      this.databases.reverse();
    } else if (step.milliseconds < 10) {
      flushDatabase(real, step.flag);
      model.clear();
    }
  }

  #transfer({ kind, database, target, key, other }: Operation): void {
    const real = this.keyspace.databases[database];
    const realTarget = this.keyspace.databases[target];
    const found = written(real, key);
    const entry = this.seen(database, key);
    expect(found !== 0).toBe(entry !== undefined);
    if (entry === undefined || (database === target && key === other)) return;
    const existing = written(realTarget, other);
    const name = new TextEncoder().encode(other);
    if (kind === 'move') moveValue(real, found, realTarget, existing, name, 0, name.length);
    else copyValue(found, realTarget, existing, name, 0, name.length);
    if (kind === 'move') this.databases[database].delete(key);
    this.databases[target].set(other, { ...entry });
  }

  check(): void {
    for (const [index, real] of this.keyspace.databases.entries()) {
      for (const key of keys) {
        const entry = this.seen(index, key);
        expect(get(real, key)).toBe(entry?.value);
        const found = record(real, key);
        if (entry !== undefined) expect(expiryOf(real.arena, found)).toBe(entry.expiry);
      }
    }
    verify(this.keyspace);
  }
}

describe('database', () => {
  test('does what a map with expiries does, and leaves no memory behind', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60, size: 'max' }), (steps) => {
        const models = new Models();
        for (const step of steps) models.apply(step);
        models.check();
        flushAll(models.keyspace, false);
        while (models.keyspace.lazyFree.runOnce());
        expect(models.keyspace.arena.usedBytes).toBe(0);
        verify(models.keyspace);
      }),
      { numRuns: 150 },
    );
  });

  test('a failing allocation changes nothing', () => {
    const keyspace = newKeyspace();
    const [database] = keyspace.databases;
    put(database, 'from', 'z'.repeat(9000), START + 1000);
    put(database, 'to', 'w'.repeat(9000));
    const used = keyspace.arena.usedBytes;
    const allocate = keyspace.arena.allocate.bind(keyspace.arena);
    for (let allowed = 0; allowed < 2; allowed++) {
      let left = allowed;
      keyspace.arena.allocate = (bytes) => {
        if (left-- === 0) throw new Error('no memory');
        return allocate(bytes);
      };
      const found = written(database, 'from');
      const existing = written(database, 'to');
      const name = new TextEncoder().encode('to');
      expect(() => copyValue(found, database, existing, name, 0, 2)).toThrow('no memory');
      keyspace.arena.allocate = allocate;
      expect(keyspace.arena.usedBytes).toBe(used);
      expect(get(database, 'from')).toBe('z'.repeat(9000));
      expect(get(database, 'to')).toBe('w'.repeat(9000));
      verify(keyspace);
    }
  });

  test('a moved value in a block of its own is not copied', () => {
    const keyspace = newKeyspace({ checked: false });
    const [database] = keyspace.databases;
    put(database, 'from', 'z'.repeat(1 << 20));
    let largest = 0;
    const allocate = keyspace.arena.allocate.bind(keyspace.arena);
    keyspace.arena.allocate = (bytes) => {
      largest = Math.max(largest, bytes);
      return allocate(bytes);
    };
    const found = written(database, 'from');
    moveValue(database, found, database, written(database, 'to'), new TextEncoder().encode('to'), 0, 2);
    expect(largest).toBeLessThan(100);
    expect(get(database, 'to')?.length).toBe(1 << 20);
    expect(get(database, 'from')).toBeUndefined();
  });
});

describe('keys that have expired', () => {
  const expired = (): Keyspace => {
    const keyspace = newKeyspace();
    put(keyspace.databases[0], 'key', 'value', START + 10);
    keyspace.setNow(START + 11);
    return keyspace;
  };

  test('are there in the last of their milliseconds, and deleted by the first look behind it', () => {
    const keyspace = newKeyspace();
    const [database] = keyspace.databases;
    put(database, 'key', 'value', START + 10);
    keyspace.setNow(START + 10);
    expect(get(database, 'key')).toBe('value');
    keyspace.setNow(START + 11);
    expect(get(database, 'key')).toBeUndefined();
    expect([database.size, database.expiring.count, keyspace.expiredKeys]).toEqual([0, 0, 1]);
  });

  test('are hidden but stay on a replica', () => {
    const keyspace = expired();
    const [database] = keyspace.databases;
    keyspace.deletesExpired = false;
    expect(get(database, 'key')).toBeUndefined();
    expect([database.size, keyspace.expiredKeys]).toEqual([1, 0]);
    keyspace.setNow(START);
    expect(get(database, 'key')).toBe('value');
  });

  test('make way for what a writable replica writes', () => {
    const keyspace = expired();
    const [database] = keyspace.databases;
    keyspace.deletesExpired = false;
    put(database, 'key', 'new');
    expect(get(database, 'key')).toBe('new');
    expect([database.size, database.expiring.count]).toEqual([1, 0]);
    verify(keyspace);
  });

  test('are like others while the data set is loaded', () => {
    const keyspace = expired();
    const [database] = keyspace.databases;
    keyspace.deletesExpired = false;
    keyspace.hidesExpired = false;
    expect(get(database, 'key')).toBe('value');
    put(database, 'key', 'new', KEEP_EXPIRY);
    expect(get(database, 'key')).toBe('new');
    keyspace.deletesExpired = true;
    expect(get(database, 'key')).toBeUndefined();
    verify(keyspace);
  });
});
