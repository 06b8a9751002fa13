/** Hot. The hash table of everything: keys, expiries, and later hash fields, set and sorted set members. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from './arena.ts';
import {
  BUCKET_BYTES,
  BUCKET_SLOTS,
  BUCKET_WORDS,
  CHAIN,
  compactChain,
  freeOverflow,
  freeSlot,
  nthOfChain,
  REFERENCES,
  reverse6,
  setTag,
  tagOf,
  tidyChain,
  verifyChain,
  visitChain,
} from './bucket.ts';
import { warmBuckets } from './warm.ts';
import type { EntryWatcher } from './watchers.ts';

/**
 * Extendible hashing over segments of cache-line buckets. The table holds references to entries (blocks of the arena);
 * a subclass says what an entry's hash is and when it matches a sought key.
 *
 *     hash (32 bits):  | segment: `depth` top bits | ... | tag: bits 6..13 | bucket: bits 0..5 |
 *
 *     directory: per 2^depth: [segment reference, meta]     meta: count << 8 | bucketsLog2 << 5 | localDepth
 *     segment:   64 buckets of 64 bytes (fewer while the whole table is one small segment)
 *     bucket:    | 12 tags (1 byte each, 0 = free) | reference of an overflow bucket, 0 = none | 12 entry references |
 *
 * A segment that gets too full is split in two by the next bit of the hash; when it already uses all `depth` bits the
 * directory is doubled first. Two siblings that get too empty are joined. So growing and shrinking never touch more than
 * one segment (some 700 entries) at a time, besides copying the directory (8 bytes per some 500 entries).
 *
 * Scan order. A key's place is given by its hash alone: bits 0..5 reversed, then bits 31..6 (`placeOf`). Each bucket of
 * any segment at any depth covers one interval of places, so a cursor that is a place stays valid through every growth
 * and shrinking: what is in the table from a scan's start to its end is returned at least once.
 *
 * Invariants:
 * 1. An entry is in the bucket (or its overflow chain) that its hash names, exactly once, with its tag (never 0).
 * 2. The 2^(depth - localDepth) directory slots of a segment are alike, but only the first one's count is kept.
 * 3. localDepth <= depth; segments with localDepth > 0 have 64 buckets.
 * 4. No overflow bucket is empty.
 *
 * Cost: a lookup reads the directory, one bucket line (1.05 on average) and the entry; 6 to 11 bytes per entry.
 * Sources: Fagin et al., "Extendible Hashing" (1979); tags per bucket as in Swiss tables and Dash (Lu et al., 2020).
 */
const BUCKETS_LOG2_MAX = 6;
/** Above this many entries a bucket on average, a segment grows: 5 of 6 slots in use. */
const FULL_PER_BUCKET = 10;
/** Entries a segment of a table that is filled at once: about what growing leaves. */
const RESERVED_PER_SEGMENT = 480;
/** Segments that `reserveSome` makes: some tenths of a millisecond. */
const RESERVED_AT_ONCE = 128;
/** Two siblings that together have fewer entries a bucket than this are joined. */
const EMPTY_PER_BUCKET = 3;
/** A split needs a new segment and overflow buckets, each perhaps from a new span. */
const GROWTH_BYTES_MAX = 1 << 20;
/**
 * The directory gets no more slots than a 32nd of the entries (an even hash needs a 500th): hashes that agree in many
 * bits end up in overflow chains instead of blowing up the directory.
 */
const ENTRIES_PER_SLOT_LOG2 = 5;
/** More bits cannot tell segments apart, because the lowest six name the bucket. */
const DEPTH_MAX = 26;
/** Sampling looks at this many slots a bucket; a longer chain is possible only with absurd luck, and loses fairness only. */
const SAMPLE_SLOTS = 36;

const META_DEPTH = 31;
const META_BUCKETS_SHIFT = 5;
const META_BUCKETS = 7;
const META_COUNT_SHIFT = 8;
const META_COUNT_ONE = 1 << META_COUNT_SHIFT;

