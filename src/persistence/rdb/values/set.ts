/** Warm. Sets in the forms of the RDB format. */
import type { Keyspace } from '../../../keyspace/keyspace.ts';
import { TYPE_SET as SET } from '../../../keyspace/record.ts';
import { SEGMENT_SHIFT } from '../../../memory/arena.ts';
import { intsetBytes, intsetCount } from '../../../memory/intset.ts';
import { listpackBytes, listpackCount } from '../../../memory/listpack.ts';
import { ENCODING_HASHTABLE, ENCODING_INTSET, ENCODING_LISTPACK } from '../../../values/encoding.ts';
import { MemberTable, memberLengthOf, memberStartOf } from '../../../values/set/member-table.ts';
import type { SetValue } from '../../../values/set/set-value.ts';
import { TYPE_SET, TYPE_SET_INTSET, TYPE_SET_LISTPACK, versionOfForm } from '../format.ts';
import { RdbError, type RdbInput } from '../input.ts';
import type { RdbOutput } from '../output.ts';
import { LARGE_TABLE_ENTRIES, TablePieces } from '../table-pieces.ts';
import {
  type DecodedValue,
  finish,
  PART_ELEMENTS,
  type Parts,
  type ValueCodec,
  type ValueStore,
} from '../value-codec.ts';
import type { ValuePieces } from '../value-pieces.ts';
import { readIntset, readListpack, writeBlock } from './packed.ts';

export const setCodec: ValueCodec = {
  type: SET,
  forms: [TYPE_SET, TYPE_SET_INTSET, TYPE_SET_LISTPACK],

  formOf(_store: ValueStore, encoding: number, _root: number, version: number): number {
    if (encoding === ENCODING_INTSET) return TYPE_SET_INTSET;
    return encoding === ENCODING_LISTPACK && knowsListpacks(version) ? TYPE_SET_LISTPACK : TYPE_SET;
  },

  write(output: RdbOutput, store: ValueStore, encoding: number, root: number): void {
    const { arena } = store;
    if (encoding === ENCODING_INTSET) return writeBlock(output, arena, root, intsetBytes(arena, root));
    if (encoding === ENCODING_LISTPACK && knowsListpacks(output.version))
      return writeBlock(output, arena, root, listpackBytes(arena, root));
    const { set } = store.structures.sets;
    set.open(encoding, root);
    output.length(set.count);
    set.begin();
    while (set.next()) output.string(set.member.bytes, set.member.start, set.member.end);
  },

  pieces(target: RdbOutput, store: ValueStore, encoding: number, root: number): ValuePieces | null {
    if (encoding !== ENCODING_HASHTABLE) return null;
    if (store.structures.sets.count(encoding, root) < LARGE_TABLE_ENTRIES) return null;
    const { arena } = store;
    const form = {
      table: new MemberTable(arena, store.hashKey),
      head: (output: RdbOutput, count: number): void => output.length(count),
      entry(output: RdbOutput, entry: number): void {
        const start = memberStartOf(arena, entry);
        output.string(arena.bytes[entry >>> SEGMENT_SHIFT], start, start + memberLengthOf(arena, entry));
      },
    };
    return new TablePieces(form, root, target);
  },

  read(input: RdbInput, form: number, keyspace: Keyspace, into: DecodedValue): void {
    const { set } = keyspace.structures.sets;
    into.root = 0;
    if (form === TYPE_SET) return finish(readMembers(input, keyspace, into));
    if (form === TYPE_SET_INTSET) openIntset(input, keyspace, set);
    else if (!openListpack(input, keyspace, set)) return;
    into.encoding = set.encoding;
    into.root = set.root;
  },

  readInParts(input: RdbInput, form: number, keyspace: Keyspace, into: DecodedValue): Parts | null {
    return form === TYPE_SET ? readMembers(input, keyspace, into) : null;
  },
};

function knowsListpacks(version: number): boolean {
  return version >= versionOfForm(TYPE_SET_LISTPACK);
}

function openIntset(input: RdbInput, keyspace: Keyspace, set: SetValue): void {
  const root = readIntset(input, keyspace.arena);
  set.open(ENCODING_INTSET, root);
  expect(keyspace, set, intsetCount(keyspace.arena, root));
}

/** Returns false if the set is empty. */
function openListpack(input: RdbInput, keyspace: Keyspace, set: SetValue): boolean {
  const root = readListpack(input, keyspace, 1);
  if (root === 0) return false;
  set.open(ENCODING_LISTPACK, root);
  expect(keyspace, set, listpackCount(keyspace.arena, root));
  return true;
}

/** Gives a set that is larger than it may be here another form. */
function expect(keyspace: Keyspace, set: SetValue, members: number): void {
  try {
    set.expect(members);
  } catch (error) {
    keyspace.structures.sets.free(set.encoding, set.root);
    throw error;
  }
}

function* readMembers(input: RdbInput, keyspace: Keyspace, into: DecodedValue): Parts {
  const { sets } = keyspace.structures;
  const count = input.length();
  // As in Redis: too many for a set of integers are too many for any small form, whatever they are.
  const expected = count > sets.set.limits.integersMax ? Number.POSITIVE_INFINITY : count;
  into.root = 0;
  try {
    for (let left = count; left > 0; ) {
      left -= addMembers(input, sets.set, into, Math.min(PART_ELEMENTS, left), expected);
      if (left > 0) yield;
    }
  } catch (error) {
    if (into.root !== 0) sets.free(into.encoding, into.root);
    throw error;
  }
}

/** Reads up to that many members into the set that has been begun, or begins it; returns how many. */
function addMembers(
  input: RdbInput,
  set: SetValue,
  into: DecodedValue,
  count: number,
  expected: number,
): number {
  const { offset } = input;
  if (into.root !== 0) set.open(into.encoding, into.root);
  try {
    for (let i = 0; i < count; i++) {
      if (input.gather()) return i;
      input.string();
      const { stringBytes, stringStart, stringEnd } = input;
      if (into.root === 0) set.createFor(stringBytes, stringStart, stringEnd, expected);
      into.root = set.root;
      if (!set.add(stringBytes, stringStart, stringEnd)) throw new RdbError('a member twice', offset);
    }
  } finally {
    // Of a set that was not begun nothing is known yet.
    if (into.root !== 0) keepPlace(into, set);
  }
  return count;
}

function keepPlace(into: DecodedValue, { encoding, root }: SetValue): void {
  into.encoding = encoding;
  into.root = root;
}
