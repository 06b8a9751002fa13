/** Hot. Reads ahead the elements of one large value that the requests of a pipeline are going to look up. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from '../memory/arena.ts';
import { type HashKey, hashBytes } from '../memory/hash.ts';
import { warmLookups } from '../memory/warm.ts';
import { ENCODING_HASHTABLE, ENCODING_SKIPLIST } from '../values/encoding.ts';
import { MemberTable } from '../values/set/member-table.ts';
import { PREFETCH_KEYS } from './prefetch.ts';
import { encodingOf, TYPE_HASH, TYPE_SET, TYPE_SORTED_SET, typeOf } from './record.ts';
import { rootOf } from './value.ts';

/** Smaller values stay in the caches by themselves. */
const COUNT_MIN = 4096;
/** A longer element costs more to hash than a wait for memory. */
const ELEMENT_BYTES_MAX = 64;

/**
 * Numbers a request: where its second and third word behind the name start and end. Without a third, the second stands there
 * again; without any, empty ones.
 */
export const ELEMENT_OFFSETS = 4;

/**
 * What `Prefetch` does for keys. Pipelined by 16 into a value of 150,000 elements, under the load of other programs, this takes a
 * quarter off a SADD, HSET or ZADD (user time; Bun 1.4, AMD EPYC). A process that has the caches for itself gains nothing.
 */
export class ElementPrefetch {
  readonly #arena: Arena;
  readonly #hashKey: HashKey;
  /** Tables of all types hash alike and keep their state in the same place. */
  readonly #table: MemberTable;
  readonly #hashes = new Int32Array(PREFETCH_KEYS);

  constructor(arena: Arena, hashKey: HashKey) {
    this.#arena = arena;
    this.#hashKey = hashKey;
    this.#table = new MemberTable(arena, hashKey);
  }

  /**
   * Reads what `count` requests for the value of a record will look up, if that is a large one. `offsets` tells where their words
   * are in `bytes`, see ELEMENT_OFFSETS. Which of them is an element follows from the type; it does no harm if it is none.
   * Returns whether the value is large.
   */
  load(record: number, bytes: Uint8Array, offsets: Int32Array, count: number): boolean {
    const word = this.#elementWord(record);
    if (word < 0) return false;
    const root = rootOf(this.#arena, record);
    this.#table.attach(this.#arena.words[root >>> SEGMENT_SHIFT], (root & SEGMENT_MASK) << 1);
    if (this.#table.count < COUNT_MIN) return false;
    const { word0, word1 } = this.#hashKey;
    let found = 0;
    for (let i = 0; i < count; i++) {
      const at = i * ELEMENT_OFFSETS + word;
      const length = offsets[at + 1] - offsets[at];
      if (length <= 0 || length > ELEMENT_BYTES_MAX) continue;
      this.#hashes[found++] = hashBytes(bytes, offsets[at], offsets[at + 1], word0, word1);
    }
    warmLookups(this.#table, this.#hashes, found);
    return true;
  }

  /** Which of the offsets of a request are those of an element; -1 if the value has no table. */
  #elementWord(record: number): number {
    const type = typeOf(this.#arena, record);
    const encoding = encodingOf(this.#arena, record);
    if (type === TYPE_SORTED_SET) return encoding === ENCODING_SKIPLIST ? 2 : -1;
    return (type === TYPE_SET || type === TYPE_HASH) && encoding === ENCODING_HASHTABLE ? 0 : -1;
  }
}
