/** Hot (cold beside the arena). Hands out runs of pages from large segments, and takes them back. */
import { PAGE_BYTES, UNIT_BYTES } from './size-classes.ts';

/**
 * A run is a stretch of pages inside one segment: a span of small blocks, one large block, or free.
 * Every run has an id; its fields stand in `runs` at id * RUN_FIELDS.
 *
 * Invariants:
 * 1. Runs do not cross segments; together they cover all pages below `top` of the newest segment and all of the older ones.
 * 2. `pageRun` holds the run's id for every page of a used run, and for the first and the last page of a free one.
 * 3. Two free runs are never neighbours: they are joined when the second becomes free.
 * 4. Page 0 of segment 0 is never given out, so that reference 0 can mean "none".
 */
export const RUN_FIELDS = 8;
/** Size class of a span, or LARGE or FREE. */
export const RUN_KIND = 0;
export const RUN_FIRST_PAGE = 1;
export const RUN_PAGES = 2;
/** Spans: blocks in use. */
export const RUN_USED = 3;
/** Free runs: so many pages at their start may be resident; those behind were given back to the system. */
const RUN_RESIDENT = 3;
/** Spans: reference of the first freed block (each holds the next in its first word); 0 if none. */
export const RUN_FREE_BLOCK = 4;
/** Spans: how many blocks were ever given out; those behind were never touched. */
export const RUN_TOUCHED = 5;
/** Neighbours in the list that the run is on: spans with room of a class, or free runs of a length. */
export const RUN_NEXT = 6;
export const RUN_PREVIOUS = 7;

export const KIND_LARGE = 0x1000;
export const KIND_FREE = 0x1001;
const KIND_UNUSED_ID = 0x1002;

/** A segment's size; one ArrayBuffer may not exceed 4 GiB everywhere, and a 512 MiB string must fit. */
export const SEGMENT_BYTES = 1 << 30;
/** reference >>> SEGMENT_SHIFT is the segment, reference & SEGMENT_MASK the unit inside it. */
export const SEGMENT_SHIFT = 27;
export const SEGMENT_MASK = (1 << SEGMENT_SHIFT) - 1;
/** reference >>> PAGE_SHIFT is the page. */
export const PAGE_SHIFT = 9;
const SEGMENT_PAGES = SEGMENT_BYTES / PAGE_BYTES;
/** What 32-bit references can reach. */
export const SEGMENTS_MAX = 32;
const FREE_LISTS = 20;
/** How many free runs of the fitting length class are looked at before a longer one is split. */
const SEARCH_MAX = 16;

/** Where segments come from, and how to give the memory of free pages back; passed in, for it depends on the platform. */
export interface SegmentSource {
  /** Zeroed memory that takes no room until it is touched, and does not move. Throws when there is none. */
  create(bytes: number): ArrayBuffer;
  /** Gives back the memory behind [offset, offset + bytes); it reads as anything afterwards. */
  discard(segment: ArrayBuffer, offset: number, bytes: number): void;
}

const WASM_PAGE_BYTES = 65536;

/**
 * Memory of WebAssembly: mapped straight from the system on every runtime, so it is free until touched, never moves and is
 * not counted by the garbage collector. (An ArrayBuffer that reuses freed memory is zeroed at once: measured 600 ms and
 * 1 GiB resident under Bun 1.4.) Gives nothing back before the segment is collected.
 */
export const plainSegments: SegmentSource = {
  create(bytes) {
    const pages = bytes / WASM_PAGE_BYTES;
    return new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer as ArrayBuffer;
  },
  discard() {},
};

export class Pages {
  /** One view of each kind per segment. */
  readonly bytes: Uint8Array[] = [];
  readonly words: Int32Array[] = [];
  readonly doubles: Float64Array[] = [];
  runs: Int32Array = new Int32Array(1024 * RUN_FIELDS);
  pageRun: Int32Array = new Int32Array(0);
  /** Pages in used runs. */
  usedPages = 0;
  /** Pages in free runs that may be resident. */
  residentFreePages = 0;
  readonly #source: SegmentSource;
  readonly #segmentsMax: number;
  readonly #freeLists = new Int32Array(FREE_LISTS);
  #spareIds = 0;
  #nextId = 1;
  /** First page never used in the newest segment, and that segment's end. */
  #top = 0;
  #end = 0;

  constructor(source: SegmentSource, segmentsMax = SEGMENTS_MAX) {
    this.#source = source;
    this.#segmentsMax = Math.min(segmentsMax, SEGMENTS_MAX);
    this.#addSegment();
    this.#top = 1;
  }

