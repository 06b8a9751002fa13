/** Hot. A long string in pieces, as it was when this was made. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { compressLzf } from '../../memory/lzf.ts';
import type { BlockWatcher } from '../../memory/watchers.ts';
import type { RdbOutput } from './output.ts';
import type { ValuePieces } from './value-pieces.ts';

/** Strings from this length on are written in pieces. */
export const LONG_STRING_BYTES = 256 * 1024;
const PIECE_BYTES = 128 * 1024;
/** Longer strings are not compressed, because all of the stream has to be there before its first byte is written. */
const COMPRESSED_BYTES_MAX = 64 * 1024 * 1024;
/** After so many pieces it is decided whether compression is worth while. */
const SAMPLE_PIECES = 2;
/** Of the string's bytes; else the string is written as it is. */
const STREAM_SHARE_MAX = 0.95;
/** What LZF adds to bytes without any repetition: one for every 32. */
const STREAM_GROWTH = 33 / 32;

const scratch = new Uint8Array(PIECE_BYTES * STREAM_GROWTH);

/**
 * A piece that is still needed is copied just before it changes; a block that its key gives up is freed at the end.
 *
 * The pieces' LZF streams one behind the other are a stream of the whole.
 */
export class StringPieces implements ValuePieces, BlockWatcher {
  readonly root: number;
  readonly #arena: Arena;
  readonly #length: number;
  readonly #count: number;
  readonly #copies = new Map<number, Uint8Array>();
  /** Pieces from this one on are needed as they were. */
  #needed = 0;
  /** The pieces that have been compressed; null when the string is written as it is. */
  #streams: Uint8Array[] | null;
  #streamBytes = 0;
  /** Pieces that have been written. */
  #written = 0;
  #isReleased = false;
  #output: RdbOutput | null = null;

  /** The block has a string of `length` bytes, LONG_STRING_BYTES or more. */
  constructor(arena: Arena, block: number, length: number, compresses: boolean) {
    this.root = block;
    this.#arena = arena;
    this.#length = length;
    this.#count = Math.ceil(length / PIECE_BYTES);
    this.#streams = compresses && length <= COMPRESSED_BYTES_MAX ? [] : null;
    arena.blockWatchers.add(block, this);
  }

  begin(output: RdbOutput): void {
    this.#output = output;
  }

  step(): boolean {
    const output = this.#output;
    if (output === null) throw new Error('StringPieces: a piece before the beginning');
    if (this.#streams !== null && this.#streams.length < this.#count) {
      this.#compressNext(this.#streams);
      return true;
    }
    this.#writeNext(output);
    if (this.#written < this.#count) return true;
    this.abandon();
    return false;
  }

  prepareForChanges(): void {}

  abandon(): void {
    this.#arena.blockWatchers.remove(this.root);
    if (this.#isReleased) this.#arena.free(this.root);
    this.#isReleased = false;
  }

  changing(from: number, to: number): void {
    const end = Math.ceil(Math.min(to, this.#length) / PIECE_BYTES);
    for (let piece = Math.max(this.#needed, Math.floor(from / PIECE_BYTES)); piece < end; piece++)
      if (!this.#copies.has(piece)) this.#copies.set(piece, this.#bytesOf(piece).slice());
  }

  released(): boolean {
    this.#isReleased = true;
    return true;
  }

  #compressNext(streams: Uint8Array[]): void {
    const bytes = this.#bytesOf(streams.length);
    const size = compressLzf(bytes, 0, bytes.length, scratch, 0, scratch.length);
    streams.push(scratch.slice(0, size));
    this.#streamBytes += size;
    if (streams.length < SAMPLE_PIECES) return;
    const isWorthWhile = this.#streamBytes <= SAMPLE_PIECES * PIECE_BYTES * STREAM_SHARE_MAX;
    if (streams.length > SAMPLE_PIECES || isWorthWhile) this.#neededFrom(streams.length);
    else this.#streams = null;
  }

  #writeNext(output: RdbOutput): void {
    const streams = this.#streams;
    if (this.#written === 0) {
      if (streams === null) output.length(this.#length);
      else output.compressedHead(this.#streamBytes, this.#length);
    }
    const bytes = streams === null ? this.#bytesOf(this.#written) : streams[this.#written];
    output.bytes(bytes, 0, bytes.length);
    this.#written++;
    if (streams === null) this.#neededFrom(this.#written);
  }

  #neededFrom(piece: number): void {
    for (; this.#needed < piece; this.#needed++) this.#copies.delete(this.#needed);
  }

  /** A piece as it was. */
  #bytesOf(piece: number): Uint8Array {
    const copy = this.#copies.get(piece);
    if (copy !== undefined) return copy;
    const start = (this.root & SEGMENT_MASK) << 3;
    const from = start + piece * PIECE_BYTES;
    const to = Math.min(from + PIECE_BYTES, start + this.#length);
    return this.#arena.bytes[this.root >>> SEGMENT_SHIFT].subarray(from, to);
  }
}
