/** Hot. The value of a record that is no string: a root, kept in the fixed value. */
import type { Arena } from '../memory/arena.ts';
import type { Database } from './database.ts';
import { FIXED, fixedIndexOf, setTypeAndEncoding, typeOf, wordsOf } from './record.ts';

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
  const record = database.add(type | (encoding << 4), FIXED, bytes, start, end, 0);
  const words = wordsOf(database.arena, record);
  const fixed = fixedIndexOf(database.arena, record);
  words[fixed] = root;
  words[fixed + 1] = 0;
  return record;
}
