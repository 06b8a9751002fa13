/** Hot. A member of a large sorted set with its score: one block. */
import { type Arena, copyBytes, SEGMENT_MASK, SEGMENT_SHIFT } from '../../memory/arena.ts';

/**
 *     8 bytes    score, a double
 *     byte       length up to 254, or 255
 *     4 bytes    length, least significant byte first, if the byte before is 255
 *     bytes of the member
 */
const LENGTH_AT = 8;
const LONG = 255;

export function scoreOf(arena: Arena, entry: number): number {
  return arena.doubles[entry >>> SEGMENT_SHIFT][entry & SEGMENT_MASK];
}

export function setScore(arena: Arena, entry: number, score: number): void {
  arena.doubles[entry >>> SEGMENT_SHIFT][entry & SEGMENT_MASK] = score;
}

export function memberLengthOf(arena: Arena, entry: number): number {
  return memberLengthIn(arena.bytes[entry >>> SEGMENT_SHIFT], entry);
}

/** Index of the member's first byte in the bytes of the entry's segment. */
export function memberStartOf(arena: Arena, entry: number): number {
  const at = ((entry & SEGMENT_MASK) << 3) + LENGTH_AT;
  return at + (arena.bytes[entry >>> SEGMENT_SHIFT][at] === LONG ? 5 : 1);
}

/** `memberLengthOf` for whoever has the bytes of the entry's segment. */
export function memberLengthIn(segment: Uint8Array, entry: number): number {
  const at = ((entry & SEGMENT_MASK) << 3) + LENGTH_AT;
  const length = segment[at];
  if (length !== LONG) return length;
  return segment[at + 1] | (segment[at + 2] << 8) | (segment[at + 3] << 16) | (segment[at + 4] << 24);
}

/** `memberStartOf` for whoever knows how long the member is. */
export function memberStartFor(entry: number, length: number): number {
  return ((entry & SEGMENT_MASK) << 3) + LENGTH_AT + (length < LONG ? 1 : 5);
}

/** A new entry for the member bytes[start, end). May throw OutOfMemory. */
export function createScored(
  arena: Arena,
  score: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const length = end - start;
  const header = LENGTH_AT + (length < LONG ? 1 : 5);
  const entry = arena.allocate(header + length);
  const target = arena.bytes[entry >>> SEGMENT_SHIFT];
  const at = (entry & SEGMENT_MASK) << 3;
  setScore(arena, entry, score);
  target[at + LENGTH_AT] = Math.min(length, LONG);
  if (length >= LONG) for (let i = 0; i < 4; i++) target[at + LENGTH_AT + 1 + i] = length >>> (8 * i);
  copyBytes(bytes, start, target, at + header, length);
  return entry;
}

/** How two names compare, as memcmp does and then by length: negative, 0 or positive. */
export function compareNames(
  left: Uint8Array,
  leftStart: number,
  leftEnd: number,
  right: Uint8Array,
  rightStart: number,
  rightEnd: number,
): number {
  const leftLength = leftEnd - leftStart;
  const rightLength = rightEnd - rightStart;
  const common = Math.min(leftLength, rightLength);
  for (let i = 0; i < common; i++) {
    const difference = left[leftStart + i] - right[rightStart + i];
    if (difference !== 0) return difference;
  }
  return leftLength - rightLength;
}
