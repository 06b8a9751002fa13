/** Warm. Sorted sets in the forms of the RDB format. */
import type { Keyspace } from '../../../keyspace/keyspace.ts';
import { TYPE_SORTED_SET } from '../../../keyspace/record.ts';
import { SEGMENT_SHIFT } from '../../../memory/arena.ts';
import { parseDouble } from '../../../memory/double-parse.ts';
import { listpackBytes, listpackCount } from '../../../memory/listpack.ts';
import { ENCODING_LISTPACK } from '../../../values/encoding.ts';
import { ScoredTable } from '../../../values/sorted-set/indexes.ts';
import { memberLengthOf, memberStartOf, scoreOf } from '../../../values/sorted-set/scored-entry.ts';
import { SortedRuns } from '../../../values/sorted-set/sorted-runs.ts';
import type { SortedSetValue } from '../../../values/sorted-set/sorted-set-value.ts';
import { TYPE_ZSET, TYPE_ZSET_2, TYPE_ZSET_LISTPACK, TYPE_ZSET_ZIPLIST } from '../format.ts';
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
import { readListpack, readZiplist, writeBlock } from './packed.ts';

/**
 *     ZSET_2       count, then of each member its name as a string and its score as a double, little endian; we begin with the
 *                  highest, as others do
 *     ZSET         the same with scores as texts: a length and characters, or one of three lengths that stand for a value
 *     LISTPACK     a listpack as a string: members, each followed by its score, in order
 *     ZIPLIST      the same in a ziplist
 */
const TEXT_NAN = 253;
const TEXT_INFINITY = 254;
const TEXT_MINUS_INFINITY = 255;
const DOUBLE_BYTES = 8;

const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);

export const sortedSetCodec: ValueCodec = {
  type: TYPE_SORTED_SET,
  forms: [TYPE_ZSET, TYPE_ZSET_2, TYPE_ZSET_ZIPLIST, TYPE_ZSET_LISTPACK],

  formOf(_store: ValueStore, encoding: number): number {
    return encoding === ENCODING_LISTPACK ? TYPE_ZSET_LISTPACK : TYPE_ZSET_2;
  },

  write(output: RdbOutput, store: ValueStore, encoding: number, root: number): void {
    const { arena } = store;
    if (encoding === ENCODING_LISTPACK) return writeBlock(output, arena, root, listpackBytes(arena, root));
    const { sortedSet } = store.structures.sortedSets;
    const { member } = sortedSet;
    sortedSet.open(encoding, root);
    const { count } = sortedSet;
    output.length(count);
    sortedSet.seek(count - 1);
    do {
      output.string(member.bytes, member.start, member.end);
      double[0] = sortedSet.score;
      output.bytes(doubleBytes, 0, DOUBLE_BYTES);
    } while (sortedSet.previous());
  },

  pieces(target: RdbOutput, store: ValueStore, encoding: number, root: number): ValuePieces | null {
    if (encoding === ENCODING_LISTPACK) return null;
    if (store.structures.sortedSets.count(encoding, root) < LARGE_TABLE_ENTRIES) return null;
    const { arena } = store;
    const form = {
      table: new ScoredTable(arena, store.hashKey),
      head: (output: RdbOutput, count: number): void => output.length(count),
      entry(output: RdbOutput, entry: number): void {
        const start = memberStartOf(arena, entry);
        output.string(arena.bytes[entry >>> SEGMENT_SHIFT], start, start + memberLengthOf(arena, entry));
        double[0] = scoreOf(arena, entry);
        output.bytes(doubleBytes, 0, DOUBLE_BYTES);
      },
    };
    return new TablePieces(form, root, target);
  },

  read(input: RdbInput, form: number, keyspace: Keyspace, into: DecodedValue): void {
    const { sortedSet } = keyspace.structures.sortedSets;
    into.root = 0;
    if (!isPacked(form)) return finish(readMembers(input, form, sortedSet, into));
    if (!openPacked(input, form, keyspace, sortedSet)) return;
    into.encoding = sortedSet.encoding;
    into.root = sortedSet.root;
  },

  readInParts(input: RdbInput, form: number, keyspace: Keyspace, into: DecodedValue): Parts | null {
    return isPacked(form) ? null : readMembers(input, form, keyspace.structures.sortedSets.sortedSet, into);
  },
};

