import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { scanBatch } from '../../src/keyspace/scan.ts';
import { ReferenceList } from '../../src/memory/reference-list.ts';
import { keyOf, newKeyspace, put, remove } from './instance.ts';

describe('scanning', () => {
  test('meets every key that is there from the beginning to the end, whatever happens in between', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 1, max: 200 }),
        fc.array(fc.record({ add: fc.boolean(), many: fc.nat(400) }), { minLength: 1, maxLength: 20 }),
        (initial, wanted, changes) => {
          const keyspace = newKeyspace();
          const [database] = keyspace.databases;
          for (let i = 0; i < initial; i++) {
            put(database, `stays:${i}`, 'v');
            put(database, `goes:${i}`, 'v');
          }
          const met = new Set<string>();
          const found = new ReferenceList();
          let cursor = 0;
          let batch = 0;
          do {
            found.clear();
            cursor = scanBatch(database.keys, cursor, wanted, found);
            for (let i = 0; i < found.count; i++) met.add(keyOf(keyspace, found.items[i]));
            const { add, many } = changes[batch++ % changes.length];
            for (let i = 0; i < many && batch < 40; i++) {
              if (add) put(database, `new:${batch}:${i}`, 'v');
              else remove(database, `goes:${(batch * 400 + i) % (initial + 1)}`);
            }
          } while (cursor !== 0);
          for (let i = 0; i < initial; i++) expect(met.has(`stays:${i}`)).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('meets each key once when nothing changes, and at least as many at a time as wanted', () => {
    const keyspace = newKeyspace();
    const [database] = keyspace.databases;
    for (let i = 0; i < 5000; i++) put(database, String(i), 'v');
    const found = new ReferenceList();
    let cursor = 0;
    do {
      const before = found.count;
      cursor = scanBatch(database.keys, cursor, 100, found);
      if (cursor !== 0) expect(found.count - before).toBeGreaterThanOrEqual(100);
    } while (cursor !== 0);
    expect(found.count).toBe(5000);
    expect(
      new Set(Array.from(found.items.subarray(0, found.count), (record) => keyOf(keyspace, record))).size,
    ).toBe(5000);
  });

  test('ends at once in an empty database', () => {
    const found = new ReferenceList();
    expect(scanBatch(newKeyspace().databases[0].keys, 77, 10, found)).toBe(0);
    expect(found.count).toBe(0);
  });
});