/** Words that `detach` writes: directory, depth, deepest segments, entries, bytes of structure in units of 8. */
export const TABLE_WORDS = 5;

export abstract class Table {
  readonly arena: Arena;
  /** Entries in the table. */
  count = 0;
  /** Told of changes; null if nobody wants to know. */
  watcher: EntryWatcher | null = null;
  /** Bytes of the directory, segments and overflow buckets. */
  structureBytes = 0;
  /** Where the last successful `find` or `findEntry` found its entry: segment of the arena, and word index. */
  foundWords: Int32Array;
  foundAt = 0;
  #foundBucket = 0;
  #depth = 0;
  #directory = 0;
  /** Cached view of the directory's block. */
  #directoryWords: Int32Array;
  #directoryAt = 0;
  /** Segments whose local depth is `#depth`: when none is left, the directory can be halved. */
  #deepest = 1;

  constructor(arena: Arena) {
    this.arena = arena;
    this.foundWords = arena.words[0];
    this.#directoryWords = arena.words[0];
  }

  /** Takes up the table whose state `detach` has left in words[at ...]; all zero is an empty one. What was attached is forgotten. */
  attach(words: Int32Array, at: number): void {
    this.#useDirectory(words[at], words[at + 1]);
    this.#deepest = words[at + 2];
    this.count = words[at + 3] >>> 0;
    this.structureBytes = (words[at + 4] >>> 0) * 8;
  }

  /** Leaves the table's state in words[at ...], TABLE_WORDS of them: to be done after every change of an attached table. */
  detach(words: Int32Array, at: number): void {
    words[at] = this.#directory;
    words[at + 1] = this.#depth;
    words[at + 2] = this.#deepest;
    words[at + 3] = this.count;
    words[at + 4] = this.structureBytes / 8;
  }

  /** The hash of an entry of this table. */
  abstract hashOf(entry: number): number;

  /** Whether an entry is the one that is sought: its key equals bytes[start, end). */
  abstract matches(entry: number, bytes: Uint8Array, start: number, end: number): boolean;

