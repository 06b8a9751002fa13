/**
 * Hot. Lists of named blocks (groups, consumers), in order of their names' bytes.
 *
 *     list       blocks in use | blocks that there is room for | block ...
 *
 * A list stands in a word of its owner: the reference of its block, 0 for none. Each block begins as layout.ts says.
 */
import { type Arena, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { getWord, indexOf, NAME, NAME_LENGTH, setWord, wordsOf } from './layout.ts';

const USED = 0;
const ROOM = 1;
const FIRST = 2;
const ROOM_MIN = 2;

export function namesCount(arena: Arena, owner: number, word: number): number {
  const list = getWord(arena, owner, word);
  return list === 0 ? 0 : getWord(arena, list, USED);
}

/** REQUIRES: index < count. */
export function namedAt(arena: Arena, owner: number, word: number, index: number): number {
  return getWord(arena, getWord(arena, owner, word), FIRST + index);
}

/** Index of the block named bytes[start, end); -1 - the index where it would be, if there is none. */
export function indexOfName(
  arena: Arena,
  owner: number,
  word: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  let low = 0;
  let high = namesCount(arena, owner, word);
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareName(arena, namedAt(arena, owner, word, middle), bytes, start, end);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return -1 - low;
}

/** The block named bytes[start, end), 0 if there is none. */
export function findName(
  arena: Arena,
  owner: number,
  word: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const index = indexOfName(arena, owner, word, bytes, start, end);
  return index < 0 ? 0 : namedAt(arena, owner, word, index);
}

/** A new block named bytes[start, end), all other words 0, in its place in the list. May throw OutOfMemory. */
export function addName(
  arena: Arena,
  owner: number,
  word: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const index = -1 - indexOfName(arena, owner, word, bytes, start, end);
  makeRoom(arena, owner, word);
  const block = arena.allocate(NAME * 4 + end - start);
  const words = wordsOf(arena, block);
  const at = indexOf(block, 0);
  words.fill(0, at, at + NAME);
  words[at + NAME_LENGTH] = end - start;
  const target = nameBytes(arena, block);
  const from = nameStart(block);
  for (let i = start; i < end; i++) target[from + i - start] = bytes[i];
  const list = getWord(arena, owner, word);
  const items = wordsOf(arena, list);
  const first = indexOf(list, FIRST);
  const used = getWord(arena, list, USED);
  items.copyWithin(first + index + 1, first + index, first + used);
  items[first + index] = block;
  setWord(arena, list, USED, used + 1);
  return block;
}

/** Takes the block at `index` out of the list and frees it. */
export function removeNamedAt(arena: Arena, owner: number, word: number, index: number): void {
  const list = getWord(arena, owner, word);
  const items = wordsOf(arena, list);
  const first = indexOf(list, FIRST);
  const used = getWord(arena, list, USED);
  arena.free(items[first + index]);
  items.copyWithin(first + index, first + index + 1, first + used);
  setWord(arena, list, USED, used - 1);
  if (used > 1) return;
  arena.free(list);
  setWord(arena, owner, word, 0);
}

/** The array that holds a block's name, at `nameStart`. */
export function nameBytes(arena: Arena, block: number): Uint8Array {
  return arena.bytes[block >>> SEGMENT_SHIFT];
}

export function nameStart(block: number): number {
  return indexOf(block, NAME) << 2;
}

export function nameLength(arena: Arena, block: number): number {
  return getWord(arena, block, NAME_LENGTH);
}

function compareName(arena: Arena, block: number, bytes: Uint8Array, start: number, end: number): number {
  const name = nameBytes(arena, block);
  const from = nameStart(block);
  const length = nameLength(arena, block);
  const common = Math.min(length, end - start);
  for (let i = 0; i < common; i++)
    if (name[from + i] !== bytes[start + i]) return name[from + i] - bytes[start + i];
  return length - (end - start);
}

function makeRoom(arena: Arena, owner: number, word: number): void {
  const list = getWord(arena, owner, word);
  if (list === 0) {
    const created = arena.allocate((FIRST + ROOM_MIN) * 4);
    setWord(arena, created, USED, 0);
    setWord(arena, created, ROOM, ROOM_MIN);
    setWord(arena, owner, word, created);
    return;
  }
  const used = getWord(arena, list, USED);
  if (used < getWord(arena, list, ROOM)) return;
  const moved = arena.resize(list, (FIRST + used * 2) * 4, (FIRST + used) * 4);
  setWord(arena, moved, ROOM, used * 2);
  setWord(arena, owner, word, moved);
}
