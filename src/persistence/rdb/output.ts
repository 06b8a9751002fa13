/** Hot. The elements of the RDB format, written into chunks of bytes. */
import { copyBytes } from '../../memory/arena.ts';
import { Crc64 } from '../../memory/crc64.ts';
import { parseInteger } from '../../memory/integers.ts';
import { compressLzf } from '../../memory/lzf.ts';
import {
  COMPRESSIBLE_BYTES_MIN,
  COMPRESSION_GAIN_BYTES,
  ENCODING_INT8,
  ENCODING_INT16,
  ENCODING_INT32,
  ENCODING_LZF,
  INTEGER_TEXT_BYTES_MAX,
  LENGTH_14,
  LENGTH_32,
  LENGTH_64,
  LENGTH_ENCODED,
  VERSION_WRITTEN,
} from './format.ts';

const TWO_32 = 2 ** 32;
const ENCODED = LENGTH_ENCODED << 6;

/** Where the bytes go. */
export interface ChunkSink {
  /** Takes over `chunk`, of which the first `length` bytes count; returns the chunk to fill next (any length but 0). */
  exchange(chunk: Uint8Array, length: number): Uint8Array;
}

export interface OutputOptions {
  /** Whether strings are compressed where that makes them shorter. */
  readonly compress: boolean;
  /** Whether a checksum is computed. */
  readonly checksum: boolean;
  /** The version of the format that readers know; left out: VERSION_WRITTEN. What it has no form for takes a newer one. */
  readonly version?: number;
}

export class RdbOutput {
  /** Of all bytes in chunks that were handed over; complete after `flush`. */
  readonly crc = new Crc64();
  readonly #sink: ChunkSink;
  readonly #checksum: boolean;
  /** Whether strings are compressed where that makes them shorter. */
  readonly compresses: boolean;
  /** The version of the format that readers know. */
  readonly version: number;
  #chunk: Uint8Array;
  #used = 0;
  #compressed = new Uint8Array(0);

  /** `first` is the first chunk to fill. */
  constructor(sink: ChunkSink, first: Uint8Array, options: OutputOptions) {
    this.#sink = sink;
    this.#chunk = first;
    this.#checksum = options.checksum;
    this.compresses = options.compress;
    this.version = options.version ?? VERSION_WRITTEN;
  }

  byte(value: number): void {
    if (this.#used === this.#chunk.length) this.flush();
    this.#chunk[this.#used++] = value;
  }

  bytes(source: Uint8Array, start: number, end: number): void {
    let from = start;
    while (from < end) {
      if (this.#used === this.#chunk.length) this.flush();
      const count = Math.min(end - from, this.#chunk.length - this.#used);
      copyBytes(source, from, this.#chunk, this.#used, count);
      this.#used += count;
      from += count;
    }
  }

  /** Any safe integer of 0 or more. */
  length(value: number): void {
    if (value < 64) {
      this.byte(value);
    } else if (value < 16384) {
      this.byte((LENGTH_14 << 6) | (value >>> 8));
      this.byte(value & 0xff);
    } else if (value < TWO_32) {
      this.byte(LENGTH_32);
      this.word(value);
    } else {
      this.length64(value / TWO_32, value);
    }
  }

  /** A length of 64 bits without sign, in two words. */
  length64(high: number, low: number): void {
    if (high >>> 0 === 0) {
      this.length(low >>> 0);
      return;
    }
    this.byte(LENGTH_64);
    this.word(high);
    this.word(low);
  }

  /** The 32 bits of a number's integer part, the most significant byte first. */
  word(value: number): void {
    if (this.#used + 4 > this.#chunk.length) {
      for (let shift = 24; shift >= 0; shift -= 8) this.byte((value >>> shift) & 0xff);
      return;
    }
    const chunk = this.#chunk;
    const at = this.#used;
    chunk[at] = value >>> 24;
    chunk[at + 1] = value >>> 16;
    chunk[at + 2] = value >>> 8;
    chunk[at + 3] = value;
    this.#used = at + 4;
  }

  /** A safe integer as 8 bytes, two's complement, least significant first. */
  integer64(value: number): void {
    this.#littleWord(value);
    this.#littleWord(Math.floor(value / TWO_32));
  }

  /** source[start, end) as a string in its shortest form. */
  string(source: Uint8Array, start: number, end: number): void {
    const size = end - start;
    if (size <= INTEGER_TEXT_BYTES_MAX) {
      const value = parseInteger(source, start, end);
      if (value === (value | 0)) {
        this.integerString(value);
        return;
      }
    }
    if (this.compresses && size >= COMPRESSIBLE_BYTES_MIN && this.#compressedString(source, start, end))
      return;
    this.length(size);
    this.bytes(source, start, end);
  }

  /** What comes before the LZF stream, of so many bytes, of a string of so many. */
  compressedHead(streamBytes: number, stringBytes: number): void {
    this.byte(ENCODED | ENCODING_LZF);
    this.length(streamBytes);
    this.length(stringBytes);
  }

  /** The string that is the decimal text of a 32-bit integer. */
  integerString(value: number): void {
    if (value >= -128 && value <= 127) {
      this.byte(ENCODED | ENCODING_INT8);
      this.byte(value & 0xff);
    } else if (value >= -32768 && value <= 32767) {
      this.byte(ENCODED | ENCODING_INT16);
      this.byte(value & 0xff);
      this.byte((value >> 8) & 0xff);
    } else {
      this.byte(ENCODED | ENCODING_INT32);
      this.#littleWord(value);
    }
  }

  /** Hands over what was written so far. */
  flush(): void {
    if (this.#used === 0) return;
    if (this.#checksum) this.crc.update(this.#chunk, 0, this.#used);
    this.#chunk = this.#sink.exchange(this.#chunk, this.#used);
    this.#used = 0;
  }

  /** What ends a file: the checksum so far, 0 if none is computed, which does not count into itself. */
  checksum(): void {
    this.flush();
    const { low, high } = this.crc;
    this.#littleWord(low);
    this.#littleWord(high);
    this.flush();
  }

  #compressedString(source: Uint8Array, start: number, end: number): boolean {
    const room = end - start - COMPRESSION_GAIN_BYTES;
    if (this.#compressed.length < room) this.#compressed = new Uint8Array(room * 2);
    const size = compressLzf(source, start, end, this.#compressed, 0, room);
    if (size === 0) return false;
    this.compressedHead(size, end - start);
    this.bytes(this.#compressed, 0, size);
    return true;
  }

  /** The 32 bits of a number's integer part, the least significant byte first. */
  #littleWord(value: number): void {
    this.word(
      ((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | ((value >>> 24) & 0xff),
    );
  }
}
