/** Hot. The hash table whose entries are members of a set: a block each, of a length and the bytes. */
import { type Arena, copyBytes, SEGMENT_MASK, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { type HashKey, hashBytes } from '../../memory/hash.ts';
import { Table } from '../../memory/table.ts';

/**
 *     byte       length up to 254, or 255
 *     4 bytes    length, least significant byte first, if the first byte is 255
 *     bytes of the member
 *
 * A short length before the bytes makes them start anywhere, but a member of 15 bytes takes a block of 16.
 */
const LONG = 255;

export class MemberTable extends Table {
  readonly #key0: number;
  readonly #key1: number;

  constructor(arena: Arena, hashKey: HashKey) {
    super(arena);
    this.#key0 = hashKey.word0;
    this.#key1 = hashKey.word1;
  }

  /** The hash of the member bytes[start, end). */
  hashOfMember(bytes: Uint8Array, start: number, end: number): number {
    return hashBytes(bytes, start, end, this.#key0, this.#key1);
  }

  override hashOf(entry: number): number {
    const start = memberStartOf(this.arena, entry);
    const bytes = this.arena.bytes[entry >>> SEGMENT_SHIFT];
    return hashBytes(bytes, start, start + memberLengthOf(this.arena, entry), this.#key0, this.#key1);
  }

  override matches(entry: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { arena } = this;
    const length = end - start;
    if (memberLengthOf(arena, entry) !== length) return false;
    const own = arena.bytes[entry >>> SEGMENT_SHIFT];
    const shift = memberStartOf(arena, entry) - start;
    // Members that differ do so in their last bytes more often than in their first.
    for (let from = end - 1; from >= start; from--) if (own[from + shift] !== bytes[from]) return false;
    return true;
  }
}

export function memberLengthOf(arena: Arena, entry: number): number {
  const bytes = arena.bytes[entry >>> SEGMENT_SHIFT];
  const at = (entry & SEGMENT_MASK) << 3;
  if (bytes[at] !== LONG) return bytes[at];
  return bytes[at + 1] | (bytes[at + 2] << 8) | (bytes[at + 3] << 16) | (bytes[at + 4] << 24);
}

/** Index of the member's first byte in the bytes of the entry's segment. */
export function memberStartOf(arena: Arena, entry: number): number {
  const at = (entry & SEGMENT_MASK) << 3;
  return at + (arena.bytes[entry >>> SEGMENT_SHIFT][at] === LONG ? 5 : 1);
}

/** A new entry for the member bytes[start, end). May throw OutOfMemory. */
export function createMember(arena: Arena, bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const header = length < LONG ? 1 : 5;
  const entry = arena.allocate(header + length);
  const target = arena.bytes[entry >>> SEGMENT_SHIFT];
  const at = (entry & SEGMENT_MASK) << 3;
  target[at] = header === 1 ? length : LONG;
  if (header === 5) {
    target[at + 1] = length;
    target[at + 2] = length >>> 8;
    target[at + 3] = length >>> 16;
    target[at + 4] = length >>> 24;
  }
  copyBytes(bytes, start, target, at + header, length);
  return entry;
}