  /** Pages that were used at some time and not given back: the resident ones. */
  get touchedPages(): number {
    return this.usedPages + this.residentFreePages;
  }

  /** Bytes of all segments, resident or not. */
  get segmentBytes(): number {
    return this.bytes.length * SEGMENT_BYTES;
  }

  /** Bytes that can still be given out in runs of any length. */
  get headroomBytes(): number {
    const pages = this.#segmentsMax * SEGMENT_PAGES - this.usedPages;
    return pages * PAGE_BYTES;
  }

  /** Bytes behind the newest segment's runs: a run of that length can be taken without fail. */
  get freshBytes(): number {
    return (this.#end - this.#top) * PAGE_BYTES;
  }

  /** Takes a run of `pages` pages for `kind`. Returns its id, or 0 when memory is exhausted. */
  take(pages: number, kind: number): number {
    let id = this.#takeFree(pages);
    if (id === 0) id = this.#takeFresh(pages);
    if (id === 0) return 0;
    const run = id * RUN_FIELDS;
    const first = this.runs[run + RUN_FIRST_PAGE];
    this.pageRun.fill(id, first, first + pages);
    this.runs[run + RUN_KIND] = kind;
    this.runs[run + RUN_USED] = 0;
    this.runs[run + RUN_FREE_BLOCK] = 0;
    this.runs[run + RUN_TOUCHED] = 0;
    this.runs[run + RUN_NEXT] = 0;
    this.runs[run + RUN_PREVIOUS] = 0;
    this.usedPages += pages;
    return id;
  }

  /** Makes a used run free, joined with its free neighbours. */
  release(id: number): void {
    const first = this.runs[id * RUN_FIELDS + RUN_FIRST_PAGE];
    const pages = this.runs[id * RUN_FIELDS + RUN_PAGES];
    this.usedPages -= pages;
    this.#join(id, first, pages, pages);
  }

  /** Makes a run free whose first `residentPages` pages may be resident, joined with its free neighbours. */
  #join(id: number, firstPage: number, pageCount: number, residentPages: number): void {
    const { runs, pageRun } = this;
    let first = firstPage;
    let pages = pageCount;
    let resident = residentPages;
    const before = first % SEGMENT_PAGES === 0 ? 0 : pageRun[first - 1];
    if (before !== 0 && runs[before * RUN_FIELDS + RUN_KIND] === KIND_FREE) {
      this.#unlinkFree(before);
      const length = runs[before * RUN_FIELDS + RUN_PAGES];
      first -= length;
      pages += length;
      resident = resident > 0 ? length + resident : runs[before * RUN_FIELDS + RUN_RESIDENT];
      this.#dropId(before);
    }
    const behind = first + pages;
    const after = behind % SEGMENT_PAGES === 0 || behind === this.#top ? 0 : pageRun[behind];
    if (after !== 0 && runs[after * RUN_FIELDS + RUN_KIND] === KIND_FREE) {
      this.#unlinkFree(after);
      const residentBehind = runs[after * RUN_FIELDS + RUN_RESIDENT];
      if (residentBehind > 0) resident = pages + residentBehind;
      pages += runs[after * RUN_FIELDS + RUN_PAGES];
      this.#dropId(after);
    }
    this.#linkFree(id, first, pages, resident);
  }

