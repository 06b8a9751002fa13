/** Hot. A small sorted set: a listpack of members, each followed by its score, in order. */
import type { Arena } from '../../memory/arena.ts';
import { parseDouble } from '../../memory/double-parse.ts';
import { DOUBLE_BYTES_MAX, writeDouble } from '../../memory/doubles.ts';
import {
  AFTER,
  appendEntry,
  BEFORE,
  deleteEntries,
  firstEntry,
  insertEntry,
  ListpackEntry,
  lastEntry,
  nextEntry,
} from '../../memory/listpack.ts';
import { compareNames } from './scored-entry.ts';

const scoreText = new Uint8Array(DOUBLE_BYTES_MAX);
const entry = new ListpackEntry();
const other = new ListpackEntry();

/** The score of the member at `position`. */
export function packedScore(arena: Arena, listpack: number, position: number): number {
  entry.read(arena, listpack, nextEntry(arena, listpack, position));
  return parseDouble(entry.bytes, entry.start, entry.end);
}

/** The position of the member behind the one at `position`, 0 if there is none. */
export function packedNext(arena: Arena, listpack: number, position: number): number {
  return nextEntry(arena, listpack, nextEntry(arena, listpack, position));
}

/** Whether all scores are numbers and all members in order: for what comes from outside. */
export function packedIsOrdered(arena: Arena, listpack: number): boolean {
  let before = 0;
  let score = Number.NEGATIVE_INFINITY;
  for (let at = firstEntry(arena, listpack); at !== 0; at = packedNext(arena, listpack, at)) {
    const found = packedScore(arena, listpack, at);
    if (!(found >= score)) return false;
    if (before !== 0 && found === score && !namesAscend(arena, listpack, before, at)) return false;
    before = at;
    score = found;
  }
  return true;
}

function namesAscend(arena: Arena, listpack: number, first: number, second: number): boolean {
  entry.read(arena, listpack, first);
  other.read(arena, listpack, second);
  return compareNames(entry.bytes, entry.start, entry.end, other.bytes, other.start, other.end) < 0;
}

/** Adds a member in its place; returns the listpack. May throw OutOfMemory; then nothing has changed. */
export function packedInsert(
  arena: Arena,
  listpack: number,
  score: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const before = positionFor(arena, listpack, score, bytes, start, end);
  const moved =
    before === 0
      ? appendEntry(arena, listpack, bytes, start, end)
      : insertEntry(arena, listpack, before, BEFORE, bytes, start, end);
  const position = before === 0 ? lastEntry(arena, moved) : before;
  const length = writeScore(score);
  try {
    return insertEntry(arena, moved, position, AFTER, scoreText, 0, length);
  } catch (error) {
    deleteEntries(arena, moved, position, 1);
    throw error;
  }
}

/** Adds a member behind all others; returns the listpack. May throw OutOfMemory; then the listpack is good for nothing. */
export function packedAppend(
  arena: Arena,
  listpack: number,
  score: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const moved = appendEntry(arena, listpack, bytes, start, end);
  return appendEntry(arena, moved, scoreText, 0, writeScore(score));
}

/** Writes a score's text into `scoreText`; returns its length. Minus zero is not told from zero here. */
function writeScore(score: number): number {
  return writeDouble(score === 0 ? 0 : score, scoreText, 0);
}

/** The position of the first member behind the place of (score, name), 0 if there is none. */
function positionFor(
  arena: Arena,
  listpack: number,
  score: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  let position = firstEntry(arena, listpack);
  while (position !== 0) {
    const found = packedScore(arena, listpack, position);
    if (found > score) return position;
    if (found === score) {
      entry.read(arena, listpack, position);
      if (compareNames(entry.bytes, entry.start, entry.end, bytes, start, end) > 0) return position;
    }
    position = packedNext(arena, listpack, position);
  }
  return 0;
}
