/** Warm. Bringing a value under another key or into another database: RENAME, MOVE and COPY. */
import { type Arena, copyBytes } from '../memory/arena.ts';
import { ENCODING_RAW } from '../values/encoding.ts';
import type { Database } from './database.ts';
import type { Keyspace } from './keyspace.ts';
import {
  bytesOf,
  copyExpiry,
  ELEMENTS_EXPIRE,
  encodingOf,
  FIXED,
  fixedIndexOf,
  flagsOf,
  HAS_EXPIRY,
  inlineLengthOf,
  keyLengthOf,
  keyStartOf,
  LONG_KEY,
  recordBytes,
  SHORT_KEY_BYTES_MAX,
  TYPE_STRING,
  typeOf,
  wordIndex,
  wordsOf,
  writeHeader,
} from './record.ts';
import { releaseValue } from './release.ts';

/**
 * Brings the value and the expiry of `record` in `source` to the key bytes[start, end) of `target`, and removes `record`.
 * The key must have been the last that was looked up in `target`, by `write`, which gave `existing`: what is there is
 * replaced. A value outside its record is not copied. May throw OutOfMemory; then nothing has changed.
 */
export function moveValue(
  source: Database,
  record: number,
  target: Database,
  existing: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  const { arena } = source;
  const sourceHash = source.keys.hashOf(record);
  const fresh = recordLike(target, record, bytes, start, end);
  try {
    target.install(existing, fresh);
  } catch (error) {
    arena.free(fresh);
    throw error;
  }
  source.findRecord(record, sourceHash);
  source.detachFound(record);
}

/** As `moveValue`, but `record` stays, and the key gets a copy of its value. */
export function copyValue(
  record: number,
  target: Database,
  existing: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  const { arena } = target;
  const fresh = recordLike(target, record, bytes, start, end);
  try {
    duplicateValue(target.keyspace, fresh);
  } catch (error) {
    arena.free(fresh);
    throw error;
  }
  try {
    target.install(existing, fresh);
  } catch (error) {
    releaseValue(target.keyspace, fresh);
    arena.free(fresh);
    throw error;
  }
}

/** A new record for a key, in no table yet, with all that `record` has; both refer to the same fixed value. */
function recordLike(target: Database, record: number, bytes: Uint8Array, start: number, end: number): number {
  const { arena } = target;
  const keyBytes = end - start;
  const kept = flagsOf(arena, record) & (HAS_EXPIRY | FIXED | ELEMENTS_EXPIRE);
  const flags = keyBytes > SHORT_KEY_BYTES_MAX ? kept | LONG_KEY : kept;
  const inlineBytes = (kept & FIXED) !== 0 ? 0 : inlineLengthOf(arena, record);
  const fresh = arena.allocate(recordBytes(flags, keyBytes, inlineBytes));
  const typeAndEncoding = wordsOf(arena, record)[wordIndex(record)] & 255;
  writeHeader(arena, fresh, typeAndEncoding, target.keyspace.freshClock, flags, keyBytes, inlineBytes);
  if ((flags & HAS_EXPIRY) !== 0) copyExpiry(arena, record, fresh);
  const keyStart = keyStartOf(arena, fresh);
  copyBytes(bytes, start, bytesOf(arena, fresh), keyStart, keyBytes);
  if ((flags & FIXED) !== 0) {
    copyFixed(arena, record, fresh);
  } else {
    const from = keyStartOf(arena, record) + keyLengthOf(arena, record);
    copyBytes(bytesOf(arena, record), from, bytesOf(arena, fresh), keyStart + keyBytes, inlineBytes);
  }
  return fresh;
}

function copyFixed(arena: Arena, from: number, to: number): void {
  const source = wordsOf(arena, from);
  const target = wordsOf(arena, to);
  const at = fixedIndexOf(arena, from);
  const targetAt = fixedIndexOf(arena, to);
  target[targetAt] = source[at];
  target[targetAt + 1] = source[at + 1];
}

/** Makes a record whose fixed value belongs to another one the owner of a copy. May throw OutOfMemory; then nothing has changed. */
function duplicateValue(keyspace: Keyspace, record: number): void {
  const { arena } = keyspace;
  if ((flagsOf(arena, record) & FIXED) === 0) return;
  const type = typeOf(arena, record);
  const encoding = encodingOf(arena, record);
  const words = wordsOf(arena, record);
  const fixed = fixedIndexOf(arena, record);
  if (type !== TYPE_STRING) {
    words[fixed] = keyspace.structureOf(type).copy(encoding, words[fixed]);
    return;
  }
  if (encoding !== ENCODING_RAW) return;
  const block = arena.allocate(words[fixed + 1]);
  arena.copy(words[fixed], 0, block, 0, words[fixed + 1]);
  words[fixed] = block;
}
