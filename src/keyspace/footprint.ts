/** Cold. What keys take of the memory, and whether there is room for another of their size. */
import { OutOfMemory } from '../memory/arena.ts';
import { ENCODING_RAW } from '../values/encoding.ts';
import type { Database } from './database.ts';
import type { Keyspace } from './keyspace.ts';
import { encodingOf, FIXED, flagsOf, TYPE_STRING, typeOf } from './record.ts';
import { rootOf } from './value.ts';

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
 * Whether a command may add as many bytes as `wanted` tells, when no key can give way to them. `replaced` is a record of
 * `database` that goes when they have come, 0 for none. Throws OutOfMemory if it may not.
 */
export function requireRoom(
  keyspace: Keyspace,
  wanted: () => number,
  database: Database,
  replaced: number,
): void {
  const { growthBytesMax, arena } = keyspace;
  if (growthBytesMax === Number.POSITIVE_INFINITY) return;
  const freed = replaced === 0 ? 0 : recordFootprint(database, replaced, 0);
  const bytes = wanted();
  if (arena.usedBytes + bytes - freed > growthBytesMax) throw new OutOfMemory(bytes);
}
