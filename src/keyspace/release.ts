/** Hot. Frees what a record refers to. */
import { ENCODING_RAW } from '../values/encoding.ts';
import type { Structure } from '../values/structure.ts';
import type { Keyspace } from './keyspace.ts';
import type { LazyFree } from './lazy-free.ts';
import { encodingOf, FIXED, fixedIndexOf, flagsOf, TYPE_STRING, typeOf, wordsOf } from './record.ts';
import { releaseBlock } from './string-block.ts';

/** A value of more blocks is freed in the background: freeing this many takes some 100 microseconds. */
const BLOCKS_AT_ONCE = 1024;

/**
 * Frees the value of a record whose key is going, or whose value is being replaced. The record itself stays. What would
 * take too long is left to `queue`.
 */
export function releaseValue(keyspace: Keyspace, record: number, queue: LazyFree = keyspace.lazyFree): void {
  const { arena } = keyspace;
  if ((flagsOf(arena, record) & FIXED) === 0) return;
  const type = typeOf(arena, record);
  const encoding = encodingOf(arena, record);
  const root = wordsOf(arena, record)[fixedIndexOf(arena, record)];
  if (type === TYPE_STRING) {
    if (encoding === ENCODING_RAW) releaseBlock(arena, root);
    return;
  }
  const structure = keyspace.structureOf(type);
  if (keyspace.preserver?.released(structure, encoding, root) === true) return;
  freeDetached(structure, encoding, root, queue);
}

/** Frees a value that belongs to no key. What would take too long is left to `queue`. */
export function freeDetached(structure: Structure, encoding: number, root: number, queue: LazyFree): void {
  if (structure.effort(encoding, root) <= BLOCKS_AT_ONCE) structure.free(encoding, root);
  else queue.addValue(structure, encoding, root);
}
