import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Arena, SEGMENT_MASK } from '../../src/memory/arena.ts';
import {
  AFTER,
  appendEntry,
  BEFORE,
  createListpack,
  deleteEntries,
  entryAt,
  findEntry,
  firstEntry,
  insertEntry,
  ListpackEntry,
  lastEntry,
  listpackBytes,
  listpackCount,
  nextEntry,
  prependEntry,
  previousEntry,
  replaceEntry,
  verifyListpack,
} from '../../src/memory/listpack.ts';

const entry = new ListpackEntry();

function toBytes(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

function textAt(arena: Arena, listpack: number, position: number): string {
  entry.read(arena, listpack, position);
  return Buffer.from(entry.bytes.subarray(entry.start, entry.end)).toString('latin1');
}

function entriesOf(arena: Arena, listpack: number): string[] {
  const texts: string[] = [];
  for (let at = firstEntry(arena, listpack); at !== 0; at = nextEntry(arena, listpack, at))
    texts.push(textAt(arena, listpack, at));
  return texts;
}

function backwards(arena: Arena, listpack: number): string[] {
  const texts: string[] = [];
  for (let at = lastEntry(arena, listpack); at !== 0; at = previousEntry(arena, listpack, at))
    texts.unshift(textAt(arena, listpack, at));
  return texts;
}

function bytesOf(arena: Arena, listpack: number): Uint8Array {
  const start = (listpack & SEGMENT_MASK) << 3;
  return arena.bytes[0].slice(start, start + listpackBytes(arena, listpack));
}

function append(arena: Arena, listpack: number, text: string): number {
  return appendEntry(arena, listpack, toBytes(text), 0, text.length);
}

const edges = [0n, 127n, 128n, 4095n, 4096n, 2n ** 15n, 2n ** 23n, 2n ** 31n, 2n ** 53n, 2n ** 63n - 2n];
const texts = fc.oneof(
  fc.string({ maxLength: 12, unit: 'binary-ascii' }),
  fc.tuple(fc.constantFrom(...edges), fc.bigInt(-2n, 1n), fc.boolean()).map(([edge, near, negative]) => {
    return String(negative ? -(edge + near) : edge + near);
  }),
  fc
    .constantFrom(62, 63, 64, 65, 124, 125, 126, 127, 4093, 4095, 4096, 4097, 16_379, 16_380, 16_381, 20_000)
    .map((length) => 'x'.repeat(length)),
  fc.constantFrom('', '-0', '007', '+1', '1.5', '9223372036854775807', '-9223372036854775808'),
);

describe('listpack', () => {
  test('behaves like an array of texts, and leaves no memory behind', () => {
    const operations = fc.array(fc.tuple(fc.nat(5), fc.nat(50), texts, fc.nat(3)), { maxLength: 60 });
    fc.assert(
      fc.property(operations, (steps) => {
        const arena = new Arena({ checked: true });
        let listpack = createListpack(arena, 0);
        const model: string[] = [];
        for (const [kind, place, text, count] of steps) {
          const bytes = toBytes(text);
          const index = model.length === 0 ? 0 : place % model.length;
          const position = entryAt(arena, listpack, index);
          if (kind === 0 || model.length === 0) {
            listpack = appendEntry(arena, listpack, bytes, 0, bytes.length);
            model.push(text);
          } else if (kind === 1) {
            listpack = prependEntry(arena, listpack, bytes, 0, bytes.length);
            model.unshift(text);
          } else if (kind === 2) {
            listpack = insertEntry(arena, listpack, position, BEFORE, bytes, 0, bytes.length);
            model.splice(index, 0, text);
          } else if (kind === 3) {
            listpack = insertEntry(arena, listpack, position, AFTER, bytes, 0, bytes.length);
            model.splice(index + 1, 0, text);
          } else if (kind === 4) {
            listpack = replaceEntry(arena, listpack, position, bytes, 0, bytes.length);
            model[index] = text;
          } else {
            listpack = deleteEntries(arena, listpack, position, count);
            model.splice(index, count);
          }
        }
        expect(entriesOf(arena, listpack)).toEqual(model);
        expect(backwards(arena, listpack)).toEqual(model);
        expect(listpackCount(arena, listpack)).toBe(model.length);
        const bytes = bytesOf(arena, listpack);
        expect(verifyListpack(bytes, 0, bytes.length, true)).toBe(true);
        for (let index = -model.length - 1; index <= model.length; index++) {
          const position = entryAt(arena, listpack, index);
          expect(position === 0 ? undefined : textAt(arena, listpack, position)).toBe(model.at(index));
        }
        arena.free(listpack);
        arena.verify();
        expect(arena.usedBytes).toBe(0);
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  test('finds texts and integers, passing over what is to be skipped', () => {
    const arena = new Arena({ checked: true });
    let listpack = createListpack(arena, 0);
    const fields = ['a', '1', '70000', '-5', '9223372036854775807', 'x'.repeat(70), ''];
    for (const field of fields) listpack = append(arena, append(arena, listpack, field), 'a');
    const find = (text: string, skip: number): number =>
      findEntry(arena, listpack, firstEntry(arena, listpack), toBytes(text), 0, text.length, skip);
    fields.forEach((field, index) => {
      expect(find(field, 1)).toBe(entryAt(arena, listpack, index * 2));
    });
    for (const missing of ['b', '2', '70001', '+1', 'x'.repeat(71)]) expect(find(missing, 1)).toBe(0);
    const second = nextEntry(arena, listpack, firstEntry(arena, listpack));
    expect(findEntry(arena, listpack, second, toBytes('a'), 0, 1, 0)).toBe(second);
  });

  test('has the bytes of the format', () => {
    const arena = new Arena({ checked: true });
    let listpack = createListpack(arena, 0);
    expect(Buffer.from(bytesOf(arena, listpack)).toString('hex')).toBe('070000000000ff');
    for (const text of ['ab', '5', '-1', '4096', '70000']) listpack = append(arena, listpack, text);
    expect(Buffer.from(bytesOf(arena, listpack)).toString('hex')).toBe(
      '190000000500826162030501dfff02f1001003f270110104ff',
    );
  });

  test('counts beyond what its header can say', () => {
    const arena = new Arena();
    let listpack = createListpack(arena, 0);
    for (let i = 0; i < 65_600; i++) listpack = append(arena, listpack, '1');
    expect(listpackCount(arena, listpack)).toBe(65_600);
    expect(entryAt(arena, listpack, 65_599)).toBe(lastEntry(arena, listpack));
    expect(entryAt(arena, listpack, 65_600)).toBe(0);
    listpack = deleteEntries(arena, listpack, firstEntry(arena, listpack), 100);
    expect(listpackCount(arena, listpack)).toBe(65_500);
    expect(verifyListpack(bytesOf(arena, listpack), 0, listpackBytes(arena, listpack), true)).toBe(true);
  });

  test('refuses damaged bytes, or reads them without leaving them', () => {
    const arena = new Arena({ checked: true });
    let listpack = createListpack(arena, 0);
    for (const text of ['ab', '5', '-1', '4096', 'x'.repeat(100), 'y'.repeat(5000), '99999999999'])
      listpack = append(arena, listpack, text);
    const good = bytesOf(arena, listpack);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, value, length) => {
        const bytes = good.slice();
        bytes[at] = value;
        verifyListpack(bytes, 0, bytes.length, true);
        if (length < good.length) expect(verifyListpack(good, 0, length, true)).toBe(false);
      }),
      { numRuns: 500, seed: 1 },
    );
    const swapped = good.slice();
    swapped[6] = 0x83;
    expect(verifyListpack(swapped, 0, swapped.length, true)).toBe(false);
    expect(verifyListpack(swapped, 0, swapped.length, false)).toBe(true);
  });
});
