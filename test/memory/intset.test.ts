import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Arena, SEGMENT_MASK } from '../../src/memory/arena.ts';
import {
  createIntset,
  findMember,
  insertMember,
  intsetBytes,
  intsetCount,
  isIntset,
  memberHigh,
  memberLow,
  parseMember,
  removeMember,
  writeMember,
} from '../../src/memory/intset.ts';

const encoder = new TextEncoder();

function parse(value: bigint): boolean {
  const bytes = encoder.encode(String(value));
  return parseMember(bytes, 0, bytes.length);
}

function membersOf(arena: Arena, set: number): bigint[] {
  const text = new Uint8Array(32);
  return Array.from({ length: intsetCount(arena, set) }, (_, index) => {
    const length = writeMember(arena, set, index, text, 3);
    return BigInt(Buffer.from(text.subarray(3, 3 + length)).toString());
  });
}

function bytesOf(arena: Arena, set: number): Uint8Array {
  const start = (set & SEGMENT_MASK) << 3;
  return arena.bytes[0].slice(start, start + intsetBytes(arena, set));
}

const integers = fc.oneof(
  fc.bigInt(-40n, 40n),
  fc.bigInt(-(2n ** 15n) - 3n, -(2n ** 15n) + 3n),
  fc.bigInt(2n ** 15n - 3n, 2n ** 15n + 3n),
  fc.bigInt(-(2n ** 31n) - 3n, -(2n ** 31n) + 3n),
  fc.bigInt(2n ** 31n - 3n, 2n ** 31n + 3n),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
);

describe('intset', () => {
  test('behaves like a sorted set of 64-bit integers, and leaves no memory behind', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), integers), { maxLength: 150, size: 'max' }),
        (operations) => {
          const arena = new Arena({ checked: true });
          let set = createIntset(arena);
          const model = new Set<bigint>();
          for (const [adds, value] of operations) {
            expect(parse(value)).toBe(true);
            const index = findMember(arena, set, memberHighOf(value), Number(BigInt.asIntN(32, value)));
            expect(index >= 0).toBe(model.has(value));
            if (adds && index < 0) set = insertMember(arena, set, memberHighOf(value), lowOf(value));
            if (!adds && index >= 0) set = removeMember(arena, set, index);
            if (adds) model.add(value);
            else model.delete(value);
          }
          const sorted = [...model].sort((left, right) => (left < right ? -1 : 1));
          expect(membersOf(arena, set)).toEqual(sorted);
          const bytes = bytesOf(arena, set);
          expect(isIntset(bytes, 0, bytes.length, true)).toBe(model.size > 0);
          arena.free(set);
          arena.verify();
          expect(arena.usedBytes).toBe(0);
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });

  test('parses integers in their only form', () => {
    for (const text of ['', '-', '01', '+1', '-0', '1.0', '9223372036854775808', '1'.repeat(21)])
      expect(parseMember(encoder.encode(text), 0, text.length)).toBe(false);
    expect(parse(-(2n ** 63n))).toBe(true);
    expect([memberHigh, memberLow]).toEqual([-(2 ** 31), 0]);
    expect(parse(-1n)).toBe(true);
    expect([memberHigh, memberLow]).toEqual([-1, -1]);
  });

  test('has the widths of the format', () => {
    const arena = new Arena({ checked: true });
    let set = createIntset(arena);
    for (const value of [5n, -7n]) set = insertMember(arena, set, memberHighOf(value), lowOf(value));
    expect(Buffer.from(bytesOf(arena, set)).toString('hex')).toBe('0200000002000000f9ff0500');
    set = insertMember(arena, set, 0, 70_000);
    expect(Buffer.from(bytesOf(arena, set)).toString('hex')).toBe('0400000003000000f9ffffff0500000070110100');
  });

  test('refuses bytes that are no set', () => {
    const good = Buffer.from('0200000002000000f9ff0500', 'hex');
    expect(isIntset(good, 0, good.length, true)).toBe(true);
    for (const hex of [
      '',
      '02000000',
      '0200000000000000',
      '0300000002000000f9ff0500',
      '0200000003000000f9ff0500',
      '0200000001000000f9ff0500',
      '02000000ffffffff',
    ]) {
      const bytes = Buffer.from(hex, 'hex');
      expect(isIntset(bytes, 0, bytes.length, false)).toBe(false);
    }
    const unsorted = Buffer.from('02000000020000000500f9ff', 'hex');
    expect(isIntset(unsorted, 0, unsorted.length, false)).toBe(true);
    expect(isIntset(unsorted, 0, unsorted.length, true)).toBe(false);
  });
});

function memberHighOf(value: bigint): number {
  return Number(value >> 32n);
}

function lowOf(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}