function isPacked(form: number): boolean {
  return form === TYPE_ZSET_LISTPACK || form === TYPE_ZSET_ZIPLIST;
}

/** Returns false if the sorted set is empty. */
function openPacked(input: RdbInput, form: number, keyspace: Keyspace, sortedSet: SortedSetValue): boolean {
  const { offset } = input;
  const root =
    form === TYPE_ZSET_ZIPLIST ? readZiplist(input, keyspace, 2) : readListpack(input, keyspace, 2);
  if (root === 0) return false;
  sortedSet.open(ENCODING_LISTPACK, root);
  try {
    if (!sortedSet.isOrdered()) throw new RdbError('members without scores, or out of order', offset);
    sortedSet.expect(listpackCount(keyspace.arena, root) / 2, 0);
  } catch (error) {
    sortedSet.free();
    throw error;
  }
  return true;
}

/** First all members come into the table, then into the tree. */
function* readMembers(input: RdbInput, form: number, sortedSet: SortedSetValue, into: DecodedValue): Parts {
  const count = input.length();
  into.root = 0;
  if (count === 0) return;
  sortedSet.createBig();
  const { encoding, root } = sortedSet;
  const progress = { form, runs: new SortedRuns(sortedSet.arena, count), left: count, longest: 0 };
  try {
    while (addMembers(input, sortedSet, progress)) {
      yield;
      sortedSet.open(encoding, root);
    }
    progress.runs.begin();
    while (sortedSet.big.orderSome(progress.runs, PART_ELEMENTS)) {
      yield;
      sortedSet.open(encoding, root);
    }
    sortedSet.compact(progress.longest);
  } catch (error) {
    sortedSet.open(encoding, root);
    sortedSet.free();
    throw error;
  }
  into.encoding = sortedSet.encoding;
  into.root = sortedSet.root;
}

interface Progress {
  readonly form: number;
  readonly runs: SortedRuns;
  /** Members that are still to be read. */
  left: number;
  /** Bytes of the longest one so far. */
  longest: number;
}

/** Reads some members; returns whether there are more. */
function addMembers(input: RdbInput, sortedSet: SortedSetValue, progress: Progress): boolean {
  const { offset } = input;
  const { big } = sortedSet;
  const { form, runs } = progress;
  for (let some = PART_ELEMENTS; some > 0 && progress.left > 0; some--) {
    if (input.gather()) return true;
    input.string();
    const { stringStart, stringEnd } = input;
    progress.longest = Math.max(progress.longest, stringEnd - stringStart);
    // The score is only known behind the name, which does not stay.
    if (sortedSet.find(input.stringBytes, stringStart, stringEnd))
      throw new RdbError('a member twice', offset);
    const entry = big.addUnordered(0, input.stringBytes, stringStart, stringEnd);
    const score = form === TYPE_ZSET_2 ? readDouble(input) : readScoreText(input);
    if (Number.isNaN(score)) throw new RdbError('a score that is no number', offset);
    big.scoreUnordered(entry, score);
    runs.add(score, entry);
    progress.left--;
  }
  return progress.left > 0;
}

function readDouble(input: RdbInput): number {
  for (let i = 0; i < DOUBLE_BYTES; i++) doubleBytes[i] = input.byte();
  return double[0];
}

function readScoreText(input: RdbInput): number {
  const length = input.byte();
  if (length === TEXT_NAN) return Number.NaN;
  if (length === TEXT_INFINITY) return Number.POSITIVE_INFINITY;
  if (length === TEXT_MINUS_INFINITY) return Number.NEGATIVE_INFINITY;
  input.raw(length);
  return parseDouble(input.stringBytes, input.stringStart, input.stringEnd);
}
