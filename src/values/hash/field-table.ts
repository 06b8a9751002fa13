/** Hot. The hash table whose entries are fields with their values. */
import { type Arena, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { type HashKey, hashBytes } from '../../memory/hash.ts';
import { Table } from '../../memory/table.ts';
import { equalsWords } from '../../memory/word-compare.ts';
import { fieldLengthOf, fieldStartOf } from './field-entry.ts';

export class FieldTable extends Table {
  readonly #key0: number;
  readonly #key1: number;

  constructor(arena: Arena, hashKey: HashKey) {
    super(arena);
    this.#key0 = hashKey.word0;
    this.#key1 = hashKey.word1;
  }

  /** The hash of the field bytes[start, end). */
  hashOfField(bytes: Uint8Array, start: number, end: number): number {
    return hashBytes(bytes, start, end, this.#key0, this.#key1);
  }

  override hashOf(entry: number): number {
    const start = fieldStartOf(this.arena, entry);
    const bytes = this.arena.bytes[entry >>> SEGMENT_SHIFT];
    return hashBytes(bytes, start, start + fieldLengthOf(this.arena, entry), this.#key0, this.#key1);
  }

  override matches(entry: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { arena } = this;
    if (fieldLengthOf(arena, entry) !== end - start) return false;
    const segment = entry >>> SEGMENT_SHIFT;
    return equalsWords(
      arena.words[segment],
      fieldStartOf(arena, entry) >>> 2,
      arena.bytes[segment],
      bytes,
      start,
      end,
    );
  }
}
