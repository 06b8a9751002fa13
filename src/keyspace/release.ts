/** Hot. Frees what a record refers to. */
import type { Keyspace } from './keyspace.ts';
import {
  ENCODING_RAW,
  encodingOf,
  FIXED,
  fixedIndexOf,
  flagsOf,
  TYPE_STRING,
  typeOf,
  wordsOf,
} from './record.ts';

/** Frees the value of a record whose key is going, or whose value is being replaced. The record itself stays. */
export function releaseValue(keyspace: Keyspace, record: number): void {
  const { arena } = keyspace;
  if ((flagsOf(arena, record) & FIXED) === 0) return;
  if (typeOf(arena, record) === TYPE_STRING && encodingOf(arena, record) === ENCODING_RAW)
    arena.free(wordsOf(arena, record)[fixedIndexOf(arena, record)]);
}
