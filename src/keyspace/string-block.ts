/** Hot. The blocks of raw strings, where a snapshot may still need what is in them. */
import type { Arena } from '../memory/arena.ts';
import { ENCODING_RAW } from '../values/encoding.ts';
import { encodingOf, FIXED, fixedIndexOf, flagsOf, wordsOf } from './record.ts';

/** Frees a block that no key needs any more. */
export function releaseBlock(arena: Arena, block: number): void {
  if (arena.blockWatchers.of(block)?.released() !== true) arena.free(block);
}

/** Makes a block larger, of which the first `used` bytes count; returns where it is then. May throw OutOfMemory. */
export function growBlock(arena: Arena, block: number, bytes: number, used: number): number {
  if (arena.blockWatchers.of(block) === null) return arena.resize(block, bytes, used);
  const moved = arena.allocate(bytes);
  arena.copy(block, 0, moved, 0, used);
  releaseBlock(arena, block);
  return moved;
}

/** To be called before bytes [from, to) of a record's string change where they are. */
export function changingBytes(arena: Arena, record: number, from: number, to: number): void {
  if (arena.blockWatchers.isEmpty) return;
  if ((flagsOf(arena, record) & FIXED) === 0 || encodingOf(arena, record) !== ENCODING_RAW) return;
  arena.blockWatchers.of(wordsOf(arena, record)[fixedIndexOf(arena, record)])?.changing(from, to);
}
