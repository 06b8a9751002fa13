/**
 * Warm. Hashes in the forms of the RDB format. LISTPACK, ZIPLIST and ZIPMAP are one string each, of fields and values by
 * turns. Where fields may expire:
 *
 *     METADATA      earliest expiry (8 bytes), fields; each: expiry - earliest + 1 or 0 for none (a length), field, value
 *     LISTPACK_EX   earliest expiry (8 bytes), listpack of fields, values and expiries (0 for none), by expiry
 *                   (before Redis 7.4 was out both came without the earliest, METADATA with expiries as such)
 *     HASH_2        fields; each: field, value, expiry or -1 (8 bytes)                    (Valkey)
 */
import type { Keyspace } from '../../../keyspace/keyspace.ts';
import { TYPE_HASH as HASH } from '../../../keyspace/record.ts';
import { copyBytes, SEGMENT_SHIFT } from '../../../memory/arena.ts';
import { listpackBytes } from '../../../memory/listpack.ts';
import { ENCODING_HASHTABLE, ENCODING_LISTPACK, ENCODING_LISTPACK_EX } from '../../../values/encoding.ts';
import {
  entryExpiryOf,
  fieldLengthOf,
  fieldStartOf,
  valueLengthOf,
} from '../../../values/hash/field-entry.ts';
import { FieldTable } from '../../../values/hash/field-table.ts';
import { type HashValue, NO_EXPIRY } from '../../../values/hash/hash-value.ts';
import {
  TYPE_HASH,
  TYPE_HASH_2,
  TYPE_HASH_LISTPACK,
  TYPE_HASH_LISTPACK_EX,
  TYPE_HASH_LISTPACK_EX_EARLY,
  TYPE_HASH_METADATA,
  TYPE_HASH_METADATA_EARLY,
  TYPE_HASH_ZIPLIST,
  TYPE_HASH_ZIPMAP,
  VALKEY_VERSION_MIN,
} from '../format.ts';
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
import { longestText, readListpack, readZiplist, readZipmap, writeBlock } from './packed.ts';

/** Expiries have 48 bits at most. */
const EXPIRY_MAX = 2 ** 48 - 1;

/** Room for the names of most fields. */
const FIELD_BYTES = 256;

/** How far a hash has been read. */
interface Progress {
  readonly form: number;
  readonly earliest: number;
  /** Fields whose values are still to be read. */
  left: number;
  /** The field whose value comes next is field[0, fieldBytes), for strings are valid until the next one; -1 before its name. */
  field: Uint8Array;
  fieldBytes: number;
  /** When it expires, if that stands before the name. */
  expiry: number;
  /** Where it begins. */
  offset: number;
}

export const hashCodec: ValueCodec = {
  type: HASH,
  forms: [
    TYPE_HASH,
    TYPE_HASH_ZIPMAP,
    TYPE_HASH_ZIPLIST,
    TYPE_HASH_LISTPACK,
    TYPE_HASH_2,
    TYPE_HASH_LISTPACK_EX_EARLY,
    TYPE_HASH_METADATA,
    TYPE_HASH_LISTPACK_EX,
  ],

  formOf({ structures }: ValueStore, encoding: number, root: number, version: number): number {
    structures.hashes.hash.open(encoding, root);
    return formOf(structures.hashes.hash, version);
  },

  write(output: RdbOutput, store: ValueStore, encoding: number, root: number): void {
    const { arena } = store;
    const { hash } = store.structures.hashes;
    hash.open(encoding, root);
    const form = formOf(hash, output.version);
    if (!isPacked(form)) return writeFields(output, hash, form);
    if (form === TYPE_HASH_LISTPACK_EX) output.integer64(hash.earliest);
    writeBlock(output, arena, root, listpackBytes(arena, root));
  },

  pieces(target: RdbOutput, store: ValueStore, encoding: number, root: number): ValuePieces | null {
    if (encoding !== ENCODING_HASHTABLE) return null;
    const { hashes } = store.structures;
    if (hashes.count(encoding, root) < LARGE_TABLE_ENTRIES) return null;
    const { arena } = store;
    hashes.hash.open(encoding, root);
    const form = formOf(hashes.hash, target.version);
    // A lower bound, for the exact moment is found by looking at all fields.
    const { earliest } = hashes.hash;
    const tableForm = {
      table: new FieldTable(arena, store.hashKey),
      head(output: RdbOutput, count: number): void {
        if (form === TYPE_HASH_METADATA) output.integer64(earliest);
        output.length(count);
      },
      entry(output: RdbOutput, entry: number): void {
        const expiry = entryExpiryOf(arena, entry);
        if (form === TYPE_HASH_METADATA) writeDistance(output, expiry, earliest);
        const bytes = arena.bytes[entry >>> SEGMENT_SHIFT];
        const start = fieldStartOf(arena, entry);
        const end = start + fieldLengthOf(arena, entry);
        output.string(bytes, start, end);
        output.string(bytes, end, end + valueLengthOf(arena, entry));
        if (form === TYPE_HASH_2) writeExpiry(output, expiry);
      },
    };
    return new TablePieces(tableForm, root, target);
  },

  read(input: RdbInput, form: number, keyspace: Keyspace, into: DecodedValue): void {
    const { hash } = keyspace.structures.hashes;
    into.root = 0;
    if (!isPacked(form)) return finish(readFields(input, keyspace, form, into));
    if (!openPacked(input, keyspace, hash, form)) return;
    into.encoding = hash.encoding;
    into.root = hash.root;
  },

  readInParts(input: RdbInput, form: number, keyspace: Keyspace, into: DecodedValue): Parts | null {
    return isPacked(form) ? null : readFields(input, keyspace, form, into);
  },
};