  /**
   * Tries to lengthen a used run to `pages` pages where it stands, from a free neighbour or from the untouched end.
   * Returns whether that worked.
   */
  extend(id: number, pages: number): boolean {
    const run = id * RUN_FIELDS;
    const first = this.runs[run + RUN_FIRST_PAGE];
    const old = this.runs[run + RUN_PAGES];
    const behind = first + old;
    const missing = pages - old;
    if (behind === this.#top) {
      if (this.#top + missing > this.#end) return false;
      this.#top += missing;
    } else {
      if (behind % SEGMENT_PAGES === 0) return false;
      const after = this.pageRun[behind];
      if (after === 0 || this.runs[after * RUN_FIELDS + RUN_KIND] !== KIND_FREE) return false;
      const free = this.runs[after * RUN_FIELDS + RUN_PAGES];
      if (free < missing) return false;
      this.#unlinkFree(after);
      const resident = Math.max(0, this.runs[after * RUN_FIELDS + RUN_RESIDENT] - missing);
      if (free > missing) this.#linkFree(after, behind + missing, free - missing, resident);
      else this.#dropId(after);
    }
    this.pageRun.fill(id, behind, behind + missing);
    this.runs[run + RUN_PAGES] = pages;
    this.usedPages += missing;
    return true;
  }

  /** Shortens a used run to `pages` pages; the rest becomes free. */
  shorten(id: number, pages: number): void {
    const run = id * RUN_FIELDS;
    const rest = this.runs[run + RUN_PAGES] - pages;
    if (rest === 0) return;
    const first = this.runs[run + RUN_FIRST_PAGE] + pages;
    this.runs[run + RUN_PAGES] = pages;
    const restId = this.#newId();
    this.runs[restId * RUN_FIELDS + RUN_FIRST_PAGE] = first;
    this.runs[restId * RUN_FIELDS + RUN_PAGES] = rest;
    this.release(restId);
  }

  /**
   * Gives up to `pages` pages of one free run back to the system, the longest runs first, and none shorter than
   * `shortest`. Returns how many pages; 0 when there is nothing to give back.
   */
  discardSome(pages: number, shortest: number): number {
    const { runs } = this;
    for (let list = FREE_LISTS - 1; list >= listOf(shortest); list--) {
      for (let id = this.#freeLists[list]; id !== 0; id = runs[id * RUN_FIELDS + RUN_NEXT]) {
        const resident = runs[id * RUN_FIELDS + RUN_RESIDENT];
        if (resident > 0) return this.#discardEnd(id, resident, Math.min(pages, resident));
      }
    }
    return 0;
  }

  /** Gives back the last `pages` of the pages of a free run that may be resident. */
  #discardEnd(id: number, resident: number, pages: number): number {
    const left = resident - pages;
    const page = this.runs[id * RUN_FIELDS + RUN_FIRST_PAGE] + left;
    const { buffer } = this.bytes[Math.floor(page / SEGMENT_PAGES)];
    this.#source.discard(buffer as ArrayBuffer, (page % SEGMENT_PAGES) * PAGE_BYTES, pages * PAGE_BYTES);
    this.runs[id * RUN_FIELDS + RUN_RESIDENT] = left;
    this.residentFreePages -= pages;
    return pages;
  }

  /** Gives the memory behind all free runs back to the system. Returns how many bytes. */
  discardFree(): number {
    let pages = 0;
    for (let some = -1; some !== 0; pages += some) some = this.discardSome(SEGMENT_PAGES, 1);
    return pages * PAGE_BYTES;
  }

  /** Bytes in free runs that may be resident. */
  get freeBytes(): number {
    return this.residentFreePages * PAGE_BYTES;
  }

  /** Calls `visit` with the id of every run, free ones too, in the order of addresses. */
  forEachRun(visit: (id: number, segment: number) => void): void {
    for (let segment = 0; segment < this.bytes.length; segment++) {
      const end = segment === this.bytes.length - 1 ? this.#top : (segment + 1) * SEGMENT_PAGES;
      let page = segment === 0 ? 1 : segment * SEGMENT_PAGES;
      while (page < end) {
        const id = this.pageRun[page];
        const run = id * RUN_FIELDS;
        const pages = this.runs[run + RUN_PAGES];
        if (id === 0 || this.runs[run + RUN_FIRST_PAGE] !== page || pages <= 0)
          throw new Error(`Arena: page ${page} starts no run`);
        visit(id, segment);
        page += pages;
      }
      if (page !== end) throw new Error(`Arena: segment ${segment} ends at page ${page}, not ${end}`);
    }
  }

  /** Walks all runs and throws when an invariant does not hold. Linear in the number of runs. */
  verify(): void {
    let used = 0;
    let resident = 0;
    let freeBefore = -1;
    this.forEachRun((id, segment) => {
      const run = id * RUN_FIELDS;
      const page = this.runs[run + RUN_FIRST_PAGE];
      const pages = this.runs[run + RUN_PAGES];
      const free = this.runs[run + RUN_KIND] === KIND_FREE;
      if (free) resident += this.runs[run + RUN_RESIDENT];
      if (free && freeBefore === segment) throw new Error(`Arena: free runs meet at page ${page}`);
      if (this.pageRun[page + pages - 1] !== id) throw new Error(`Arena: the run at page ${page} has no end`);
      if (!free) used += pages;
      freeBefore = free ? segment : -1;
    });
    if (used !== this.usedPages) throw new Error(`Arena: ${used} pages in use, accounted ${this.usedPages}`);
    if (resident !== this.residentFreePages)
      throw new Error(`Arena: ${resident} free pages resident, accounted ${this.residentFreePages}`);
  }

