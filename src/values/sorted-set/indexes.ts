/** Hot. What a large sorted set is reached by: its members by hash, and by order. */
import { type Arena, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { CountedTree } from '../../memory/counted-tree.ts';
import { type HashKey, hashBytes } from '../../memory/hash.ts';
import { Table } from '../../memory/table.ts';
import { compareNames, memberLengthOf, memberStartOf } from './scored-entry.ts';

export class ScoredTable extends Table {
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
    if (memberLengthOf(arena, entry) !== end - start) return false;
    const own = arena.bytes[entry >>> SEGMENT_SHIFT];
    const shift = memberStartOf(arena, entry) - start;
    // Members that differ do so in their last bytes more often than in their first.
    for (let from = end - 1; from >= start; from--) if (own[from + shift] !== bytes[from]) return false;
    return true;
  }
}

export class ScoredTree extends CountedTree {
  override compareName(entry: number, bytes: Uint8Array, start: number, end: number): number {
    const { arena } = this;
    const own = arena.bytes[entry >>> SEGMENT_SHIFT];
    const ownStart = memberStartOf(arena, entry);
    return compareNames(own, ownStart, ownStart + memberLengthOf(arena, entry), bytes, start, end);
  }
}
