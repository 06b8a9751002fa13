/** Hot. Commands on their way to the append-only file, as requests one behind the other. */
import { writeInteger } from '../../memory/integers.ts';
import type { Arguments } from '../../protocol/arguments.ts';
import { copyBytes } from '../../transport/bytes.ts';

const INITIAL_BYTES = 64 * 1024;
/** A buffer that has grown beyond this is given back when it is empty. */
const KEPT_BYTES = 4 * 1024 * 1024;
const STAR = 42;
const DOLLAR = 36;
const CR = 13;
const LF = 10;
/** What the longest line takes: a mark, the digits of a count, CR and LF. */
const LINE_BYTES = 14;

/** Invariant: bytes[0, length) are whole commands, unless the file has taken the first part of one. */
export class AppendBuffer {
  bytes = new Uint8Array(INITIAL_BYTES);
  length = 0;

  /** Adds source[start, end), whole commands, as they are. */
  addEncoded(source: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    copyBytes(this.bytes, this.length, source, start, end);
    this.length += end - start;
  }

  /** Adds the command that these words are. */
  addRequest(words: Arguments): void {
    const { count, bytes, offsets } = words;
    this.#reserve(LINE_BYTES);
    this.#line(STAR, count);
    for (let i = 0; i < count; i++) this.#word(bytes, offsets[i << 1], offsets[(i << 1) + 1]);
  }

  /** Adds the command that these words are. */
  addWords(words: readonly Uint8Array[]): void {
    this.#reserve(LINE_BYTES);
    this.#line(STAR, words.length);
    for (const word of words) this.#word(word, 0, word.length);
  }

  /** Forgets the first `count` bytes, which the file has. */
  taken(count: number): void {
    if (count < this.length) this.bytes.copyWithin(0, count, this.length);
    this.length -= count;
    if (this.length === 0 && this.bytes.length > KEPT_BYTES) this.bytes = new Uint8Array(INITIAL_BYTES);
  }

  #word(source: Uint8Array, start: number, end: number): void {
    this.#reserve(LINE_BYTES * 2 + end - start);
    this.#line(DOLLAR, end - start);
    copyBytes(this.bytes, this.length, source, start, end);
    const at = this.length + end - start;
    this.bytes[at] = CR;
    this.bytes[at + 1] = LF;
    this.length = at + 2;
  }

  /** REQUIRES: there is room for it. */
  #line(mark: number, count: number): void {
    const { bytes } = this;
    bytes[this.length] = mark;
    const start = this.length + 1;
    const at = start + writeInteger(count, bytes, start);
    bytes[at] = CR;
    bytes[at + 1] = LF;
    this.length = at + 2;
  }

  #reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    let capacity = this.bytes.length * 2;
    while (capacity < this.length + count) capacity *= 2;
    const grown = new Uint8Array(capacity);
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}