  #takeFree(pages: number): number {
    const { runs } = this;
    const shortest = listOf(pages);
    for (let list = shortest; list < FREE_LISTS; list++) {
      let id = this.#freeLists[list];
      for (let tries = 0; id !== 0 && tries < SEARCH_MAX; tries++) {
        if (runs[id * RUN_FIELDS + RUN_PAGES] >= pages) return this.#splitFree(id, pages);
        id = runs[id * RUN_FIELDS + RUN_NEXT];
      }
    }
    return 0;
  }

  #splitFree(id: number, pages: number): number {
    const run = id * RUN_FIELDS;
    this.#unlinkFree(id);
    const rest = this.runs[run + RUN_PAGES] - pages;
    const resident = Math.max(0, this.runs[run + RUN_RESIDENT] - pages);
    if (rest > 0) this.#linkFree(this.#newId(), this.runs[run + RUN_FIRST_PAGE] + pages, rest, resident);
    this.runs[run + RUN_PAGES] = pages;
    return id;
  }

  #takeFresh(pages: number): number {
    if (pages > SEGMENT_PAGES - 1) return 0;
    if (this.#top + pages > this.#end) {
      if (this.bytes.length === this.#segmentsMax) return 0;
      const oldTop = this.#top;
      const rest = this.#end - oldTop;
      if (!this.#addSegment()) return 0;
      // Nobody has touched the old segment's end, but from now on only free lists know of it.
      if (rest > 0) this.#join(this.#newId(), oldTop, rest, 0);
    }
    const id = this.#newId();
    this.runs[id * RUN_FIELDS + RUN_FIRST_PAGE] = this.#top;
    this.runs[id * RUN_FIELDS + RUN_PAGES] = pages;
    this.#top += pages;
    return id;
  }

  #addSegment(): boolean {
    let buffer: ArrayBuffer;
    try {
      buffer = this.#source.create(SEGMENT_BYTES);
    } catch (error) {
      if (this.bytes.length === 0) throw error;
      return false; // The system has no more: the caller reports it as out of memory.
    }
    this.bytes.push(new Uint8Array(buffer));
    this.words.push(new Int32Array(buffer));
    this.doubles.push(new Float64Array(buffer));
    const pageRun = new Int32Array(this.bytes.length * SEGMENT_PAGES);
    pageRun.set(this.pageRun);
    this.pageRun = pageRun;
    this.#top = (this.bytes.length - 1) * SEGMENT_PAGES;
    this.#end = this.#top + SEGMENT_PAGES;
    return true;
  }

  #newId(): number {
    const id = this.#spareIds;
    if (id !== 0) {
      this.#spareIds = this.runs[id * RUN_FIELDS + RUN_NEXT];
      return id;
    }
    if ((this.#nextId + 1) * RUN_FIELDS > this.runs.length) {
      const runs = new Int32Array(this.runs.length * 2);
      runs.set(this.runs);
      this.runs = runs;
    }
    return this.#nextId++;
  }

  #dropId(id: number): void {
    this.runs[id * RUN_FIELDS + RUN_KIND] = KIND_UNUSED_ID;
    this.runs[id * RUN_FIELDS + RUN_NEXT] = this.#spareIds;
    this.#spareIds = id;
  }

  #linkFree(id: number, first: number, pages: number, resident: number): void {
    const { runs } = this;
    const run = id * RUN_FIELDS;
    const list = listOf(pages);
    const next = this.#freeLists[list];
    runs[run + RUN_KIND] = KIND_FREE;
    runs[run + RUN_FIRST_PAGE] = first;
    runs[run + RUN_PAGES] = pages;
    runs[run + RUN_RESIDENT] = resident;
    this.residentFreePages += resident;
    runs[run + RUN_NEXT] = next;
    runs[run + RUN_PREVIOUS] = 0;
    if (next !== 0) runs[next * RUN_FIELDS + RUN_PREVIOUS] = id;
    this.#freeLists[list] = id;
    this.pageRun[first] = id;
    this.pageRun[first + pages - 1] = id;
  }

  #unlinkFree(id: number): void {
    const { runs } = this;
    const run = id * RUN_FIELDS;
    const next = runs[run + RUN_NEXT];
    const previous = runs[run + RUN_PREVIOUS];
    this.residentFreePages -= runs[run + RUN_RESIDENT];
    if (next !== 0) runs[next * RUN_FIELDS + RUN_PREVIOUS] = previous;
    if (previous !== 0) runs[previous * RUN_FIELDS + RUN_NEXT] = next;
    else this.#freeLists[listOf(runs[run + RUN_PAGES])] = next;
  }
}

/** Free runs of 2^n to 2^(n+1) - 1 pages are on list n. */
function listOf(pages: number): number {
  return 31 - Math.clz32(pages);
}

/** Pages that hold `bytes`. */
export function pagesFor(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES);
}

export const PAGE_UNITS = PAGE_BYTES / UNIT_BYTES;
