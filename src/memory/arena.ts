/** Hot. Blocks of memory outside the JavaScript heap, referred to by numbers. */
import {
  KIND_LARGE,
  PAGE_SHIFT,
  PAGE_UNITS,
  Pages,
  pagesFor,
  plainSegments,
  RUN_FIELDS,
  RUN_FIRST_PAGE,
  RUN_FREE_BLOCK,
  RUN_KIND,
  RUN_NEXT,
  RUN_PAGES,
  RUN_PREVIOUS,
  RUN_TOUCHED,
  RUN_USED,
  SEGMENT_MASK,
  SEGMENT_SHIFT,
  type SegmentSource,
} from './pages.ts';
import {
  CLASS_BYTES,
  CLASS_COUNT,
  CLASS_SPAN_BLOCKS,
  CLASS_SPAN_PAGES,
  classOf,
  PAGE_BYTES,
  SMALL_BYTES_MAX,
} from './size-classes.ts';
import { type BlockWatcher, type EntryWatcher, type NodeWatcher, Watchers } from './watchers.ts';

export { SEGMENT_MASK, SEGMENT_SHIFT } from './pages.ts';

/** Thrown when a block cannot be had. Nothing was changed. */
export class OutOfMemory extends Error {
  constructor(bytes: number) {
    super(`Out of arena memory: no room for a block of ${bytes} bytes`);
    this.name = 'OutOfMemory';
  }
}

/** A run of this length must be possible in every segment. */
const RESERVED_AT_ONCE = 2 ** 29 + PAGE_BYTES;
/** No span of any class. */
const NO_SPANS = new Int32Array(CLASS_COUNT);
const POISON = 0xd6;
const FRESH = 0x29;

/**
 * The allocator. A block is named by a reference: its address in units of 8 bytes, as a 32-bit integer
 * (it may look negative; use `>>>`). 0 is no block. To reach the bytes:
 *
 *     const words = arena.words[reference >>> SEGMENT_SHIFT];       // Int32Array
 *     const at = (reference & SEGMENT_MASK) << 1;                   // index of the block's first word
 *     const bytes = arena.bytes[reference >>> SEGMENT_SHIFT];       // Uint8Array
 *     const start = (reference & SEGMENT_MASK) << 3;                // index of the block's first byte
 *
 * Small blocks come from spans: runs of pages that hold blocks of one size class. A span with room is on its class's
 * list; allocation takes from the list's head, so that what is written together lies together; an empty span gives its
 * pages back. Large blocks are runs of pages. Free and allocate are O(1); a block is 8-byte aligned, and one whose size
 * is a power of two up to 4096 is aligned to its size.
 *
 * Invariants:
 * 1. `usedBytes` is the sum of the sizes of all blocks given out (`sizeOf`).
 * 2. A span is on its class's list if and only if it has room.
 * 3. In checked mode every byte of a free block behind the first word is POISON.
 * 4. `#offered` is `#roomy` unless there is a limit.
 */
export class Arena {
  readonly pages: Pages;
  readonly bytes: Uint8Array[];
  readonly words: Int32Array[];
  /** The same memory again; a block's first double is doubles[reference >>> SEGMENT_SHIFT][reference & SEGMENT_MASK]. */
  readonly doubles: Float64Array[];
  usedBytes = 0;
  usedBlocks = 0;
  readonly tableWatchers = new Watchers<EntryWatcher>();
  /** Of lists and streams by their roots, of trees by the blocks that hold their states. */
  readonly nodeWatchers = new Watchers<NodeWatcher>();
  /** Of long strings. */
  readonly blockWatchers = new Watchers<BlockWatcher>();
  readonly #checked: boolean;
  /** First span with room, by class. */
  readonly #roomy = new Int32Array(CLASS_COUNT);
  /** Where `allocate` looks for a span: under a limit it finds none there, so that a limit costs nothing while there is none. */
  #offered: Int32Array = this.#roomy;
  #limitBytes = Number.POSITIVE_INFINITY;

  constructor(options: { source?: SegmentSource; segmentsMax?: number; checked?: boolean } = {}) {
    this.pages = new Pages(options.source ?? plainSegments, options.segmentsMax);
    this.bytes = this.pages.bytes;
    this.words = this.pages.words;
    this.doubles = this.pages.doubles;
    this.#checked = options.checked ?? false;
  }

