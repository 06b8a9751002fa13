import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Arena } from '../../../src/memory/arena.ts';
import { ENCODING_HASHTABLE, ENCODING_INTSET, ENCODING_LISTPACK } from '../../../src/values/encoding.ts';
import { SetLimits } from '../../../src/values/set/limits.ts';
import { SetValue } from '../../../src/values/set/set-value.ts';
import { SetStructure } from '../../../src/values/set/structure.ts';

function newSet(integersMax: number, membersMax: number, bytesMax: number, checked = true): SetStructure {
  const limits = new SetLimits();
  limits.integersMax = integersMax;
  limits.packedMembersMax = membersMax;
  limits.packedBytesMax = bytesMax;
  return new SetStructure(new SetValue(new Arena({ checked }), { word0: 1, word1: 2 }, limits));
}

function toBytes(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

function add(set: SetValue, text: string): boolean {
  return set.add(toBytes(text), 0, text.length);
}

/** All members, by going through them. */
function contents(set: SetValue): Set<string> {
  const found = new Set<string>();
  set.begin();
  while (set.next())
    found.add(Buffer.from(set.member.bytes.subarray(set.member.start, set.member.end)).toString('latin1'));
  return found;
}

const texts = fc.oneof(
  fc.integer({ min: -10, max: 10 }).map(String),
  fc.constantFrom('9223372036854775807', '-9223372036854775808', '70000', '007', '-0', ''),
  fc.string({ maxLength: 10, unit: 'binary-ascii' }),
  fc.constantFrom('y'.repeat(25), 'z'.repeat(253), 'z'.repeat(254), 'z'.repeat(255), 'z'.repeat(70_000)),
);

describe('a set', () => {
  test('behaves like one in every encoding, and leaves no memory behind', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 4, 100),
        fc.constantFrom(0, 6, 100),
        fc.array(fc.tuple(fc.nat(3), texts), { maxLength: 100, size: 'max' }),
        (integersMax, membersMax, steps) => {
          const structure = newSet(integersMax, membersMax, 20);
          const { set } = structure;
          const first = steps[0]?.[1] ?? '';
          set.createFor(toBytes(first), 0, first.length, 1);
          const model = new Set<string>();
          for (const [kind, text] of steps) {
            expect(set.find(toBytes(text), 0, text.length)).toBe(model.has(text));
            if (kind === 0) {
              expect(set.remove(toBytes(text), 0, text.length)).toBe(model.delete(text));
            } else {
              expect(add(set, text)).toBe(!model.has(text));
              model.add(text);
            }
            structure.verify(set.encoding, set.root);
            set.open(set.encoding, set.root);
          }
          expect(contents(set)).toEqual(model);
          expect(set.count).toBe(model.size);
          const { encoding, root } = set;
          const copy = structure.copy(encoding, root);
          structure.free(encoding, root);
          set.open(encoding, copy);
          expect(contents(set)).toEqual(model);
          let left = copy;
          while (left !== 0) left = structure.freeSome(encoding, left, 2);
          expect(set.arena.usedBytes).toBe(0);
          set.arena.verify();
        },
      ),
      { numRuns: 150, seed: 1 },
    );
  });

  test('changes its encoding where the limits say', () => {
    const { set } = newSet(3, 5, 10);
    const encodingOf = (...members: string[]): number => {
      set.createFor(toBytes(members[0]!), 0, members[0]!.length, 1);
      for (const member of members) add(set, member);
      return set.encoding;
    };
    expect(encodingOf('1', '2', '3')).toBe(ENCODING_INTSET);
    expect(encodingOf('1', '2', '3', '4')).toBe(ENCODING_HASHTABLE);
    expect(encodingOf('1', '2', 'a')).toBe(ENCODING_LISTPACK);
    expect(encodingOf('a', '1', '2', '3', '4')).toBe(ENCODING_LISTPACK);
    expect(encodingOf('a', '1', '2', '3', '4', '5')).toBe(ENCODING_HASHTABLE);
    expect(encodingOf('a', 'x'.repeat(10))).toBe(ENCODING_LISTPACK);
    expect(encodingOf('a', 'x'.repeat(11))).toBe(ENCODING_HASHTABLE);
    set.createFor(toBytes('1'), 0, 1, 4);
    expect(set.encoding).toBe(ENCODING_LISTPACK);
    set.createFor(toBytes('1'), 0, 1, 6);
    expect(set.encoding).toBe(ENCODING_HASHTABLE);
  });

  test('with many members takes few bytes for each, and is freed in pieces', () => {
    const structure = newSet(512, 128, 64, false);
    const { set } = structure;
    set.createEmpty(0, false);
    const count = 200_000;
    for (let i = 0; i < count; i++) add(set, `member:${String(i).padStart(12, '0')}`);
    const { encoding, root } = set;
    expect(structure.bytes(encoding, root, 0)).toBe(set.arena.usedBytes);
    expect(structure.bytes(encoding, root, 5) / count).toBeLessThan(38);
    let pieces = 0;
    for (let left = root; left !== 0; pieces++) left = structure.freeSome(encoding, left, 1000);
    expect(pieces).toBeGreaterThan(50);
    expect(set.arena.usedBytes).toBe(0);
  });
});
