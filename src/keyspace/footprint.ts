/** Cold. What keys take of the memory, and how much a command may add. */
import { ENCODING_RAW } from '../values/encoding.ts';
import type { Database } from './database.ts';
import { encodingOf, FIXED, flagsOf, TYPE_STRING, typeOf } from './record.ts';
import { rootOf } from './value.ts';

/** Elements that are looked at to tell how much a value that is replaced gives back: to look at all would take too long. */
const REPLACED_SAMPLES = 1000;

/** Bytes of a record and of what it refers to; estimated from the first `samples` elements, exact with 0. */
export function recordFootprint({ arena, keyspace }: Database, record: number, samples: number): number {
  const bytes = arena.sizeOf(record);
  if ((flagsOf(arena, record) & FIXED) === 0) return bytes;
  const encoding = encodingOf(arena, record);
  const type = typeOf(arena, record);
  if (type !== TYPE_STRING)
    return bytes + keyspace.structureOf(type).bytes(encoding, rootOf(arena, record), samples);
  return encoding === ENCODING_RAW ? bytes + arena.sizeOf(rootOf(arena, record)) : bytes;
}

/**
 * Holds the running command, which builds a value aside, to what it may take: once that is
 * taken, the arena throws OutOfMemory. `replaced` is a record of `database` that goes when the value has come, 0 for none.
 */
export function confine(database: Database, replaced: number): void {
  const { growthBytesMax } = database.keyspace;
  if (growthBytesMax === Number.POSITIVE_INFINITY) return;
  const freed = replaced === 0 ? 0 : recordFootprint(database, replaced, REPLACED_SAMPLES);
  database.arena.limit(growthBytesMax + freed);
}

/** `confine` for a command that replaces what is at the key bytes[start, end). */
export function confineForKey(database: Database, bytes: Uint8Array, start: number, end: number): void {
  if (database.keyspace.growthBytesMax === Number.POSITIVE_INFINITY) return;
  confine(database, database.find(bytes, start, end));
}
