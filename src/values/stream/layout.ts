/**
 * Hot. The blocks of a stream, as words; ids are as in memory/wide-id.ts, other numbers of two words high word first.
 *
 *     root       length | entries ever added (2) | last id (4) | greatest id deleted (4) | first id (4)
 *                | groups, a name list, 0 = none | index of the nodes (a tree's state: 4) | idempotency, 0 = none
 *     group      length of the name | last id delivered (4) | entries read (2), -1 = unknown | consumers, a name list
 *                | pending entries (4) | name
 *     consumer   length of the name | seen (2) | active (2), -1 = never | pending ids (4) | 3 unused | name
 *
 * Times are milliseconds of the epoch. The first id is that of the first entry there is, 0 without any.
 */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from '../../memory/arena.ts';

export const LENGTH = 0;
export const ENTRIES_ADDED = 1;
export const LAST_ID = 3;
export const DELETED_ID = 7;
export const FIRST_ID = 11;
export const GROUPS = 15;
export const NODES = 16;
export const IDEMPOTENCY = 20;
export const ROOT_WORDS = 21;

export const NAME_LENGTH = 0;
export const NAME = 12;

export const GROUP_LAST_ID = 1;
export const GROUP_READ = 5;
export const GROUP_CONSUMERS = 7;
export const GROUP_PENDING = 8;

export const CONSUMER_SEEN = 1;
export const CONSUMER_ACTIVE = 3;
export const CONSUMER_PENDING = 5;

const TWO_32 = 2 ** 32;

export function wordsOf(arena: Arena, block: number): Int32Array {
  return arena.words[block >>> SEGMENT_SHIFT];
}

/** Index of a block's word in `wordsOf`. */
export function indexOf(block: number, word: number): number {
  return ((block & SEGMENT_MASK) << 1) + word;
}

export function getWord(arena: Arena, block: number, word: number): number {
  return arena.words[block >>> SEGMENT_SHIFT][((block & SEGMENT_MASK) << 1) + word];
}

export function setWord(arena: Arena, block: number, word: number, value: number): void {
  arena.words[block >>> SEGMENT_SHIFT][((block & SEGMENT_MASK) << 1) + word] = value;
}

/** A signed number of two words; rounded above 2^53. */
export function getNumber(arena: Arena, block: number, word: number): number {
  const words = wordsOf(arena, block);
  const at = indexOf(block, word);
  return words[at] * TWO_32 + (words[at + 1] >>> 0);
}

/** A signed number of two words. */
export function getBig(arena: Arena, block: number, word: number): bigint {
  const words = wordsOf(arena, block);
  const at = indexOf(block, word);
  return (BigInt(words[at]) << 32n) | BigInt(words[at + 1] >>> 0);
}

/** Sets a signed number of two words to any of 64 bits. */
export function setBig(arena: Arena, block: number, word: number, value: bigint): void {
  const words = wordsOf(arena, block);
  const at = indexOf(block, word);
  words[at] = Number(BigInt.asIntN(32, value >> 32n));
  words[at + 1] = Number(BigInt.asIntN(32, value));
}

/** Adds one to a number of two words. */
export function countUp(arena: Arena, block: number, word: number): void {
  const words = wordsOf(arena, block);
  const at = indexOf(block, word);
  words[at + 1]++;
  if (words[at + 1] === 0) words[at]++;
}

/** REQUIRES: a safe integer. */
export function setNumber(arena: Arena, block: number, word: number, value: number): void {
  const words = wordsOf(arena, block);
  const at = indexOf(block, word);
  words[at] = Math.floor(value / TWO_32);
  words[at + 1] = value | 0;
}
