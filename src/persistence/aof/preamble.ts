/** Cold. Files that begin as an RDB file, behind which commands may follow. */
import type { ChunkSource } from '../rdb/input.ts';
import type { ByteSource } from './reader.ts';

const CHUNK_BYTES = 256 * 1024;
/** Redis looks at so many bytes only, Valkey's own magic has one more. */
const MAGICS: readonly string[] = ['REDIS', 'VALKE'];
const MAGIC_BYTES = 5;

/** A file that can be read as chunks for the RDB reader, and from where that stopped as bytes for the reader of commands. */
export class PreambleSource implements ChunkSource, ByteSource {
  readonly #source: ByteSource;
  #chunk: Uint8Array = new Uint8Array(CHUNK_BYTES);
  /** chunk[#at, #end) has been read from the file and not yet been given to a reader of bytes. */
  #at = 0;
  #end = 0;
  /** Where the chunk begins in the file. */
  #offset = 0;
  #isGiven = true;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Whether the file begins as an RDB file. REQUIRES: nothing has been read. */
  hasPreamble(): boolean {
    while (this.#end < MAGIC_BYTES) {
      const length = this.#source.read(this.#chunk.subarray(this.#end));
      if (length === 0) break;
      this.#end += length;
    }
    this.#isGiven = false;
    return MAGICS.includes(String.fromCharCode(...this.#chunk.subarray(0, Math.min(MAGIC_BYTES, this.#end))));
  }

  next(): Uint8Array | null {
    if (this.#isGiven) {
      this.#offset += this.#end;
      this.#end = this.#source.read(this.#chunk);
    }
    this.#isGiven = true;
    return this.#end === 0 ? null : this.#chunk.subarray(0, this.#end);
  }

  /** Bytes are read from here on: what the RDB reader has left. REQUIRES: it lies in the last chunk. */
  continueAt(offset: number): void {
    this.#at = offset - this.#offset;
  }

  read(target: Uint8Array): number {
    if (this.#at === this.#end) return this.#source.read(target);
    const length = Math.min(target.length, this.#end - this.#at);
    target.set(this.#chunk.subarray(this.#at, this.#at + length));
    this.#at += length;
    return length;
  }
}
