/** Warm. A file that is written beside the loop, chunk by chunk, while others are filled. */
import type { Done, WritableFile } from './files.ts';
import type { SnapshotTarget } from './snapshot-target.ts';

/** So small that the checksum of the first one, computed by code that is not yet compiled, takes no longer than a slice. */
const CHUNK_BYTES = 32 * 1024;
/** As many chunks may wait before whoever fills them should pause. */
const WAITING_MAX = 64;
/** As many are kept to be filled again: with fewer, chunks would become garbage all the time. */
const SPARE_MAX = WAITING_MAX + 1;

interface FilledChunk {
  readonly bytes: Uint8Array;
  readonly length: number;
}

/**
 * Invariants:
 * 1. One write is under way at most, of the first chunk that waits.
 * 2. After a failure nothing is written any more; what comes is dropped.
 */
export class BackgroundFile implements SnapshotTarget {
  readonly #file: WritableFile;
  readonly #waiting: FilledChunk[] = [];
  readonly #spare: Uint8Array[] = [];
  #finished: Done | null = null;
  #failure: Error | null = null;
  /** Called when chunks have been written, and on failure. */
  onProgress: () => void = () => {};
  writtenBytes = 0;

  constructor(file: WritableFile) {
    this.#file = file;
  }

  /** Whether enough chunks wait to be written. */
  get isFull(): boolean {
    return this.#waiting.length >= WAITING_MAX;
  }

  get failure(): Error | null {
    return this.#failure;
  }

  newChunk(): Uint8Array {
    return this.#spare.pop() ?? new Uint8Array(CHUNK_BYTES);
  }

  exchange(chunk: Uint8Array, length: number): Uint8Array {
    if (this.#failure !== null) return chunk;
    this.#waiting.push({ bytes: chunk, length });
    if (this.#waiting.length === 1) this.#writeFirst();
    return this.newChunk();
  }

  /** Nothing comes any more: makes durable what was written, closes the file, and calls back from a later turn. */
  finish(done: Done): void {
    this.#finished = done;
    if (this.#waiting.length === 0) this.#end();
  }

  /** Gives up: closes the file as soon as no write is under way. */
  abandon(): void {
    const isIdle = this.#finished === null && this.#waiting.length === 0;
    this.#failure ??= new Error('abandoned');
    this.#finished = () => {};
    if (isIdle) this.#end();
  }

  #writeFirst(): void {
    const { bytes, length } = this.#waiting[0];
    this.#file.writeLater(bytes, length, (error) => this.#written(error));
  }

  #written(error: Error | null): void {
    const { bytes, length } = this.#waiting.shift() as FilledChunk;
    this.#failure ??= error;
    if (this.#failure !== null) {
      this.#waiting.length = 0;
    } else {
      this.writtenBytes += length;
      if (this.#spare.length < SPARE_MAX) this.#spare.push(bytes);
    }
    if (this.#waiting.length > 0) this.#writeFirst();
    else if (this.#finished !== null) this.#end();
    this.onProgress();
  }

  #end(): void {
    if (this.#failure !== null) return this.#close(this.#failure);
    this.#file.syncLater((error) => this.#close(error));
  }

  #close(error: Error | null): void {
    let failure = error;
    try {
      this.#file.close();
    } catch (closing) {
      failure ??= closing as Error;
    }
    this.#finished?.(failure);
  }
}