  /** The entry whose key is bytes[start, end), or 0. Its place is remembered for `replaceFound` and `removeFound`. */
  find(hash: number, bytes: Uint8Array, start: number, end: number): number {
    if (this.count === 0) return 0;
    const depth = this.#depth;
    const slot = this.#directoryAt + ((depth === 0 ? 0 : hash >>> (32 - depth)) << 1);
    const segment = this.#directoryWords[slot];
    const bucketMask = (1 << ((this.#directoryWords[slot + 1] >>> META_BUCKETS_SHIFT) & META_BUCKETS)) - 1;
    const tags = Math.imul(tagOf(hash), 0x01010101);
    const allWords = this.arena.words;
    let words = allWords[segment >>> SEGMENT_SHIFT];
    let bucket = ((segment & SEGMENT_MASK) << 1) + ((hash & bucketMask) << 4);
    for (;;) {
      for (let group = 0; group < 3; group++) {
        // A zero byte in `difference` is a matching tag; a borrow may mark one byte too many, which the key comparison refuses.
        const difference = words[bucket + group] ^ tags;
        let hits = (difference - 0x01010101) & ~difference & 0x80808080;
        while (hits !== 0) {
          const at = bucket + REFERENCES + (group << 2) + ((31 - Math.clz32(hits & -hits)) >>> 3);
          const entry = words[at];
          if (entry !== 0 && this.matches(entry, bytes, start, end)) {
            this.foundWords = words;
            this.foundAt = at;
            this.#foundBucket = bucket;
            return entry;
          }
          hits &= hits - 1;
        }
      }
      const next = words[bucket + CHAIN];
      if (next === 0) return 0;
      words = allWords[next >>> SEGMENT_SHIFT];
      bucket = (next & SEGMENT_MASK) << 1;
    }
  }

  /** Finds this very entry (for tables that share entries). Returns whether it is there; remembers its place. */
  findEntry(hash: number, sought: number): boolean {
    if (this.count === 0) return false;
    let reference = this.bucketOf(hash);
    while (reference !== 0) {
      const words = this.arena.words[reference >>> SEGMENT_SHIFT];
      const bucket = (reference & SEGMENT_MASK) << 1;
      for (let i = 0; i < BUCKET_SLOTS; i++) {
        if (words[bucket + REFERENCES + i] !== sought) continue;
        this.foundWords = words;
        this.foundAt = bucket + REFERENCES + i;
        this.#foundBucket = bucket;
        return true;
      }
      reference = words[bucket + CHAIN];
    }
    return false;
  }

  /** Puts another entry with the same key in the place of the one just found. */
  replaceFound(entry: number): void {
    if (this.watcher !== null) {
      const hash = this.hashOf(entry);
      this.watcher.changing(this.foundWords[this.foundAt], hash);
      this.watcher.added(entry, hash);
    }
    this.foundWords[this.foundAt] = entry;
  }

  /** To be called before an entry changes where it is. */
  changing(entry: number): void {
    if (this.watcher !== null) this.watcher.changing(entry, this.hashOf(entry));
  }

  /** Adds an entry whose key is not in the table. May throw OutOfMemory; then the table holds what it held. */
  insert(hash: number, entry: number): void {
    if (this.#directory === 0) this.#create();
    let slot = this.#slotOf(hash);
    while (this.#isFull(slot, hash) && this.#grow(slot, hash)) slot = this.#slotOf(hash);
    this.#place(this.#directoryWords[this.#directoryAt + (slot << 1)], this.#bucketsOf(slot), hash, entry);
    this.#addCount(slot, 1);
    this.count++;
    if (this.watcher !== null) this.watcher.added(entry, hash);
  }

  /** Makes room for `count` entries, so that adding them never splits. REQUIRES: the table is empty. May throw OutOfMemory. */
  reserve(count: number): void {
    for (let slot = this.reserveSome(count, 0); slot !== 0; slot = this.reserveSome(count, slot));
  }

  /** As `reserve`, some segments a call: from a slot on, 0 at first, to the one returned, 0 at the end. Meanwhile nothing is added. */
  reserveSome(count: number, from: number): number {
    if (from === 0) {
      if (count <= FULL_PER_BUCKET << BUCKETS_LOG2_MAX || this.#directory !== 0) return 0;
      if (!this.#createFor(count)) return 0; // It grows entry by entry, as far as the limit allows.
    }
    let slot = from;
    for (let left = RESERVED_AT_ONCE; left > 0; left--) {
      while (slot < 1 << this.#depth && this.#localDepthOf(slot) === this.#depth) slot++;
      if (slot === 1 << this.#depth) return 0;
      this.#split(slot);
    }
    return Math.max(1, slot);
  }

  /** One segment in a directory for `count` entries, and memory for the others; false where a limit does not allow it. */
  #createFor(count: number): boolean {
    const depth = Math.max(1, Math.ceil(Math.log2(count / RESERVED_PER_SEGMENT)));
    const bytes = 2 ** depth * (8 + (BUCKET_BYTES << BUCKETS_LOG2_MAX)) * 1.1 + GROWTH_BYTES_MAX;
    if (!this.arena.reserveWithin(bytes)) return false;
    this.#useDirectory(this.#allocate(8 << depth), depth);
    const segment = this.#newSegment(1 << BUCKETS_LOG2_MAX);
    for (let slot = 0; slot < 1 << depth; slot++)
      this.#setSlot(slot, segment, BUCKETS_LOG2_MAX << META_BUCKETS_SHIFT);
    this.#deepest = 0;
    return true;
  }

  /** Removes the entry just found; `hash` is its hash. Does not free the entry. */
  removeFound(hash: number): void {
    if (this.watcher !== null) this.watcher.changing(this.foundWords[this.foundAt], hash);
    const words = this.foundWords;
    const bucket = this.#foundBucket;
    const index = this.foundAt - bucket - REFERENCES;
    setTag(words, bucket, index, 0);
    words[this.foundAt] = 0;
    const slot = this.#slotOf(hash);
    this.structureBytes -= tidyChain(this.arena, this.bucketOf(hash)) * BUCKET_BYTES;
    this.#addCount(slot, -1);
    this.count--;
    if (this.count === 0) this.clear();
    else this.#shrink(slot);
  }

  /** Forgets all entries (without freeing them) and frees the table's own memory. */
  clear(): void {
    for (let slot = 0; this.#directory !== 0 && slot < 1 << this.#depth; ) {
      const depth = this.#localDepthOf(slot);
      this.#freeSegment(this.#segmentOf(slot), this.#bucketsOf(slot));
      slot += 1 << (this.#depth - depth);
    }
    this.#forget();
  }

  /**
   * Calls `visit` for all entries of the bucket at place `cursor` and returns the cursor of the next one, 0 after the last.
   * `visit` must not change the table.
   */
  scan(cursor: number, visit: (entry: number) => void): number {
    if (this.#directory === 0) return 0;
    const low = reverse6(cursor >>> 26);
    const top = (cursor << 6) >>> 0;
    const slot = this.#depth === 0 ? 0 : top >>> (32 - this.#depth);
    const bucketsLog2 = this.#bucketsLog2Of(slot);
    visitChain(this.arena, this.#bucketAt(slot, low & ((1 << bucketsLog2) - 1)), visit);
    const width = 32 - bucketsLog2 - this.#localDepthOf(slot);
    if (width === 32) return 0;
    // The bucket covers 2^width places; go to the first one behind them.
    const next = (Math.floor(cursor / 2 ** width) + 1) * 2 ** width;
    return next >= 2 ** 32 ? 0 : next;
  }

  /** The first place of the bucket that `scan(cursor)` visits: less than the cursor if the bucket covers more places now. */
  bucketStart(cursor: number): number {
    if (this.#directory === 0) return cursor;
    const top = (cursor << 6) >>> 0;
    const slot = this.#depth === 0 ? 0 : top >>> (32 - this.#depth);
    const places = 2 ** (32 - this.#bucketsLog2Of(slot) - this.#localDepthOf(slot));
    return Math.floor(cursor / places) * places;
  }

  /**
   * Calls `visit` for all entries of the segment at a directory slot, 0 at first; returns the next slot, 0 after the last. For
   * walks during which the table does not change: twice as fast as `scan`, for memory is read in its order.
   */
  walk(slot: number, visit: (entry: number) => void): number {
    if (this.#directory === 0) return 0;
    const buckets = this.#bucketsOf(slot);
    for (let index = 0; index < buckets; index++) visitChain(this.arena, this.#bucketAt(slot, index), visit);
    const next = slot + (1 << (this.#depth - this.#localDepthOf(slot)));
    return next < 1 << this.#depth ? next : 0;
  }

  /** Reads ahead what `walk` will visit at a slot. */
  warm(slot: number): void {
    if (this.#directory !== 0) warmBuckets(this.arena, this.#segmentOf(slot), 0, this.#bucketsOf(slot));
  }

  /**
   * One entry, each with the same probability, or 0 if the table is empty. `random(n)` gives an integer in 0..n-1.
   */
  sample(random: (bound: number) => number): number {
    if (this.count === 0) return 0;
    for (;;) {
      const slot = random(1 << this.#depth);
      // A segment on several directory slots is met more often; even that out.
      const copies = 1 << (this.#depth - this.#localDepthOf(slot));
      if (copies > 1 && random(copies) !== 0) continue;
      const wanted = random(SAMPLE_SLOTS);
      const entry = nthOfChain(this.arena, this.#bucketAt(slot, random(this.#bucketsOf(slot))), wanted);
      if (entry !== 0) return entry;
    }
  }

  /**
   * The cursor at which `scan` visits one bucket, each with the same probability, and so each entry with the same. A cheap
   * sample when entries may come in groups. REQUIRES: count > 0.
   */
  randomCursor(random: (bound: number) => number): number {
    for (;;) {
      const slot = random(1 << this.#depth);
      const copies = 1 << (this.#depth - this.#localDepthOf(slot));
      if (copies > 1 && random(copies) !== 0) continue;
      return ((reverse6(random(this.#bucketsOf(slot))) << 26) | (slot << (26 - this.#depth))) >>> 0;
    }
  }

  /**
   * Takes a table apart piece by piece, for it may be too big to be cleared at once: calls `visit` for the entries of one
   * more segment, then frees that. `slot` is 0 at first, later what the call before returned. Returns 0 when nothing is left.
   * In between the table is good for nothing else.
   */
  takeApart(slot: number, visit: (entry: number) => void): number {
    if (this.#directory === 0) return 0;
    this.warm(slot);
    const next = this.walk(slot, visit);
    this.#freeSegment(this.#segmentOf(slot), this.#bucketsOf(slot));
    if (next === 0) this.#forget();
    return next;
  }

  /** How many buckets there are, overflow not counted. */
  get buckets(): number {
    let buckets = 0;
    for (let slot = 0; this.#directory !== 0 && slot < 1 << this.#depth; ) {
      buckets += this.#bucketsOf(slot);
      slot += 1 << (this.#depth - this.#localDepthOf(slot));
    }
    return buckets;
  }

  /** Directory depth, for DEBUG HTSTATS. */
  get depth(): number {
    return this.#depth;
  }

  /** Checks the invariants by walking everything; throws on a violation. For tests. */
  verify(): void {
    let total = 0;
    let deepest = 0;
    for (let slot = 0; this.#directory !== 0 && slot < 1 << this.#depth; ) {
      const depth = this.#localDepthOf(slot);
      const copies = 1 << (this.#depth - depth);
      for (let copy = 1; copy < copies; copy++) {
        if (this.#segmentOf(slot + copy) !== this.#segmentOf(slot))
          throw new Error(`Table: directory slot ${slot} torn`);
      }
      if (depth === this.#depth) deepest++;
      const found = this.#verifySegment(slot);
      const kept = this.#directoryWords[this.#directoryAt + (slot << 1) + 1] >>> META_COUNT_SHIFT;
      if (found !== kept)
        throw new Error(`Table: segment at slot ${slot} has ${found} entries, accounted ${kept}`);
      total += found;
      slot += copies;
    }
    if (total !== this.count) throw new Error(`Table: ${total} entries, accounted ${this.count}`);
    if (this.#directory !== 0 && deepest !== this.#deepest)
      throw new Error(`Table: ${deepest} deepest segments`);
  }

  #verifySegment(slot: number): number {
    const segment = this.#segmentOf(slot);
    const buckets = this.#bucketsOf(slot);
    const hashOf = (entry: number): number => this.hashOf(entry);
    let found = 0;
    for (let index = 0; index < buckets; index++) {
      const home = segment + index * (BUCKET_BYTES >>> 3);
      verifyChain(this.arena, home, hashOf);
      visitChain(this.arena, home, (entry) => {
        const hash = this.hashOf(entry);
        if ((hash & (buckets - 1)) !== index) throw new Error('Table: wrong bucket');
        if (this.#segmentOf(this.#slotOf(hash)) !== segment) throw new Error('Table: wrong segment');
        found++;
      });
    }
    return found;
  }

  #create(): void {
    const directory = this.#allocate(8);
    try {
      const segment = this.#newSegment(1);
      this.#useDirectory(directory, 0);
      this.#setSlot(0, segment, 0);
      this.#deepest = 1;
    } catch (error) {
      if (this.#directory === 0) this.#free(directory);
      throw error;
    }
  }

  #useDirectory(reference: number, depth: number): void {
    this.#directory = reference;
    this.#directoryWords = this.arena.words[reference >>> SEGMENT_SHIFT];
    this.#directoryAt = (reference & SEGMENT_MASK) << 1;
    this.#depth = depth;
  }

  #slotOf(hash: number): number {
    return this.#depth === 0 ? 0 : hash >>> (32 - this.#depth);
  }

  #segmentOf(slot: number): number {
    return this.#directoryWords[this.#directoryAt + (slot << 1)];
  }

  #localDepthOf(slot: number): number {
    return this.#directoryWords[this.#directoryAt + (slot << 1) + 1] & META_DEPTH;
  }

  #bucketsLog2Of(slot: number): number {
    return (this.#directoryWords[this.#directoryAt + (slot << 1) + 1] >>> META_BUCKETS_SHIFT) & META_BUCKETS;
  }

  #bucketsOf(slot: number): number {
    return 1 << this.#bucketsLog2Of(slot);
  }

  #firstSlotOf(slot: number): number {
    const shift = this.#depth - this.#localDepthOf(slot);
    return (slot >>> shift) << shift;
  }

  #countOf(slot: number): number {
    return this.#directoryWords[this.#directoryAt + (this.#firstSlotOf(slot) << 1) + 1] >>> META_COUNT_SHIFT;
  }

  #addCount(slot: number, change: 1 | -1): void {
    const first = this.#firstSlotOf(slot);
    this.#directoryWords[this.#directoryAt + (first << 1) + 1] += change * META_COUNT_ONE;
  }

  #setSlot(slot: number, segment: number, meta: number): void {
    this.#directoryWords[this.#directoryAt + (slot << 1)] = segment;
    this.#directoryWords[this.#directoryAt + (slot << 1) + 1] = meta;
  }

  /** The bucket where the entries of a hash begin, as a block of the arena. REQUIRES: count > 0. */
  bucketOf(hash: number): number {
    const slot = this.#slotOf(hash);
    return this.#bucketAt(slot, hash & (this.#bucketsOf(slot) - 1));
  }

  #bucketAt(slot: number, index: number): number {
    return (this.#segmentOf(slot) + index * (BUCKET_BYTES >>> 3)) | 0;
  }

  #isFull(slot: number, hash: number): boolean {
    const count = this.#countOf(slot);
    const buckets = this.#bucketsOf(slot);
    if (count >= buckets * FULL_PER_BUCKET) return true;
    if (buckets === 1 << BUCKETS_LOG2_MAX) return false;
    // A small table need not chain: it grows as soon as a bucket is full.
    const reference = this.bucketOf(hash);
    return freeSlot(this.arena.words[reference >>> SEGMENT_SHIFT], (reference & SEGMENT_MASK) << 1) < 0;
  }

  /** Makes the segment at `slot` larger or two. Returns false when that would not help. */
  #grow(slot: number, hash: number): boolean {
    // Half-moved segments must not happen: see now that everything a split may need can be had.
    const limit = this.arena.reserveSteps(GROWTH_BYTES_MAX);
    const hasGrown = this.#growReserved(slot, hash);
    this.arena.limit(limit);
    return hasGrown;
  }

  #growReserved(slot: number, hash: number): boolean {
    if (this.#bucketsLog2Of(slot) < BUCKETS_LOG2_MAX) {
      this.#enlarge();
      return true;
    }
    const localDepth = this.#localDepthOf(slot);
    if (localDepth === DEPTH_MAX) return false;
    if (localDepth === this.#depth) {
      if (2 << this.#depth > (this.count >>> ENTRIES_PER_SLOT_LOG2) + 2) return false;
      this.#doubleDirectory();
    }
    this.#split(this.#firstSlotOf(this.#slotOf(hash)));
    return true;
  }

  /** The only segment gets twice the buckets. */
  #enlarge(): void {
    const old = this.#segmentOf(0);
    const oldLog2 = this.#bucketsLog2Of(0);
    const segment = this.#newSegment(2 << oldLog2);
    this.#setSlot(0, segment, (this.#countOf(0) << META_COUNT_SHIFT) | ((oldLog2 + 1) << META_BUCKETS_SHIFT));
    this.#moveAll(old, 1 << oldLog2, segment, 2 << oldLog2);
    this.#freeSegment(old, 1 << oldLog2);
  }

  #doubleDirectory(): void {
    const slots = 1 << this.#depth;
    const from = this.#directoryWords;
    const fromAt = this.#directoryAt;
    const old = this.#directory;
    this.#useDirectory(this.#allocate(slots * 16), this.#depth + 1);
    for (let slot = 0; slot < slots; slot++) {
      const segment = from[fromAt + (slot << 1)];
      const meta = from[fromAt + (slot << 1) + 1];
      this.#setSlot(slot * 2, segment, meta);
      this.#setSlot(slot * 2 + 1, segment, meta);
    }
    this.#deepest = 0;
    this.#free(old);
  }

  /** Moves the entries whose next bit is 1 into a new sibling. `first` is the first directory slot of the segment. */
  #split(first: number): void {
    const localDepth = this.#localDepthOf(first) + 1;
    const copies = 1 << (this.#depth - localDepth);
    const low = this.#segmentOf(first);
    const high = this.#newSegment(1 << BUCKETS_LOG2_MAX);
    const total = this.#countOf(first);
    // So growing to 5 million keys takes a quarter less processor time (bench/growth.ts).
    this.warm(first);
    const moved = this.#moveByBit(low, high, 32 - localDepth);
    const meta = (BUCKETS_LOG2_MAX << META_BUCKETS_SHIFT) | localDepth;
    for (let copy = 0; copy < copies; copy++) {
      this.#setSlot(first + copy, low, ((total - moved) << META_COUNT_SHIFT) | meta);
      this.#setSlot(first + copies + copy, high, (moved << META_COUNT_SHIFT) | meta);
    }
    if (localDepth === this.#depth) this.#deepest += 2;
  }

  #moveByBit(low: number, high: number, bit: number): number {
    let moved = 0;
    for (let index = 0; index < 1 << BUCKETS_LOG2_MAX; index++) {
      const home = low + index * (BUCKET_BYTES >>> 3);
      let reference = home;
      while (reference !== 0) {
        const words = this.arena.words[reference >>> SEGMENT_SHIFT];
        const bucket = (reference & SEGMENT_MASK) << 1;
        for (let i = 0; i < BUCKET_SLOTS; i++) {
          const entry = words[bucket + REFERENCES + i];
          if (entry === 0) continue;
          const hash = this.hashOf(entry);
          if (((hash >>> bit) & 1) === 0) continue;
          this.#place(high, 1 << BUCKETS_LOG2_MAX, hash, entry);
          words[bucket + REFERENCES + i] = 0;
          setTag(words, bucket, i, 0);
          moved++;
        }
        reference = words[bucket + CHAIN];
      }
      this.structureBytes -= compactChain(this.arena, home) * BUCKET_BYTES;
    }
    return moved;
  }

  /** After a removal: joins the segment at `slot` with its sibling, or halves a small table, when both are nearly empty. */
  #shrink(slot: number): void {
    const count = this.#countOf(slot);
    const buckets = this.#bucketsOf(slot);
    if (count >= buckets * EMPTY_PER_BUCKET) return;
    const localDepth = this.#localDepthOf(slot);
    if (localDepth === 0) {
      if (buckets > 1 && count * 4 < buckets * EMPTY_PER_BUCKET) this.#reduce();
      return;
    }
    const shift = this.#depth - localDepth;
    const first = this.#firstSlotOf(slot);
    const sibling = ((first >>> shift) ^ 1) << shift;
    if (this.#localDepthOf(sibling) !== localDepth) return;
    if (count + this.#countOf(sibling) >= buckets * EMPTY_PER_BUCKET) return;
    this.#join(Math.min(first, sibling), Math.max(first, sibling), localDepth);
  }

  #join(low: number, high: number, localDepth: number): void {
    const total = this.#countOf(low) + this.#countOf(high);
    const segment = this.#segmentOf(low);
    const gone = this.#segmentOf(high);
    const buckets = 1 << BUCKETS_LOG2_MAX;
    this.#moveAll(gone, buckets, segment, buckets);
    this.#freeSegment(gone, buckets);
    const meta = (BUCKETS_LOG2_MAX << META_BUCKETS_SHIFT) | (localDepth - 1);
    const copies = 1 << (this.#depth - localDepth + 1);
    for (let copy = 0; copy < copies; copy++)
      this.#setSlot(low + copy, segment, (total << META_COUNT_SHIFT) | meta);
    if (localDepth === this.#depth) this.#deepest -= 2;
    while (this.#deepest === 0 && this.#depth > 0) this.#halveDirectory();
  }

  #halveDirectory(): void {
    const slots = 1 << (this.#depth - 1);
    const from = this.#directoryWords;
    const fromAt = this.#directoryAt;
    const old = this.#directory;
    const directory = this.#allocate(slots * 8);
    this.#useDirectory(directory, this.#depth - 1);
    this.#deepest = 0;
    for (let slot = 0; slot < slots; slot++) {
      const meta = from[fromAt + (slot << 2) + 1];
      this.#setSlot(slot, from[fromAt + (slot << 2)], meta);
      if ((meta & META_DEPTH) === this.#depth) this.#deepest++;
    }
    this.#free(old);
  }

  /** The only segment gets half the buckets. */
  #reduce(): void {
    const old = this.#segmentOf(0);
    const oldLog2 = this.#bucketsLog2Of(0);
    const count = this.#countOf(0);
    const segment = this.#newSegment(1 << (oldLog2 - 1));
    this.#setSlot(0, segment, (count << META_COUNT_SHIFT) | ((oldLog2 - 1) << META_BUCKETS_SHIFT));
    this.#moveAll(old, 1 << oldLog2, segment, 1 << (oldLog2 - 1));
    this.#freeSegment(old, 1 << oldLog2);
  }

  #moveAll(from: number, fromBuckets: number, to: number, toBuckets: number): void {
    const move = (entry: number): void => this.#place(to, toBuckets, this.hashOf(entry), entry);
    for (let index = 0; index < fromBuckets; index++)
      visitChain(this.arena, from + index * (BUCKET_BYTES >>> 3), move);
  }

  /** Puts an entry into a segment, with an overflow bucket if it must be. */
  #place(segment: number, buckets: number, hash: number, entry: number): void {
    let reference = (segment + (hash & (buckets - 1)) * (BUCKET_BYTES >>> 3)) | 0;
    for (;;) {
      const words = this.arena.words[reference >>> SEGMENT_SHIFT];
      const bucket = (reference & SEGMENT_MASK) << 1;
      const index = freeSlot(words, bucket);
      if (index >= 0) {
        setTag(words, bucket, index, tagOf(hash));
        words[bucket + REFERENCES + index] = entry;
        return;
      }
      if (words[bucket + CHAIN] === 0) words[bucket + CHAIN] = this.#newSegment(1);
      reference = words[bucket + CHAIN];
    }
  }

  /** The segments are freed: what is left of the table's memory goes too. */
  #forget(): void {
    if (this.#directory !== 0) this.#free(this.#directory);
    this.#directory = 0;
    this.#depth = 0;
    this.#deepest = 1;
    this.count = 0;
  }

  #newSegment(buckets: number): number {
    const segment = this.#allocate(buckets * BUCKET_BYTES);
    const at = (segment & SEGMENT_MASK) << 1;
    this.arena.words[segment >>> SEGMENT_SHIFT].fill(0, at, at + buckets * BUCKET_WORDS);
    return segment;
  }

  #freeSegment(segment: number, buckets: number): void {
    for (let index = 0; index < buckets; index++)
      this.structureBytes -= freeOverflow(this.arena, segment + index * (BUCKET_BYTES >>> 3)) * BUCKET_BYTES;
    this.#free(segment);
  }

  #allocate(bytes: number): number {
    const reference = this.arena.allocate(bytes);
    this.structureBytes += this.arena.sizeOf(reference);
    return reference;
  }

  #free(reference: number): void {
    this.structureBytes -= this.arena.sizeOf(reference);
    this.arena.free(reference);
  }
}
