import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { PREFETCH_KEYS } from '../../src/keyspace/prefetch.ts';
import { hashBytes } from '../../src/memory/hash.ts';
import { get, newKeyspace, put, verify } from './instance.ts';

const encoder = new TextEncoder();

/** The keys behind one another, as they stand in a request, and where. */
function laidOut(keys: readonly string[]): { bytes: Uint8Array; offsets: Int32Array } {
  const bytes = encoder.encode(keys.map((key) => `$${key}`).join(''));
  const offsets: number[] = [];
  let at = 0;
  for (const key of keys) {
    offsets.push(at + 1, at + 1 + key.length);
    at += 1 + key.length;
  }
  return { bytes, offsets: Int32Array.from(offsets) };
}

const key = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 4 }),
  fc.constant('k'.repeat(65)),
);

test('hashes are the same whether they were prefetched or not, in whatever order they are asked for', () => {
  const asked = fc.array(fc.nat(PREFETCH_KEYS - 1), { maxLength: 40 });
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: PREFETCH_KEYS }), asked, (keys, order) => {
      const { prefetch, databases, hashKey } = newKeyspace();
      const { bytes, offsets } = laidOut(keys);
      prefetch.load(databases[0], bytes, offsets, 0, 2, keys.length);
      for (const wanted of order) {
        const place = (wanted % keys.length) << 1;
        const expected = hashBytes(bytes, offsets[place], offsets[place + 1], hashKey.word0, hashKey.word1);
        expect(prefetch.hashOf(offsets[place], offsets[place + 1])).toBe(expected);
      }
    }),
    { numRuns: 200 },
  );
});

test('a part of a prefetched key has a hash of its own', () => {
  const { prefetch, databases, hashKey } = newKeyspace();
  const { bytes, offsets } = laidOut(['abcd']);
  prefetch.load(databases[0], bytes, offsets, 0, 2, 1);
  expect(prefetch.hashOf(1, 4)).toBe(hashBytes(bytes, 1, 4, hashKey.word0, hashKey.word1));
});

test('nothing is prefetched after forget', () => {
  const { prefetch, databases } = newKeyspace();
  const { bytes, offsets } = laidOut(['abcd']);
  prefetch.load(databases[0], bytes, offsets, 0, 2, 1);
  expect(prefetch.bytes).toBe(bytes);
  prefetch.forget();
  expect(prefetch.bytes).not.toBe(bytes);
});

test('prefetching changes nothing, with keys that are there and keys that are not', () => {
  const keyspace = newKeyspace();
  const [database] = keyspace.databases;
  for (let i = 0; i < 5000; i++) put(database, `key:${i}`, `value ${i}`);
  const { bytes, offsets } = laidOut(Array.from({ length: PREFETCH_KEYS }, (_, i) => `key:${i * 600}`));
  keyspace.prefetch.load(database, bytes, offsets, 0, 2, PREFETCH_KEYS);
  for (let i = 0; i < 5000; i++) expect(get(database, `key:${i}`)).toBe(`value ${i}`);
  verify(keyspace);
});
