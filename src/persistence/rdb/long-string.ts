/** Warm. A long string of a file, read piece by piece into a block of the arena, and decompressed there if it has to be. */
import { type Arena, copyBytes, SEGMENT_MASK, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { Decompression } from '../../memory/lzf.ts';

/** What is read, or decompressed, at a time: some tenths of a millisecond. */
const PIECE_BYTES = 256 * 1024;

/** Invariant: `#text` and `#packed` are blocks of the arena that belong to it, or 0. */
export class LongString {
  readonly #arena: Arena;
  readonly #length: number;
  readonly #packedLength: number;
  #text = 0;
  #packed = 0;
  #taken = 0;
  #decompression: Decompression | null = null;

  /** A string of `length` bytes, for which `packedLength` compressed ones stand if that is not 0. May throw OutOfMemory. */
  constructor(arena: Arena, length: number, packedLength: number) {
    this.#arena = arena;
    this.#length = length;
    this.#packedLength = packedLength;
    if (packedLength === 0) this.#text = arena.allocate(length);
    else this.#packed = arena.allocate(packedLength);
  }

  /** Bytes that are still to be taken. */
  get missingBytes(): number {
    return (this.#packedLength === 0 ? this.#length : this.#packedLength) - this.#taken;
  }

  get isComplete(): boolean {
    return this.missingBytes === 0 && (this.#packedLength === 0 || this.#decompression?.isDone === true);
  }

  /** The string is bytes[start, end). */
  get bytes(): Uint8Array {
    return this.#arena.bytes[this.#text >>> SEGMENT_SHIFT];
  }

  get start(): number {
    return (this.#text & SEGMENT_MASK) << 3;
  }

  get end(): number {
    return this.start + this.#length;
  }

  /** Takes what comes next from the file, at chunk[at, ...); returns how many bytes. REQUIRES: some are missing. */
  take(chunk: Uint8Array, at: number): number {
    const count = Math.min(this.missingBytes, chunk.length - at, PIECE_BYTES);
    const block = this.#packedLength === 0 ? this.#text : this.#packed;
    const start = ((block & SEGMENT_MASK) << 3) + this.#taken;
    copyBytes(chunk, at, this.#arena.bytes[block >>> SEGMENT_SHIFT], start, count);
    this.#taken += count;
    return count;
  }

  /** Decompresses a piece; returns whether that can be. May throw OutOfMemory. REQUIRES: it is compressed, none is missing. */
  unpack(): boolean {
    this.#decompression ??= this.#decompress();
    if (!this.#decompression.run(PIECE_BYTES)) return false;
    if (this.#decompression.isDone) this.#freePacked();
    return true;
  }

  #decompress(): Decompression {
    this.#text = this.#arena.allocate(this.#length);
    const packed = this.#arena.bytes[this.#packed >>> SEGMENT_SHIFT];
    const start = (this.#packed & SEGMENT_MASK) << 3;
    return new Decompression(packed, start, start + this.#packedLength, this.bytes, this.start, this.#length);
  }

  /** Hands over the block with the string. */
  takeText(): number {
    const block = this.#text;
    this.#text = 0;
    this.free();
    return block;
  }

  /** Frees the blocks. */
  free(): void {
    this.#freePacked();
    if (this.#text !== 0) this.#arena.free(this.#text);
    this.#text = 0;
  }

  #freePacked(): void {
    if (this.#packed !== 0) this.#arena.free(this.#packed);
    this.#packed = 0;
  }
}
