/** Warm. Whether names in a listpack that came from outside are all different. */
import type { Arena } from '../../../memory/arena.ts';
import { type HashKey, hashBytes } from '../../../memory/hash.ts';
import { findEntry, firstEntry, ListpackEntry, listpackCount, nextEntry } from '../../../memory/listpack.ts';

/** Up to this many names are compared with each other; more are put into a table of hashes. */
const COMPARED_MAX = 8;

const entry = new ListpackEntry();
const other = new ListpackEntry();

/** Open addressing: hashes of names, and where these are; position 0 is an empty place. */
let hashes = new Int32Array(64);
let positions = new Int32Array(64);

/**
 * Whether any name in a listpack stands there twice; each is followed by `stride` - 1 entries that are no names. Takes time
 * in proportion to the names, whatever they are: the key of the hash is secret.
 */
export function hasTwins(arena: Arena, root: number, stride: number, key: HashKey): boolean {
  const names = Math.ceil(listpackCount(arena, root) / stride);
  return names <= COMPARED_MAX
    ? fewHaveTwins(arena, root, stride)
    : manyHaveTwins(arena, root, stride, names, key);
}

function fewHaveTwins(arena: Arena, root: number, stride: number): boolean {
  for (let at = firstEntry(arena, root); at !== 0; ) {
    const next = skip(arena, root, at, stride);
    entry.read(arena, root, at);
    if (next !== 0 && findEntry(arena, root, next, entry.bytes, entry.start, entry.end, stride - 1) !== 0)
      return true;
    at = next;
  }
  return false;
}

function manyHaveTwins(arena: Arena, root: number, stride: number, names: number, key: HashKey): boolean {
  const mask = prepareTable(names);
  for (let at = firstEntry(arena, root); at !== 0; at = skip(arena, root, at, stride)) {
    entry.read(arena, root, at);
    const hash = hashBytes(entry.bytes, entry.start, entry.end, key.word0, key.word1);
    let place = hash & mask;
    for (; positions[place] !== 0; place = (place + 1) & mask)
      if (hashes[place] === hash && isNameAt(arena, root, positions[place])) return true;
    hashes[place] = hash;
    positions[place] = at;
  }
  return false;
}

/** Empties a table for that many names at half its places; returns the mask of its indexes. */
function prepareTable(names: number): number {
  const size = 2 ** Math.ceil(Math.log2(names * 2));
  if (positions.length < size) {
    hashes = new Int32Array(size);
    positions = new Int32Array(size);
  } else {
    positions.fill(0, 0, size);
  }
  return size - 1;
}

/** Whether the entry at a position has the text of `entry`. */
function isNameAt(arena: Arena, root: number, position: number): boolean {
  other.read(arena, root, position);
  const length = entry.end - entry.start;
  if (other.end - other.start !== length) return false;
  for (let i = 0; i < length; i++)
    if (entry.bytes[entry.start + i] !== other.bytes[other.start + i]) return false;
  return true;
}

function skip(arena: Arena, root: number, position: number, entries: number): number {
  let at = position;
  for (let i = 0; i < entries && at !== 0; i++) at = nextEntry(arena, root, at);
  return at;
}