/** The form for readers of a version: the oldest that can tell when fields expire, if any does. */
function formOf(hash: HashValue, version: number): number {
  if (!hash.expires) return hash.encoding === ENCODING_LISTPACK ? TYPE_HASH_LISTPACK : TYPE_HASH;
  if (version >= VALKEY_VERSION_MIN) return TYPE_HASH_2;
  return hash.encoding === ENCODING_LISTPACK_EX ? TYPE_HASH_LISTPACK_EX : TYPE_HASH_METADATA;
}

function writeFields(output: RdbOutput, hash: HashValue, form: number): void {
  const earliest = form === TYPE_HASH_METADATA ? hash.big.exactEarliest() : NO_EXPIRY;
  if (form === TYPE_HASH_METADATA) output.integer64(earliest);
  output.length(hash.count);
  hash.begin();
  while (hash.next()) {
    const { expiry } = hash;
    if (form === TYPE_HASH_METADATA) writeDistance(output, expiry, earliest);
    hash.readField();
    output.string(hash.field.bytes, hash.field.start, hash.field.end);
    hash.readValue();
    output.string(hash.value.bytes, hash.value.start, hash.value.end);
    if (form === TYPE_HASH_2) writeExpiry(output, expiry);
  }
}

/** When a field expires in a METADATA hash. */
function writeDistance(output: RdbOutput, expiry: number, earliest: number): void {
  output.length(expiry === NO_EXPIRY ? 0 : expiry - earliest + 1);
}

/** When a field expires in a HASH_2. */
function writeExpiry(output: RdbOutput, expiry: number): void {
  output.integer64(expiry === NO_EXPIRY ? -1 : expiry);
}

function isPacked(form: number): boolean {
  return (
    form === TYPE_HASH_LISTPACK ||
    form === TYPE_HASH_LISTPACK_EX ||
    form === TYPE_HASH_LISTPACK_EX_EARLY ||
    form === TYPE_HASH_ZIPLIST ||
    form === TYPE_HASH_ZIPMAP
  );
}

/** Returns false if the hash is empty. */
function openPacked(input: RdbInput, keyspace: Keyspace, hash: HashValue, form: number): boolean {
  const { offset } = input;
  const expires = form === TYPE_HASH_LISTPACK_EX || form === TYPE_HASH_LISTPACK_EX_EARLY;
  if (form === TYPE_HASH_LISTPACK_EX) input.integer64();
  const root = readPacked(input, keyspace, form, expires ? 3 : 2);
  if (root === 0) return false;
  hash.open(expires ? ENCODING_LISTPACK_EX : ENCODING_LISTPACK, root);
  try {
    if (expires && !expiriesAscend(hash)) throw new RdbError('expiries of fields in disorder', offset);
    // Other forms come from servers with the same limit, or whose limit this server kept to.
    hash.prepare(hash.count, form === TYPE_HASH_ZIPMAP ? longestText(keyspace.arena, root) : 0, 0);
  } catch (error) {
    keyspace.structures.hashes.free(hash.encoding, hash.root);
    throw error;
  }
  return true;
}

