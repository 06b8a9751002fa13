/**
 * Warm. Hashes in the forms of the RDB format. Where fields may expire:
 *
 *     METADATA      earliest expiry (8 bytes), fields; each: expiry - earliest + 1 or 0 for none (a length), field, value
 *     LISTPACK_EX   earliest expiry (8 bytes), listpack of fields, values and expiries (0 for none), by expiry
 *     HASH_2        fields; each: field, value, expiry or -1 (8 bytes)                    (Valkey)
 */
import type { Keyspace } from '../../../keyspace/keyspace.ts';
import { TYPE_HASH as HASH } from '../../../keyspace/record.ts';
import { listpackBytes } from '../../../memory/listpack.ts';
import { ENCODING_HASHTABLE, ENCODING_LISTPACK, ENCODING_LISTPACK_EX } from '../../../values/encoding.ts';
import { type HashValue, NO_EXPIRY } from '../../../values/hash/hash-value.ts';
import {
  TYPE_HASH,
  TYPE_HASH_2,
  TYPE_HASH_LISTPACK,
  TYPE_HASH_LISTPACK_EX,
  TYPE_HASH_METADATA,
} from '../format.ts';
import { RdbError, type RdbInput } from '../input.ts';
import type { RdbOutput } from '../output.ts';
import type { DecodedValue, ValueCodec, ValueStore } from '../value-codec.ts';
import { readListpack, writeBlock } from './packed.ts';

/** Expiries have 48 bits at most. */
const EXPIRY_MAX = 2 ** 48 - 1;

/** The field whose value is being read; strings are valid until the next one. */
let field = new Uint8Array(256);

export const hashCodec: ValueCodec = {
  type: HASH,
  forms: [TYPE_HASH, TYPE_HASH_2, TYPE_HASH_LISTPACK, TYPE_HASH_LISTPACK_EX, TYPE_HASH_METADATA],

  formOf(store: ValueStore, encoding: number, root: number): number {
    if (encoding === ENCODING_LISTPACK) return TYPE_HASH_LISTPACK;
    if (encoding === ENCODING_LISTPACK_EX) return TYPE_HASH_LISTPACK_EX;
    return store.structures.hashes.expires(encoding, root) ? TYPE_HASH_METADATA : TYPE_HASH;
  },

  write(output: RdbOutput, store: ValueStore, encoding: number, root: number): void {
    const { arena } = store;
    const { hash } = store.structures.hashes;
    hash.open(encoding, root);
    if (encoding === ENCODING_HASHTABLE) return writeFields(output, hash);
    if (encoding === ENCODING_LISTPACK_EX) output.integer64(Math.max(0, hash.earliest));
    writeBlock(output, arena, root, listpackBytes(arena, root));
  },

  read(input: RdbInput, form: number, keyspace: Keyspace, into: DecodedValue): void {
    const { hash } = keyspace.structures.hashes;
    into.root = 0;
    const packed = form === TYPE_HASH_LISTPACK || form === TYPE_HASH_LISTPACK_EX;
    const found = packed ? openPacked(input, keyspace, hash, form) : readFields(input, keyspace, hash, form);
    if (!found) return;
    into.encoding = hash.encoding;
    into.root = hash.root;
  },
};

function writeFields(output: RdbOutput, hash: HashValue): void {
  const earliest = hash.expires ? hash.big.exactEarliest() : NO_EXPIRY;
  if (earliest !== NO_EXPIRY) output.integer64(earliest);
  output.length(hash.count);
  hash.begin();
  while (hash.next()) {
    const { expiry } = hash;
    if (earliest !== NO_EXPIRY) output.length(expiry === NO_EXPIRY ? 0 : expiry - earliest + 1);
    hash.readField();
    output.string(hash.field.bytes, hash.field.start, hash.field.end);
    hash.readValue();
    output.string(hash.value.bytes, hash.value.start, hash.value.end);
  }
}

/** Returns false if the hash is empty. */
function openPacked(input: RdbInput, keyspace: Keyspace, hash: HashValue, form: number): boolean {
  const { offset } = input;
  const expires = form === TYPE_HASH_LISTPACK_EX;
  if (expires) input.integer64();
  const root = readListpack(input, keyspace.arena, expires ? 3 : 2);
  if (root === 0) return false;
  hash.open(expires ? ENCODING_LISTPACK_EX : ENCODING_LISTPACK, root);
  try {
    if (expires && !expiriesAscend(hash)) throw new RdbError('expiries of fields in disorder', offset);
    hash.prepare(hash.count, 0, 0);
  } catch (error) {
    keyspace.structures.hashes.free(hash.encoding, hash.root);
    throw error;
  }
  return true;
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

/** Returns false if the hash is empty. */
function readFields(input: RdbInput, keyspace: Keyspace, hash: HashValue, form: number): boolean {
  const { offset } = input;
  const earliest = form === TYPE_HASH_METADATA ? input.integer64() : 0;
  const count = input.length();
  if (count === 0) return false;
  hash.create();
  try {
    hash.prepare(count, 0, 0);
    for (let i = 0; i < count; i++) {
      const distance = form === TYPE_HASH_METADATA ? input.length() : 0;
      const length = readName(input);
      input.string();
      const { stringBytes, stringStart, stringEnd } = input;
      let expiry = distance === 0 ? NO_EXPIRY : earliest + distance - 1;
      if (form === TYPE_HASH_2) {
        const value = stringBytes.slice(stringStart, stringEnd);
        expiry = input.integer64();
        checkExpiry(expiry, offset);
        setNew(hash, length, value, 0, value.length, expiry, offset);
        continue;
      }
      checkExpiry(expiry, offset);
      setNew(hash, length, stringBytes, stringStart, stringEnd, expiry, offset);
    }
  } catch (error) {
    keyspace.structures.hashes.free(hash.encoding, hash.root);
    throw error;
  }
  return true;
}

function checkExpiry(expiry: number, offset: number): void {
  if (expiry !== NO_EXPIRY && !(expiry > 0 && expiry <= EXPIRY_MAX))
    throw new RdbError(`expiry ${expiry} of a field`, offset);
}

function setNew(
  hash: HashValue,
  fieldBytes: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  expiry: number,
  offset: number,
): void {
  if (hash.find(field, 0, fieldBytes)) throw new RdbError('a field twice', offset);
  hash.set(field, 0, fieldBytes, bytes, start, end, expiry);
}

/** Reads a field's name into `field`; returns its length. */
function readName(input: RdbInput): number {
  input.string();
  const length = input.stringEnd - input.stringStart;
  if (field.length < length) field = new Uint8Array(length * 2);
  field.set(input.stringBytes.subarray(input.stringStart, input.stringEnd));
  return length;
}