  /** From now on no block is given out that would bring `usedBytes` above `bytes`; until the limit is infinite again. */
  limit(bytes: number): void {
    this.#limitBytes = bytes;
    this.#offered = bytes === Number.POSITIVE_INFINITY ? this.#roomy : NO_SPANS;
  }

  /** A block of at least `bytes` bytes (1 or more), with anything in it. Throws OutOfMemory. */
  allocate(bytes: number): number {
    if (bytes > SMALL_BYTES_MAX) return this.#allocateLarge(bytes);
    const sizeClass = classOf(bytes);
    let id = this.#offered[sizeClass];
    if (id === 0) id = this.#spanWithRoom(sizeClass, bytes);
    const runs = this.pages.runs;
    const run = id * RUN_FIELDS;
    let reference = runs[run + RUN_FREE_BLOCK];
    if (reference !== 0) {
      if (this.#checked) this.#checkPoison(reference, CLASS_BYTES[sizeClass]);
      runs[run + RUN_FREE_BLOCK] = this.words[reference >>> SEGMENT_SHIFT][(reference & SEGMENT_MASK) << 1];
    } else {
      const touched = runs[run + RUN_TOUCHED];
      reference = (runs[run + RUN_FIRST_PAGE] << PAGE_SHIFT) + touched * (CLASS_BYTES[sizeClass] >>> 3);
      runs[run + RUN_TOUCHED] = touched + 1;
    }
    const used = runs[run + RUN_USED] + 1;
    runs[run + RUN_USED] = used;
    if (used === CLASS_SPAN_BLOCKS[sizeClass]) this.#unlinkSpan(id, sizeClass);
    this.usedBytes += CLASS_BYTES[sizeClass];
    this.usedBlocks++;
    if (this.#checked) this.#fillFresh(reference, CLASS_BYTES[sizeClass]);
    return reference | 0;
  }

  /**
   * Makes sure that the next allocations, of up to `bytes` bytes altogether (and 512 MiB each), do not fail. Throws
   * OutOfMemory. What is asked for should be generous: blocks are rounded up, and a new span takes up to 256 KiB. It is
   * about memory that can be had, not about a limit.
   */
  reserve(bytes: number): void {
    if (bytes <= this.pages.freshBytes) return;
    const limit = this.#limitBytes;
    this.limit(Number.POSITIVE_INFINITY);
    const taken: number[] = [];
    try {
      for (let left = bytes; left > 0; left -= RESERVED_AT_ONCE)
        taken.push(this.allocate(Math.min(left, RESERVED_AT_ONCE)));
    } finally {
      for (const block of taken) this.free(block);
      this.limit(limit);
    }
  }

  /** `reserve` for what may as well be left undone: returns false where the limit does not allow it. */
  reserveWithin(bytes: number): boolean {
    if (this.usedBytes + bytes > this.#limitBytes) return false;
    this.reserve(bytes);
    return true;
  }

  /**
   * `reserve` for steps of which none may fail once the first is done: ends the limit as well, and returns it, to be set again
   * behind the last step.
   */
  reserveSteps(bytes: number): number {
    this.reserve(bytes);
    const limit = this.#limitBytes;
    this.limit(Number.POSITIVE_INFINITY);
    return limit;
  }

  /** Takes a block back. */
  free(reference: number): void {
    const { pages } = this;
    const id = pages.pageRun[reference >>> PAGE_SHIFT];
    const runs = pages.runs;
    const run = id * RUN_FIELDS;
    const kind = runs[run + RUN_KIND];
    if (this.#checked) this.#checkGivenOut(reference, id);
    this.usedBlocks--;
    if (kind === KIND_LARGE) {
      this.usedBytes -= runs[run + RUN_PAGES] * PAGE_BYTES;
      pages.release(id);
      return;
    }
    if (this.#checked) this.#poison(reference, CLASS_BYTES[kind]);
    this.words[reference >>> SEGMENT_SHIFT][(reference & SEGMENT_MASK) << 1] = runs[run + RUN_FREE_BLOCK];
    runs[run + RUN_FREE_BLOCK] = reference;
    this.usedBytes -= CLASS_BYTES[kind];
    const used = runs[run + RUN_USED] - 1;
    runs[run + RUN_USED] = used;
    if (used === CLASS_SPAN_BLOCKS[kind] - 1) this.#linkSpan(id, kind);
    else if (used === 0) this.#dropSpan(id, kind);
  }

  /** Bytes that the block really has; the owner may use all of them. */
  sizeOf(reference: number): number {
    const runs = this.pages.runs;
    const run = this.pages.pageRun[reference >>> PAGE_SHIFT] * RUN_FIELDS;
    const kind = runs[run + RUN_KIND];
    return kind === KIND_LARGE ? runs[run + RUN_PAGES] * PAGE_BYTES : CLASS_BYTES[kind];
  }

  /**
   * A block of at least `bytes` bytes with the first `keep` bytes of this one, which is gone afterwards; the same one when
   * it has the right size already or can grow or shrink where it stands. Throws OutOfMemory; then the old block is unchanged.
   */
  resize(reference: number, bytes: number, keep: number): number {
    const id = this.pages.pageRun[reference >>> PAGE_SHIFT];
    const run = id * RUN_FIELDS;
    const kind = this.pages.runs[run + RUN_KIND];
    if (kind === KIND_LARGE && bytes > SMALL_BYTES_MAX) {
      if (this.#resizeLarge(id, pagesFor(bytes))) return reference;
    } else if (kind !== KIND_LARGE && bytes <= SMALL_BYTES_MAX && classOf(bytes) === kind) {
      return reference;
    }
    const moved = this.allocate(bytes);
    this.copy(reference, 0, moved, 0, keep);
    this.free(reference);
    return moved;
  }

  /** Copies `count` bytes from one block into another. */
  copy(from: number, fromOffset: number, to: number, toOffset: number, count: number): void {
    const source = this.bytes[from >>> SEGMENT_SHIFT];
    const target = this.bytes[to >>> SEGMENT_SHIFT];
    const start = ((from & SEGMENT_MASK) << 3) + fromOffset;
    const at = ((to & SEGMENT_MASK) << 3) + toOffset;
    copyBytes(source, start, target, at, count);
  }

  /** Bytes taken from the system for blocks, used or not: what fragmentation is measured against. */
  get mappedBytes(): number {
    return this.pages.usedPages * PAGE_BYTES;
  }

  /** Walks all pages and spans; throws when an invariant does not hold. For tests. */
  verify(): void {
    this.pages.verify();
    let bytes = 0;
    this.pages.forEachRun((id) => {
      bytes += this.#verifyRun(id);
    });
    if (bytes !== this.usedBytes)
      throw new Error(`Arena: ${bytes} bytes given out, accounted ${this.usedBytes}`);
  }

  #allocateLarge(bytes: number): number {
    const pages = pagesFor(bytes);
    const isAllowed = this.usedBytes + pages * PAGE_BYTES <= this.#limitBytes;
    const id = isAllowed ? this.pages.take(pages, KIND_LARGE) : 0;
    if (id === 0) throw new OutOfMemory(bytes);
    this.usedBytes += pages * PAGE_BYTES;
    this.usedBlocks++;
    return (this.pages.runs[id * RUN_FIELDS + RUN_FIRST_PAGE] * PAGE_UNITS) | 0;
  }

  #resizeLarge(id: number, pages: number): boolean {
    const old = this.pages.runs[id * RUN_FIELDS + RUN_PAGES];
    if (pages > old) {
      if (this.usedBytes + (pages - old) * PAGE_BYTES > this.#limitBytes) return false;
      if (!this.pages.extend(id, pages)) return false;
    } else {
      this.pages.shorten(id, pages);
    }
    this.usedBytes += (pages - old) * PAGE_BYTES;
    return true;
  }

  /** A span of the class for a block that no span was offered for. */
  #spanWithRoom(sizeClass: number, bytes: number): number {
    if (this.usedBytes + CLASS_BYTES[sizeClass] > this.#limitBytes) throw new OutOfMemory(bytes);
    if (this.#roomy[sizeClass] !== 0) return this.#roomy[sizeClass];
    const id = this.pages.take(CLASS_SPAN_PAGES[sizeClass], sizeClass);
    if (id === 0) throw new OutOfMemory(bytes);
    this.#linkSpan(id, sizeClass);
    return id;
  }

  #dropSpan(id: number, sizeClass: number): void {
    // The last span with room stays, or a single block that comes and goes would take and release pages each time.
    const { runs } = this.pages;
    const alone = runs[id * RUN_FIELDS + RUN_NEXT] === 0 && runs[id * RUN_FIELDS + RUN_PREVIOUS] === 0;
    if (alone && this.#roomy[sizeClass] === id) return;
    this.#unlinkSpan(id, sizeClass);
    this.pages.release(id);
  }

  #linkSpan(id: number, sizeClass: number): void {
    const { runs } = this.pages;
    const next = this.#roomy[sizeClass];
    runs[id * RUN_FIELDS + RUN_NEXT] = next;
    runs[id * RUN_FIELDS + RUN_PREVIOUS] = 0;
    if (next !== 0) runs[next * RUN_FIELDS + RUN_PREVIOUS] = id;
    this.#roomy[sizeClass] = id;
  }

  #unlinkSpan(id: number, sizeClass: number): void {
    const { runs } = this.pages;
    const next = runs[id * RUN_FIELDS + RUN_NEXT];
    const previous = runs[id * RUN_FIELDS + RUN_PREVIOUS];
    if (next !== 0) runs[next * RUN_FIELDS + RUN_PREVIOUS] = previous;
    if (previous !== 0) runs[previous * RUN_FIELDS + RUN_NEXT] = next;
    else this.#roomy[sizeClass] = next;
  }

  #poison(reference: number, bytes: number): void {
    const start = (reference & SEGMENT_MASK) << 3;
    this.bytes[reference >>> SEGMENT_SHIFT].fill(POISON, start, start + bytes);
  }

  #checkPoison(reference: number, size: number): void {
    const segment = this.bytes[reference >>> SEGMENT_SHIFT];
    const start = (reference & SEGMENT_MASK) << 3;
    for (let at = start + 4; at < start + size; at++) {
      if (segment[at] !== POISON)
        throw new Error(
          `Arena: block ${reference >>> 0} was written to after it was freed (byte ${at - start})`,
        );
    }
  }

  /** Makes a reader of bytes that nobody wrote fail early. */
  #fillFresh(reference: number, size: number): void {
    const start = (reference & SEGMENT_MASK) << 3;
    this.bytes[reference >>> SEGMENT_SHIFT].fill(FRESH, start, start + size);
  }

  #checkGivenOut(reference: number, id: number): void {
    const { runs } = this.pages;
    const run = id * RUN_FIELDS;
    const kind = runs[run + RUN_KIND];
    const offset = (reference >>> 0) - runs[run + RUN_FIRST_PAGE] * PAGE_UNITS;
    if (id === 0 || (kind !== KIND_LARGE && kind >= CLASS_COUNT))
      throw new Error(`Arena: freed ${reference >>> 0}, which lies in no block`);
    if (kind === KIND_LARGE ? offset !== 0 : offset % (CLASS_BYTES[kind] >>> 3) !== 0)
      throw new Error(`Arena: freed ${reference >>> 0}, which starts no block`);
    if (kind === KIND_LARGE) return;
    let free = runs[run + RUN_FREE_BLOCK];
    while (free !== 0) {
      if (free === (reference | 0)) throw new Error(`Arena: freed ${reference >>> 0} twice`);
      free = this.words[free >>> SEGMENT_SHIFT][(free & SEGMENT_MASK) << 1];
    }
  }

