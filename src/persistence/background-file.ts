/** Warm. A file that is written beside the loop, chunk by chunk, while others are filled. */
import type { Done, WritableFile } from './files.ts';
import type { SnapshotTarget } from './snapshot-target.ts';

/** So small that the checksum of the first one, computed by code that is not yet compiled, takes no longer than a slice. */
const CHUNK_BYTES = 32 * 1024;
/** As many chunks may wait before whoever fills them should pause. */
const WAITING_MAX = 64;
/** Written bytes that are made durable at once, if that is wanted: in the end, no more than so many are left to be. */
const SYNC_BYTES = 4 * 1024 * 1024;
/** As many are kept to be filled again: with fewer, chunks would become garbage all the time. */
const SPARE_MAX = WAITING_MAX + 1;

interface FilledChunk {
  readonly bytes: Uint8Array;
  readonly length: number;
}

/**
 * Invariants:
 * 1. One operation is under way at most; if it is a write, it is that of the first chunk that waits.
 * 2. After a failure nothing is written any more; what comes is dropped.
 */
export class BackgroundFile implements SnapshotTarget {
  readonly #file: WritableFile;
  readonly #syncsOften: boolean;
  readonly #waiting: FilledChunk[] = [];
  readonly #spare: Uint8Array[] = [];
  /** Whether an operation is under way, or the file is closed. */
  #isBusy = false;
  #unsyncedBytes = 0;
  #finished: Done | null = null;
  #failure: Error | null = null;
  /** Called when chunks have been written, and on failure. */
  onProgress: () => void = () => {};
  writtenBytes = 0;

  /** With `syncsOften` the disk gets its work bit by bit, not all of it at the end. */
  constructor(file: WritableFile, syncsOften: boolean) {
    this.#file = file;
    this.#syncsOften = syncsOften;
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
    this.#goOn();
    return this.newChunk();
  }

  /** Nothing comes any more: makes durable what was written, closes the file, and calls back from a later turn. */
  finish(done: Done): void {
    this.#finished = done;
    this.#goOn();
  }

  /** Gives up: closes the file as soon as no operation is under way. */
  abandon(): void {
    this.#failure ??= new Error('abandoned');
    this.#finished = () => {};
    this.#goOn();
  }

  /** Begins with what is to be done next, unless something is under way. */
  #goOn(): void {
    if (this.#isBusy) return;
    if (this.#failure !== null) {
      this.#waiting.length = 0;
      if (this.#finished !== null) this.#close(this.#failure);
    } else if (this.#syncsOften && this.#unsyncedBytes >= SYNC_BYTES) {
      this.#sync((error) => this.#did(error));
    } else if (this.#waiting.length > 0) {
      this.#write(this.#waiting[0]);
    } else if (this.#finished !== null) {
      this.#sync((error) => this.#close(error));
    }
  }

  #write({ bytes, length }: FilledChunk): void {
    this.#isBusy = true;
    this.#file.writeLater(bytes, length, (error) => {
      this.#waiting.shift();
      if (error === null) {
        this.writtenBytes += length;
        this.#unsyncedBytes += length;
        if (this.#spare.length < SPARE_MAX) this.#spare.push(bytes);
      }
      this.#did(error);
    });
  }

  #sync(done: Done): void {
    this.#isBusy = true;
    this.#unsyncedBytes = 0;
    this.#file.syncLater(done);
  }

  /** An operation is over. */
  #did(error: Error | null): void {
    this.#isBusy = false;
    this.#failure ??= error;
    this.#goOn();
    this.onProgress();
  }

  /** The last thing that is done. */
  #close(error: Error | null): void {
    this.#isBusy = true;
    let failure = error;
    try {
      this.#file.close();
    } catch (closing) {
      failure ??= closing as Error;
    }
    this.#finished?.(failure);
  }
}
