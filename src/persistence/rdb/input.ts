/** Hot. The elements of the RDB format, read from chunks of bytes. */
import { type Arena, copyBytes } from '../../memory/arena.ts';
import { Crc64 } from '../../memory/crc64.ts';
import { writeInteger } from '../../memory/integers.ts';
import { decompressLzf } from '../../memory/lzf.ts';
import {
  COMPRESSION_RATIO_MAX,
  ENCODING_INT8,
  ENCODING_INT16,
  ENCODING_INT32,
  ENCODING_LZF,
  LENGTH_6,
  LENGTH_14,
  LENGTH_32,
  LENGTH_64,
  LENGTH_ENCODED,
  STRING_BYTES_MAX,
} from './format.ts';
import { LongString } from './long-string.ts';

const TWO_32 = 2 ** 32;
/** Of strings from this length on, compressed or not, a piece is read at a time. */
const LONG_STRING_BYTES = 256 * 1024;
/** Room for the text of a 32-bit integer. */
const SCRATCH_BYTES_MIN = 64;

/** Where the bytes come from. */
export interface ChunkSource {
  /** The next chunk (any length but 0), valid until the next call; null at the end. */
  next(): Uint8Array | null;
}

/** What long strings are put together in, piece by piece: there are `sizeBytes` to be read at most. */
export interface Room {
  readonly arena: Arena;
  readonly sizeBytes: number;
}

/** What `string` finds: nothing, a string that was read already, or the block of the long one before. */
const GATHERED_NOTHING = 0;
const GATHERED = 1;
const GIVEN = 2;

/** What is wrong: it is no such file, or of an unknown version; it ends too early; its checksum is another; all else. */
export type RdbProblem = 'signature' | 'version' | 'end' | 'checksum' | 'damage';

/** The file is damaged, or has something in it that we cannot read. The message names the place. */
export class RdbError extends Error {
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly kind: RdbProblem;
  /** The message without the place. */
  readonly problem: string;

  constructor(problem: string, offset: number, kind: RdbProblem = 'damage') {
    super(`${problem} at offset ${offset}`);
    this.name = 'RdbError';
    this.problem = problem;
    this.offset = offset;
    this.kind = kind;
  }
}

/** Memory that grows, and never by more than has been read: a damaged length must not take memory by itself. */
class Scratch {
  bytes = new Uint8Array(SCRATCH_BYTES_MIN);

  /** Makes room for `needed` bytes and keeps the first `used`. */
  reserve(needed: number, used: number): void {
    if (this.bytes.length >= needed) return;
    const grown = new Uint8Array(Math.max(needed, Math.min(this.bytes.length * 2, 2 ** 31)));
    grown.set(this.bytes.subarray(0, used));
    this.bytes = grown;
  }
}

export class RdbInput {
  /** The last string read: stringBytes[stringStart, stringEnd), valid until anything else is read. */
  stringBytes: Uint8Array = new Uint8Array(0);
  stringStart = 0;
  stringEnd = 0;
  /** Whose numbers of forms and opcodes are meant where Redis and Valkey have given the same one to different things. */
  isValkey = false;
  /** Whether small values are looked through for elements that are there twice, which does no harm but to the one key. */
  sanitizes = true;
  /** Small values that have been looked through. */
  sanitizations = 0;
  /** The integer that `long` has read. */
  longHigh = 0;
  longLow = 0;

  readonly #source: ChunkSource;
  readonly #crc = new Crc64();
  readonly #raw = new Scratch();
  readonly #unpacked = new Scratch();
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;
  /** Where the chunk begins in the file; up to where it counts in the checksum already. */
  #chunkOffset = 0;
  #summed = 0;
  #encoding = 0;
  readonly #room: Room | null;
  #gathered = GATHERED_NOTHING;
  /** Where the string that was gathered began. */
  #gatheredOffset = 0;
  #long: LongString | null = null;

  constructor(source: ChunkSource, room: Room | null = null) {
    this.#source = source;
    this.#room = room;
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#gathered === GATHERED ? this.#gatheredOffset : this.#chunkOffset + this.#at;
  }

  /** The checksum of the bytes read so far. */
  get crc(): Crc64 {
    this.#crc.update(this.#chunk, this.#summed, this.#at);
    this.#summed = this.#at;
    return this.#crc;
  }

