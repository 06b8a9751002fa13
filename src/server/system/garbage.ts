/** Warm. When the garbage of the JavaScript heap is collected. */
import { memoryUsage } from './memory-usage.ts';

export interface Garbage {
  /** To be called often: collects if enough has come. Of the process's buffers, `heldBytes` are known to be in use. */
  check(heldBytes: number): void;
  /** Collects everything now, which takes some milliseconds. */
  collect(): void;
}

/** Where the runtime sees to it. */
export const runtimesGarbage: Garbage = { check: () => {}, collect: () => {} };

/** What is new since the last collection may grow so large. */
const YOUNG_BYTES = 16 * 1024 * 1024;
/** And so much what collections of the new have left, since the last of everything. */
const OLD_BYTES = 64 * 1024 * 1024;

/**
 * Bun collects once a second whatever there is, which stops the thread for a millisecond or two; where its timer is off
 * (bin/server/tuned-runtime.ts), the engine alone does, when the heap has grown by half, and it counts the segments of data in. A
 * server makes hardly any garbage, as its data are elsewhere, but at times a lot at once. So collections follow what is
 * allocated. Without the timer, the p99.9 of clients fell from 2.2 ms to 1.5 while the server was saving, the longest wait from 6.4 to
 * 4.1; with this, a server flooded with CLIENT LIST took 0.4 GB at the most in place of 2.2 (Bun 1.4.5, 2 cores).
 */
export async function systemGarbage(): Promise<Garbage> {
  if (process.versions['bun'] === undefined) return runtimesGarbage;
  const { fullGC } = await import('bun:jsc');
  return new CountedGarbage({
    bytes() {
      const { heapTotal, external } = memoryUsage();
      return heapTotal + external;
    },
    // Beside the thread, as far as the engine can.
    collectYoung: () => Bun.gc(false),
    collectAll: fullGC,
  });
}

/** The heap of the runtime. */
export interface Heap {
  /** What objects, garbage or not, and the buffers behind them take. */
  bytes(): number;
  collectYoung(): void;
  collectAll(): void;
}

export class CountedGarbage implements Garbage {
  readonly #heap: Heap;
  /** What the heap took after the last collection, at the least since; undefined before the first look. */
  #young: number | undefined;
  /** The same of the last collection of everything. */
  #old = 0;

  constructor(heap: Heap) {
    this.#heap = heap;
  }

  check(heldBytes: number): void {
    const bytes = this.#heap.bytes() - heldBytes;
    if (this.#young === undefined) {
      this.#young = bytes;
      this.#old = bytes;
    } else if (bytes - this.#old >= OLD_BYTES) {
      this.#heap.collectAll();
      this.#young = this.#heap.bytes() - heldBytes;
      this.#old = this.#young;
    } else if (bytes - this.#young >= YOUNG_BYTES) {
      this.#heap.collectYoung();
      this.#young = bytes;
    } else {
      this.#young = Math.min(bytes, this.#young);
      this.#old = Math.min(bytes, this.#old);
    }
  }

  collect(): void {
    this.#heap.collectAll();
  }
}
