/** Hot. The hash table whose entries are records. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from '../memory/arena.ts';
import { PLACES } from '../memory/bucket.ts';
import { type HashKey, hashBytes } from '../memory/hash.ts';
import { Table } from '../memory/table.ts';
import { HAS_EXPIRY, keyLengthOf, keyOffset, keyStartOf, LONG_KEY } from './record.ts';

export class KeyTable extends Table {
  /** The place from which on a snapshot has still to see the records; PLACES when none has. See keyspace/preserver.ts. */
  unseenFrom = PLACES;
  readonly #key0: number;
  readonly #key1: number;

  constructor(arena: Arena, hashKey: HashKey) {
    super(arena);
    this.#key0 = hashKey.word0;
    this.#key1 = hashKey.word1;
  }

  override hashOf(record: number): number {
    const start = keyStartOf(this.arena, record);
    const bytes = this.arena.bytes[record >>> SEGMENT_SHIFT];
    return hashBytes(bytes, start, start + keyLengthOf(this.arena, record), this.#key0, this.#key1);
  }

  override matches(record: number, bytes: Uint8Array, start: number, end: number): boolean {
    const segment = record >>> SEGMENT_SHIFT;
    const words = this.arena.words[segment];
    const at = (record & SEGMENT_MASK) << 1;
    const word1 = words[at + 1];
    const length =
      (word1 & LONG_KEY) === 0 ? (word1 >>> 8) & 255 : words[at + 2 + ((word1 & HAS_EXPIRY) << 1)];
    if (length !== end - start) return false;
    // The key starts at a word, so four of its bytes are compared at once (5 to 10 % of a GET; bench/hot-path.ts).
    const first = at + (keyOffset(word1) >>> 2);
    const whole = length >>> 2;
    let from = start;
    for (let i = 0; i < whole; i++, from += 4) {
      if (
        words[first + i] !==
        (bytes[from] | (bytes[from + 1] << 8) | (bytes[from + 2] << 16) | (bytes[from + 3] << 24))
      )
        return false;
    }
    if (from === end) return true;
    const own = this.arena.bytes[segment];
    const shift = ((first + whole) << 2) - from;
    for (; from < end; from++) if (own[from + shift] !== bytes[from]) return false;
    return true;
  }
}