  /** Whether there is nothing left to read. */
  get isAtEnd(): boolean {
    return this.#at === this.#chunk.length && !this.#next();
  }

  byte(): number {
    if (this.#at === this.#chunk.length) this.#advance();
    return this.#chunk[this.#at++];
  }

  /** The next `count` bytes, as the last string. */
  raw(count: number): void {
    if (count <= this.#chunk.length - this.#at) {
      this.#setString(this.#chunk, this.#at, this.#at + count);
      this.#at += count;
      return;
    }
    let have = 0;
    while (have < count) {
      if (this.#at === this.#chunk.length) this.#advance();
      const part = Math.min(count - have, this.#chunk.length - this.#at);
      this.#raw.reserve(have + part, have);
      copyBytes(this.#chunk, this.#at, this.#raw.bytes, have, part);
      this.#at += part;
      have += part;
    }
    this.#setString(this.#raw.bytes, 0, count);
  }

  /** A length of 0 to 2^53 - 1. */
  length(): number {
    const start = this.offset;
    const length = this.#lengthOrEncoding();
    if (length < 0) throw new RdbError('a string where a length should be', start);
    if (length > Number.MAX_SAFE_INTEGER) throw new RdbError('impossible length', start);
    return length;
  }

  /** Any 64 bits that stand in the form of a length; they are in `longHigh` and `longLow` then. */
  long(): void {
    const start = this.offset;
    const first = this.byte();
    this.longHigh = 0;
    if (first < LENGTH_14 << 6) this.longLow = first;
    else if (first < LENGTH_32) this.longLow = ((first & 0x3f) << 8) | this.byte();
    else if (first === LENGTH_32) this.longLow = this.#word() | 0;
    else if (first === LENGTH_64) {
      this.longHigh = this.#word() | 0;
      this.longLow = this.#word() | 0;
    } else throw new RdbError('a string where a number should be', start);
  }

  /**
   * Reads a piece of the string that comes next, if it is long and there is room. False when there is no more of it: then `string`,
   * which must be what is read next, gives it. May throw OutOfMemory.
   */
  gather(): boolean {
    if (this.#room === null || this.#gathered === GATHERED) return false;
    if (this.#long === null || this.#gathered === GIVEN) this.#beginGathering(this.#room);
    const long = this.#long;
    if (long === null) return false;
    if (long.missingBytes > 0) {
      if (this.#at === this.#chunk.length) this.#advance();
      this.#at += long.take(this.#chunk, this.#at);
    } else if (!long.unpack()) {
      throw new RdbError('damaged compressed string', this.#gatheredOffset);
    }
    if (!long.isComplete) return true;
    this.#setString(long.bytes, long.start, long.end);
    this.#gathered = GATHERED;
    return false;
  }

  /** Bytes of the long string that `gather` has put together. */
  get gatheredBytes(): number {
    return this.stringEnd - this.stringStart;
  }

  /** Hands over the block of the long string that `gather` has put together, in place of `string`. */
  takeBlock(): number {
    const block = this.#long?.takeText() ?? 0;
    this.release();
    return block;
  }

  /** Frees what long strings have left: to be called at the end of a value, or when it cannot be read. */
  release(): void {
    this.#gathered = GATHERED_NOTHING;
    this.#long?.free();
    this.#long = null;
  }

  /** Reads the length of a string that has one of more than two bytes, or is compressed; all of it, if that is not long. */
  #beginGathering({ arena, sizeBytes }: Room): void {
    this.release();
    const start = this.offset;
    if (this.#at === this.#chunk.length) this.#advance();
    const first = this.#chunk[this.#at];
    const isCompressed = first === ((LENGTH_ENCODED << 6) | ENCODING_LZF);
    if (first !== LENGTH_32 && !isCompressed) return;
    this.#gatheredOffset = start;
    if (isCompressed) this.byte();
    const compressed = isCompressed ? this.length() : 0;
    const length = this.length();
    if (isCompressed) checkCompressed(compressed, length, start);
    else checkString(length, start);
    if (length < LONG_STRING_BYTES) {
      if (isCompressed) this.#unpack(compressed, length, start);
      else this.raw(length);
      this.#gathered = GATHERED;
      return;
    }
    if ((isCompressed ? compressed : length) > sizeBytes - this.offset)
      throw new RdbError('unexpected end of file', start, 'end');
    this.#long = new LongString(arena, length, compressed);
  }

  /** A string in any form; becomes the last string. */
  string(): void {
    if (this.#gathered === GATHERED) {
      this.#gathered = this.#long === null ? GATHERED_NOTHING : GIVEN;
      return;
    }
    if (this.#gathered === GIVEN) this.release();
    const start = this.offset;
    const length = this.#lengthOrEncoding();
    checkString(length, start);
    if (length >= 0) this.raw(length);
    else if (this.#encoding === ENCODING_LZF) this.#compressedString(start);
    else this.#integerString(start);
  }

  /** 8 bytes, two's complement, least significant first; rounded when it is no safe integer. */
  integer64(): number {
    const low = this.littleWord() >>> 0;
    return this.littleWord() * TWO_32 + low;
  }

  /** 4 bytes, two's complement, least significant first. */
  littleWord(): number {
    return this.byte() | (this.byte() << 8) | (this.byte() << 16) | (this.byte() << 24);
  }

  /** The length, or -1 when an encoding stands there, which is then in `#encoding`. */
  #lengthOrEncoding(): number {
    const start = this.offset;
    const first = this.byte();
    const kind = first >> 6;
    if (kind === LENGTH_6) return first;
    if (kind === LENGTH_14) return ((first & 0x3f) << 8) | this.byte();
    if (kind === LENGTH_ENCODED) {
      this.#encoding = first & 0x3f;
      return -1;
    }
    if (first === LENGTH_32) return this.#word();
    if (first !== LENGTH_64) throw new RdbError(`unknown kind of length 0x${first.toString(16)}`, start);
    return this.#word() * TWO_32 + this.#word();
  }

  #integerString(start: number): void {
    let value = 0;
    if (this.#encoding === ENCODING_INT8) value = (this.byte() << 24) >> 24;
    else if (this.#encoding === ENCODING_INT16) value = ((this.byte() | (this.byte() << 8)) << 16) >> 16;
    else if (this.#encoding === ENCODING_INT32) value = this.littleWord();
    else throw new RdbError(`unknown encoding ${this.#encoding} of a string`, start);
    this.#setString(this.#raw.bytes, 0, writeInteger(value, this.#raw.bytes, 0));
  }

  #compressedString(start: number): void {
    const compressed = this.length();
    const length = this.length();
    checkCompressed(compressed, length, start);
    this.#unpack(compressed, length, start);
  }

  #unpack(compressed: number, length: number, start: number): void {
    this.raw(compressed);
    this.#unpacked.reserve(length, 0);
    const { bytes } = this.#unpacked;
    if (!decompressLzf(this.stringBytes, this.stringStart, this.stringEnd, bytes, 0, length))
      throw new RdbError('damaged compressed string', start);
    this.#setString(bytes, 0, length);
  }

  /** Most significant byte first. */
  #word(): number {
    return ((this.byte() << 24) | (this.byte() << 16) | (this.byte() << 8) | this.byte()) >>> 0;
  }

  #setString(bytes: Uint8Array, start: number, end: number): void {
    this.stringBytes = bytes;
    this.stringStart = start;
    this.stringEnd = end;
  }

  #advance(): void {
    if (!this.#next()) throw new RdbError('unexpected end of file', this.offset, 'end');
  }

  #next(): boolean {
    this.#crc.update(this.#chunk, this.#summed, this.#chunk.length);
    this.#chunkOffset += this.#chunk.length;
    this.#at = 0;
    this.#summed = 0;
    const chunk = this.#source.next();
    this.#chunk = chunk ?? new Uint8Array(0);
    return chunk !== null;
  }
}

function checkString(length: number, start: number): void {
  if (length > STRING_BYTES_MAX) throw new RdbError(`a string of ${length} bytes is too long`, start);
}

function checkCompressed(compressed: number, length: number, start: number): void {
  if (length === 0 || length > STRING_BYTES_MAX || length > compressed * COMPRESSION_RATIO_MAX)
    throw new RdbError(`${compressed} compressed bytes cannot stand for ${length}`, start);
}
