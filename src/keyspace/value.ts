/** Hot. The value of a record that is no string: a root, kept in the fixed value. */
import type { Arena } from '../memory/arena.ts';
import type { Database } from './database.ts';
import {
  FIXED,
  fixedIndexOf,
  HAS_EXPIRY,
  setTypeAndEncoding,
  TYPE_HASH,
  typeOf,
  wordsOf,
  writeExpiry,
} from './record.ts';
import { NO_EXPIRY } from './string-value.ts';

/** Memory that adding an entry to two tables may take. */
const NOTING_BYTES_MAX = 4 * 1024 * 1024;

/** The root of a record's value, or the block of a raw string. REQUIRES: FIXED. */
export function rootOf(arena: Arena, record: number): number {
  return wordsOf(arena, record)[fixedIndexOf(arena, record)];
}

/** Notes where a record's value is now, and in which encoding; what was there before belongs to the caller. */
export function setRoot(arena: Arena, record: number, encoding: number, root: number): void {
  wordsOf(arena, record)[fixedIndexOf(arena, record)] = root;
  setTypeAndEncoding(arena, record, typeOf(arena, record), encoding);
}

/**
 * Adds a record with a value for the key just looked up in vain by `write`; returns it. May throw OutOfMemory; then
 * nothing has changed, and the value is still the caller's.
 */
export function addValue(
  database: Database,
  type: number,
  encoding: number,
  root: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  return putValue(database, 0, type, encoding, root, bytes, start, end, NO_EXPIRY);
}

/**
 * Gives the key just looked up by `write` (as `existing`, 0 if it is missing) a value; what was there is released. `expiry`
 * in milliseconds of the epoch, or NO_EXPIRY. Returns the record. May throw OutOfMemory; then nothing has changed, and the
 * value is still the caller's.
 */
export function putValue(
  database: Database,
  existing: number,
  type: number,
  encoding: number,
  root: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  expiry: number,
): number {
  const { arena, keyspace } = database;
  const expires = type === TYPE_HASH && keyspace.structures.hashes.expires(encoding, root);
  if (expires) arena.reserveSteps(NOTING_BYTES_MAX);
  const typeAndEncoding = type | (encoding << 4);
  const flags = expiry === NO_EXPIRY ? FIXED : FIXED | HAS_EXPIRY;
  const record =
    existing === 0
      ? database.add(typeAndEncoding, flags, bytes, start, end, 0)
      : database.replaceFound(existing, typeAndEncoding, flags, 0);
  const words = wordsOf(arena, record);
  const fixed = fixedIndexOf(arena, record);
  words[fixed] = root;
  words[fixed + 1] = 0;
  if (expiry !== NO_EXPIRY) writeExpiry(arena, record, expiry);
  if (expires) database.noteExpiringElements(record);
  return record;
}