  #verifyRun(id: number): number {
    const { runs } = this.pages;
    const run = id * RUN_FIELDS;
    const kind = runs[run + RUN_KIND];
    if (kind === KIND_LARGE) return runs[run + RUN_PAGES] * PAGE_BYTES;
    if (kind >= CLASS_COUNT) return 0;
    let free = CLASS_SPAN_BLOCKS[kind] - runs[run + RUN_TOUCHED];
    for (let block = runs[run + RUN_FREE_BLOCK]; block !== 0; free++)
      block = this.words[block >>> SEGMENT_SHIFT][(block & SEGMENT_MASK) << 1];
    const used = runs[run + RUN_USED];
    if (free + used !== CLASS_SPAN_BLOCKS[kind])
      throw new Error(
        `Arena: span ${id} has ${used} used and ${free} free of ${CLASS_SPAN_BLOCKS[kind]} blocks`,
      );
    return used * CLASS_BYTES[kind];
  }
}

/** Below this many bytes a loop beats the built-in copy, which has to make a view first (measured: about 60 ns). */
const LOOP_BYTES_MAX = 96;

/** Copies between (or within) byte arrays; overlapping ranges in one array are only safe when moving down. */
export function copyBytes(
  source: Uint8Array,
  start: number,
  target: Uint8Array,
  at: number,
  count: number,
): void {
  if (count <= LOOP_BYTES_MAX) {
    for (let i = 0; i < count; i++) target[at + i] = source[start + i];
    return;
  }
  if (source === target) target.copyWithin(at, start, start + count);
  else target.set(source.subarray(start, start + count), at);
}
