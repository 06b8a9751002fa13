/**
 * Hot. What producers have added already, so that adding it again can be told.
 *
 *     block      duration in seconds | most ids a producer | added (2) | duplicates (2) | producers, a name list
 *     producer   length of the name | ring, 0 = none | place of the oldest | in use | room | 7 unused | name
 *     ring       hash of an idempotent id | its record ...
 *     record     time (2) | id of the entry (4) | length | idempotent id
 *
 * A stream has none until a producer names itself or the limits are set. Ids are forgotten in the order in which they came:
 * when they are too old, or too many. A ring is searched for the hash, which 100 ids (the default) makes cheap.
 */
import { type Arena, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { readId, type WideId, writeId } from '../../memory/wide-id.ts';
import { getNumber, getWord, IDEMPOTENCY, indexOf, setNumber, setWord, wordsOf } from './layout.ts';
import {
  addName,
  findName,
  nameBytes,
  namedAt,
  nameLength,
  nameStart,
  namesCount,
  removeNamedAt,
} from './name-list.ts';

export const DURATION_DEFAULT = 100;
export const SIZE_DEFAULT = 100;

const DURATION = 0;
const SIZE = 1;
const ADDED = 2;
const DUPLICATES = 4;
const PRODUCERS = 6;
const BLOCK_WORDS = 7;

const RING = 1;
const OLDEST = 2;
const USED = 3;
const ROOM = 4;
const ROOM_MIN = 4;

const TIME = 0;
const ENTRY = 2;
const LENGTH = 6;
const RECORD_WORDS = 7;

export class Idempotency {
  readonly arena: Arena;
  #root = 0;
  /** The block of the open stream, 0 if there is none. */
  #block = 0;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  open(root: number): void {
    this.#root = root;
    this.#block = getWord(this.arena, root, IDEMPOTENCY);
  }

  get duration(): number {
    return this.#block === 0 ? DURATION_DEFAULT : getWord(this.arena, this.#block, DURATION);
  }

  get size(): number {
    return this.#block === 0 ? SIZE_DEFAULT : getWord(this.arena, this.#block, SIZE);
  }

  get added(): number {
    return this.#block === 0 ? 0 : getNumber(this.arena, this.#block, ADDED);
  }

  get duplicates(): number {
    return this.#block === 0 ? 0 : getNumber(this.arena, this.#block, DUPLICATES);
  }

  get producers(): number {
    return this.#block === 0 ? 0 : namesCount(this.arena, this.#block, PRODUCERS);
  }

  /** Idempotent ids of all producers. */
  get tracked(): number {
    let tracked = 0;
    for (let index = this.producers - 1; index >= 0; index--)
      tracked += getWord(this.arena, namedAt(this.arena, this.#block, PRODUCERS, index), USED);
    return tracked;
  }

  /** Sets the limits and forgets all ids. May throw OutOfMemory; then nothing has changed. */
  configure(duration: number, size: number): void {
    this.#make();
    while (this.producers > 0) this.#dropProducer(0);
    setWord(this.arena, this.#block, DURATION, duration);
    setWord(this.arena, this.#block, SIZE, size);
  }

  /** Sets how many ids were ever added, and how many times one of them again. May throw OutOfMemory. */
  setCounts(added: number, duplicates: number): void {
    this.#make();
    setNumber(this.arena, this.#block, ADDED, added);
    setNumber(this.arena, this.#block, DUPLICATES, duplicates);
  }

  /** Whether anything is kept that a stream does not have from the start. */
  get isUsed(): boolean {
    return this.#block !== 0;
  }

  /** The name of a producer, from 0 on. */
  producerAt(index: number): Uint8Array {
    const producer = namedAt(this.arena, this.#block, PRODUCERS, index);
    const start = nameStart(producer);
    return nameBytes(this.arena, producer).slice(start, start + nameLength(this.arena, producer));
  }

  /** How many ids are kept of a producer. */
  countOf(index: number): number {
    return getWord(this.arena, namedAt(this.arena, this.#block, PRODUCERS, index), USED);
  }

  /** The idempotent id of a producer at a place, the oldest at 0; `id` becomes that of its entry. */
  iidAt(index: number, place: number, id: WideId): Uint8Array {
    const record = this.#recordAt(namedAt(this.arena, this.#block, PRODUCERS, index), place);
    readId(wordsOf(this.arena, record), indexOf(record, ENTRY), id);
    return this.#iid(record);
  }

  /** Forgets what is too old at `now`. */
  expire(now: number): void {
    const { arena } = this;
    if (this.#block === 0) return;
    const before = now - this.duration * 1000;
    for (let index = this.producers - 1; index >= 0; index--) {
      const producer = namedAt(arena, this.#block, PRODUCERS, index);
      while (
        getWord(arena, producer, USED) > 0 &&
        getNumber(arena, this.#recordAt(producer, 0), TIME) <= before
      )
        this.#dropOldest(producer);
      if (getWord(arena, producer, USED) === 0) this.#dropProducer(index);
    }
  }

  /**
   * Looks an idempotent id up. Returns whether it is known; `id` is then that of its entry. Hash: of `iid`, any function.
   */
  find(producer: Uint8Array, iid: Uint8Array, hash: number, id: WideId): boolean {
    if (this.#block === 0) return false;
    const block = findName(this.arena, this.#block, PRODUCERS, producer, 0, producer.length);
    if (block === 0) return false;
    const record = this.#search(block, iid, hash);
    if (record === 0) return false;
    readId(wordsOf(this.arena, record), indexOf(record, ENTRY), id);
    return true;
  }

  countDuplicate(): void {
    setNumber(this.arena, this.#block, DUPLICATES, this.duplicates + 1);
  }

  /** Sees that `record` will find memory. May throw OutOfMemory. */
  prepare(bytes: number): void {
    this.#make();
    this.arena.reserveSteps(bytes + (1 << 20));
  }

  /** Notes an idempotent id that is not known. REQUIRES: `prepare`. */
  record(producer: Uint8Array, iid: Uint8Array, hash: number, id: WideId, now: number): void {
    const { arena } = this;
    let block = findName(arena, this.#block, PRODUCERS, producer, 0, producer.length);
    if (block === 0) block = addName(arena, this.#block, PRODUCERS, producer, 0, producer.length);
    while (getWord(arena, block, USED) >= this.size) this.#dropOldest(block);
    this.#makeRoom(block);
    const record = arena.allocate(RECORD_WORDS * 4 + iid.length);
    setNumber(arena, record, TIME, now);
    writeId(wordsOf(arena, record), indexOf(record, ENTRY), id);
    setWord(arena, record, LENGTH, iid.length);
    arena.bytes[record >>> SEGMENT_SHIFT].set(iid, indexOf(record, RECORD_WORDS) << 2);
    const used = getWord(arena, block, USED);
    const slot = this.#slot(block, used);
    const ring = getWord(arena, block, RING);
    setWord(arena, ring, slot, hash);
    setWord(arena, ring, slot + 1, record);
    setWord(arena, block, USED, used + 1);
    setNumber(arena, this.#block, ADDED, this.added + 1);
  }

  /** Frees what a stream keeps. */
  free(root: number): void {
    this.open(root);
    if (this.#block === 0) return;
    while (this.producers > 0) this.#dropProducer(this.producers - 1);
    this.arena.free(this.#block);
    setWord(this.arena, root, IDEMPOTENCY, 0);
  }

  /** Gives a stream without any the same as another has. May throw OutOfMemory. */
  copy(root: number, target: number): void {
    const { arena } = this;
    const source = getWord(arena, root, IDEMPOTENCY);
    if (source === 0) return;
    this.open(target);
    this.configure(getWord(arena, source, DURATION), getWord(arena, source, SIZE));
    const id = { msHigh: 0, msLow: 0, seqHigh: 0, seqLow: 0 };
    for (let index = 0; index < namesCount(arena, source, PRODUCERS); index++) {
      const producer = namedAt(arena, source, PRODUCERS, index);
      const start = nameStart(producer);
      const name = nameBytes(arena, producer).slice(start, start + nameLength(arena, producer));
      const ring = getWord(arena, producer, RING);
      for (let place = 0; place < getWord(arena, producer, USED); place++) {
        const slot = this.#slot(producer, place);
        const record = getWord(arena, ring, slot + 1);
        readId(wordsOf(arena, record), indexOf(record, ENTRY), id);
        this.record(name, this.#iid(record), getWord(arena, ring, slot), id, getNumber(arena, record, TIME));
      }
    }
    setNumber(arena, this.#block, ADDED, getNumber(arena, source, ADDED));
    setNumber(arena, this.#block, DUPLICATES, getNumber(arena, source, DUPLICATES));
  }

  /** Bytes of a stream's blocks. */
  bytes(root: number): number {
    const { arena } = this;
    this.open(root);
    if (this.#block === 0) return 0;
    let bytes = arena.sizeOf(this.#block);
    if (this.producers > 0) bytes += arena.sizeOf(getWord(arena, this.#block, PRODUCERS));
    for (let index = 0; index < this.producers; index++) {
      const producer = namedAt(arena, this.#block, PRODUCERS, index);
      bytes += arena.sizeOf(producer) + arena.sizeOf(getWord(arena, producer, RING));
      for (let place = 0; place < getWord(arena, producer, USED); place++)
        bytes += arena.sizeOf(this.#recordAt(producer, place));
    }
    return bytes;
  }

  #make(): void {
    if (this.#block !== 0) return;
    const block = this.arena.allocate(BLOCK_WORDS * 4);
    const at = indexOf(block, 0);
    wordsOf(this.arena, block).fill(0, at, at + BLOCK_WORDS);
    setWord(this.arena, block, DURATION, DURATION_DEFAULT);
    setWord(this.arena, block, SIZE, SIZE_DEFAULT);
    setWord(this.arena, this.#root, IDEMPOTENCY, block);
    this.#block = block;
  }

  #search(producer: number, iid: Uint8Array, hash: number): number {
    const { arena } = this;
    const ring = getWord(arena, producer, RING);
    for (let place = getWord(arena, producer, USED) - 1; place >= 0; place--) {
      const slot = this.#slot(producer, place);
      if (getWord(arena, ring, slot) !== hash) continue;
      const record = getWord(arena, ring, slot + 1);
      const known = this.#iid(record);
      if (known.length === iid.length && known.every((byte, i) => byte === iid[i])) return record;
    }
    return 0;
  }

  #iid(record: number): Uint8Array {
    const start = indexOf(record, RECORD_WORDS) << 2;
    return this.arena.bytes[record >>> SEGMENT_SHIFT].subarray(
      start,
      start + getWord(this.arena, record, LENGTH),
    );
  }

  /** Word of the ring where the id at a place, counted from the oldest, stands. */
  #slot(producer: number, place: number): number {
    const room = getWord(this.arena, producer, ROOM);
    return ((getWord(this.arena, producer, OLDEST) + place) % room) * 2;
  }

  #recordAt(producer: number, place: number): number {
    return getWord(this.arena, getWord(this.arena, producer, RING), this.#slot(producer, place) + 1);
  }

  #dropOldest(producer: number): void {
    const { arena } = this;
    arena.free(this.#recordAt(producer, 0));
    setWord(arena, producer, OLDEST, (getWord(arena, producer, OLDEST) + 1) % getWord(arena, producer, ROOM));
    setWord(arena, producer, USED, getWord(arena, producer, USED) - 1);
  }

  #dropProducer(index: number): void {
    const { arena } = this;
    const producer = namedAt(arena, this.#block, PRODUCERS, index);
    while (getWord(arena, producer, USED) > 0) this.#dropOldest(producer);
    if (getWord(arena, producer, RING) !== 0) arena.free(getWord(arena, producer, RING));
    removeNamedAt(arena, this.#block, PRODUCERS, index);
  }

  /** Sees that a ring has room for one id more. */
  #makeRoom(producer: number): void {
    const { arena } = this;
    const used = getWord(arena, producer, USED);
    if (used < getWord(arena, producer, ROOM)) return;
    const room = Math.max(ROOM_MIN, used * 2);
    const grown = arena.allocate(room * 8);
    const ring = getWord(arena, producer, RING);
    for (let place = 0; place < used; place++) {
      const slot = this.#slot(producer, place);
      setWord(arena, grown, place * 2, getWord(arena, ring, slot));
      setWord(arena, grown, place * 2 + 1, getWord(arena, ring, slot + 1));
    }
    if (ring !== 0) arena.free(ring);
    setWord(arena, producer, RING, grown);
    setWord(arena, producer, OLDEST, 0);
    setWord(arena, producer, ROOM, room);
  }
}
