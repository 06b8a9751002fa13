import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Arena } from '../../../src/memory/arena.ts';
import { ENCODING_HASHTABLE, ENCODING_LISTPACK, ENCODING_LISTPACK_EX } from '../../../src/values/encoding.ts';
import { HashValue, KEEP_EXPIRY, NO_EXPIRY } from '../../../src/values/hash/hash-value.ts';
import { HashLimits } from '../../../src/values/hash/limits.ts';
import { HashStructure } from '../../../src/values/hash/structure.ts';

interface Field {
  readonly value: string;
  readonly expiry: number;
}

function newHash(fieldsMax: number, bytesMax: number, checked = true): HashStructure {
  const limits = new HashLimits();
  limits.packedFieldsMax = fieldsMax;
  limits.packedBytesMax = bytesMax;
  return new HashStructure(new HashValue(new Arena({ checked }), { word0: 1, word1: 2 }, limits));
}

function toBytes(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

function set(hash: HashValue, field: string, value: string, expiry: number): boolean {
  const bytes = toBytes(field);
  const text = toBytes(value);
  return hash.set(bytes, 0, bytes.length, text, 0, text.length, expiry);
}

function find(hash: HashValue, field: string): boolean {
  return hash.find(toBytes(field), 0, field.length);
}

/** All fields, by going through them. */
function contents(hash: HashValue): Map<string, Field> {
  const found = new Map<string, Field>();
  hash.begin();
  while (hash.next()) {
    hash.readField();
    hash.readValue();
    const text = ({ bytes, start, end }: HashValue['field']): string =>
      Buffer.from(bytes.subarray(start, end)).toString('latin1');
    found.set(text(hash.field), { value: text(hash.value), expiry: hash.expiry });
  }
  return found;
}

const texts = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '1', '-5', '70000', '9223372036854775807', '', 'x'.repeat(9)),
  fc.string({ maxLength: 10, unit: 'binary-ascii' }),
  fc.constantFrom('y'.repeat(11), 'z'.repeat(1100)),
);
const operations = fc.array(
  fc.tuple(
    fc.constantFrom('set', 'keep', 'timed', 'expire', 'persist', 'remove', 'reclaim'),
    texts,
    texts,
    fc.integer({ min: 1, max: 50 }),
  ),
  { maxLength: 120, size: 'max' },
);

describe('a hash', () => {
  test('behaves like a map with expiries in every encoding, and leaves no memory behind', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 3, 8, 1000),
        fc.constantFrom(10, 5000),
        operations,
        (fieldsMax, bytesMax, steps) => {
          const structure = newHash(fieldsMax, bytesMax);
          const { hash } = structure;
          hash.create();
          const model = new Map<string, Field>();
          for (const [kind, field, value, time] of steps) {
            const old = model.get(field);
            if (kind === 'set' || kind === 'keep' || kind === 'timed') {
              const expiry = kind === 'set' ? NO_EXPIRY : kind === 'keep' ? KEEP_EXPIRY : time;
              expect(set(hash, field, value, expiry)).toBe(old === undefined);
              const kept = kind === 'keep' ? (old?.expiry ?? NO_EXPIRY) : expiry;
              model.set(field, { value, expiry: kept });
            } else if (kind === 'reclaim') {
              let removed = 0;
              do {
                removed += structure.removeExpired(hash.encoding, hash.root, time, null);
                hash.open(hash.encoding, structure.rootAfter);
              } while (structure.mayHaveMore);
              const gone = [...model].filter(([, { expiry }]) => expiry !== NO_EXPIRY && expiry < time);
              expect(removed).toBe(gone.length);
              for (const [name] of gone) model.delete(name);
            } else {
              expect(find(hash, field)).toBe(old !== undefined);
              if (old === undefined) continue;
              if (kind === 'remove') {
                hash.removeFound();
                model.delete(field);
              } else {
                const expiry = kind === 'expire' ? time : NO_EXPIRY;
                hash.setExpiry(toBytes(field), 0, field.length, expiry);
                model.set(field, { value: old.value, expiry });
              }
            }
            structure.verify(hash.encoding, hash.root);
            hash.open(hash.encoding, hash.root);
          }
          expect(contents(hash)).toEqual(model);
          expect(hash.count).toBe(model.size);
          expect(hash.expires).toBe([...model.values()].some(({ expiry }) => expiry !== NO_EXPIRY));
          const { encoding, root } = hash;
          const copy = structure.copy(encoding, root);
          structure.free(encoding, root);
          hash.open(encoding, copy);
          expect(contents(hash)).toEqual(model);
          let left = copy;
          while (left !== 0) left = structure.freeSome(encoding, left, 2);
          expect(hash.arena.usedBytes).toBe(0);
          hash.arena.verify();
        },
      ),
      { numRuns: 150, seed: 1 },
    );
  });

  test('changes its encoding where the limits say', () => {
    const { hash } = newHash(3, 10);
    hash.create();
    for (const field of ['a', 'b', 'c']) set(hash, field, '1', NO_EXPIRY);
    expect(hash.encoding).toBe(ENCODING_LISTPACK);
    set(hash, 'a', '1', 100);
    expect(hash.encoding).toBe(ENCODING_LISTPACK_EX);
    set(hash, 'a', 'x'.repeat(10), NO_EXPIRY);
    expect(hash.encoding).toBe(ENCODING_LISTPACK_EX);
    set(hash, 'd', '1', NO_EXPIRY);
    expect(hash.encoding).toBe(ENCODING_HASHTABLE);
    hash.create();
    set(hash, 'a', 'x'.repeat(11), NO_EXPIRY);
    expect(hash.encoding).toBe(ENCODING_HASHTABLE);
  });

  test('with a million fields takes few bytes for each, and is freed in pieces', () => {
    const structure = newHash(512, 64, false);
    const { hash } = structure;
    hash.create();
    const count = 200_000;
    for (let i = 0; i < count; i++)
      set(hash, `field:${String(i).padStart(12, '0')}`, `value:${String(i).padStart(10, '0')}`, NO_EXPIRY);
    const { encoding, root } = hash;
    expect(structure.bytes(encoding, root, 0)).toBe(hash.arena.usedBytes);
    expect(structure.bytes(encoding, root, 5) / count).toBeLessThan(54);
    let pieces = 0;
    for (let left = root; left !== 0; pieces++) left = structure.freeSome(encoding, left, 1000);
    expect(pieces).toBeGreaterThan(50);
    expect(hash.arena.usedBytes).toBe(0);
  });

  test('picks every field with the same probability', () => {
    for (const fieldsMax of [0, 100]) {
      const { hash } = newHash(fieldsMax, 64);
      hash.create();
      for (let i = 0; i < 20; i++) set(hash, `f${i}`, '1', NO_EXPIRY);
      let state = 1;
      const random = (bound: number): number => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * bound);
      };
      const times = new Map<string, number>();
      for (let i = 0; i < 20_000; i++) {
        hash.pick(random);
        hash.readField();
        const name = Buffer.from(hash.field.bytes.subarray(hash.field.start, hash.field.end)).toString();
        times.set(name, (times.get(name) ?? 0) + 1);
      }
      expect(times.size).toBe(20);
      expect(Math.min(...times.values())).toBeGreaterThan(800);
      expect(Math.max(...times.values())).toBeLessThan(1200);
    }
  });
});