function readPacked(input: RdbInput, keyspace: Keyspace, form: number, stride: number): number {
  if (form === TYPE_HASH_ZIPMAP) return readZipmap(input, keyspace);
  return form === TYPE_HASH_ZIPLIST
    ? readZiplist(input, keyspace, stride)
    : readListpack(input, keyspace, stride);
}

function expiriesAscend(hash: HashValue): boolean {
  let latest = 0;
  hash.begin();
  while (hash.next()) {
    const { expiry } = hash;
    // What is no number comes out as something that no comparison holds for, or as too much.
    if (expiry === NO_EXPIRY) latest = Number.POSITIVE_INFINITY;
    else if (expiry >= latest && expiry <= EXPIRY_MAX) latest = expiry;
    else return false;
  }
  return true;
}

function* readFields(input: RdbInput, keyspace: Keyspace, form: number, into: DecodedValue): Parts {
  const { hashes } = keyspace.structures;
  const { hash } = hashes;
  const earliest = form === TYPE_HASH_METADATA ? input.integer64() : 1;
  const count = input.length();
  into.root = 0;
  if (count === 0) return;
  hash.create();
  keepPlace(into, hash);
  try {
    hash.prepare(count, 0, 0);
    keepPlace(into, hash);
    const field = new Uint8Array(FIELD_BYTES);
    const progress = { form, earliest, left: count, field, fieldBytes: -1, expiry: NO_EXPIRY, offset: 0 };
    while (addFields(input, hash, into, progress)) yield;
  } catch (error) {
    hashes.free(into.encoding, into.root);
    throw error;
  }
}

/** Reads some fields into the hash that has been begun; returns whether there are more. */
function addFields(input: RdbInput, hash: HashValue, into: DecodedValue, progress: Progress): boolean {
  const isValkeys = progress.form === TYPE_HASH_2 && input.isValkey;
  hash.open(into.encoding, into.root);
  try {
    for (let some = PART_ELEMENTS; some > 0 && progress.left > 0; some--) {
      if (progress.fieldBytes < 0) readName(input, progress);
      if (input.gather()) return true;
      input.string();
      if (isValkeys) setWithExpiry(input, hash, progress);
      else setNew(hash, progress, input.stringBytes, input.stringStart, input.stringEnd);
      progress.fieldBytes = -1;
      progress.left--;
    }
  } finally {
    keepPlace(into, hash);
  }
  return progress.left > 0;
}

function keepPlace(into: DecodedValue, { encoding, root }: HashValue): void {
  into.encoding = encoding;
  into.root = root;
}

/** Sets the field whose value has been read and whose expiry comes next. */
function setWithExpiry(input: RdbInput, hash: HashValue, progress: Progress): void {
  const value = input.stringBytes.slice(input.stringStart, input.stringEnd);
  progress.expiry = input.integer64();
  setNew(hash, progress, value, 0, value.length);
}

function setNew(hash: HashValue, progress: Progress, bytes: Uint8Array, start: number, end: number): void {
  const { field, fieldBytes, expiry, offset } = progress;
  if (expiry !== NO_EXPIRY && !(expiry > 0 && expiry <= EXPIRY_MAX))
    throw new RdbError(`expiry ${expiry} of a field`, offset);
  if (hash.find(field, 0, fieldBytes)) throw new RdbError('a field twice', offset);
  hash.set(field, 0, fieldBytes, bytes, start, end, expiry);
}

/** Reads a field's name, and its expiry if that comes first. */
function readName(input: RdbInput, progress: Progress): void {
  progress.offset = input.offset;
  const isEarly = progress.form === TYPE_HASH_METADATA_EARLY && !input.isValkey;
  const distance = progress.form === TYPE_HASH_METADATA || isEarly ? input.length() : 0;
  progress.expiry = distance === 0 ? NO_EXPIRY : progress.earliest + distance - 1;
  input.string();
  const length = input.stringEnd - input.stringStart;
  if (progress.field.length < length) progress.field = new Uint8Array(length * 2);
  copyBytes(input.stringBytes, input.stringStart, progress.field, 0, length);
  progress.fieldBytes = length;
}
