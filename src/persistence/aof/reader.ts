/**
 * Warm. Reads the commands of an append-only file, which are requests one behind the other:
 *
 *     *2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n
 *     #TS:1800000000\r\n                     from now on it is this second of the epoch; any line with # is passed over
 *
 * Numbers are digits alone. What is written otherwise is damage, with one exception: the file's last command may lack its
 * end, as a power cut leaves it.
 */
import { Arguments } from '../../protocol/arguments.ts';

/** Where the bytes come from: as ReadableFile. */
export interface ByteSource {
  /** Fills `target` from its start with what comes next; returns how many bytes, 0 at the end. */
  read(target: Uint8Array): number;
}

/** What `next` has found. */
export const AOF_END = 0;
export const AOF_COMMAND = 1;
export const AOF_ANNOTATION = 2;
/** The file ends within a command or a line. */
export const AOF_CUT = 3;

const BUFFER_BYTES = 256 * 1024;
const CR = 13;
const LF = 10;
const HASH = 35;
const DOLLAR = 36;
const STAR = 42;
const ZERO = 48;
const NINE = 57;
/** Digits of a number that can still be meant. */
const DIGITS_MAX = 10;
const TIME_MARK = 'TS:';
const ANNOTATION_TEXT_MAX = 64;

/** The file is damaged. */
export class AofFormatError extends Error {
  /** Where, in bytes from the start of the file. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/**
 * Invariants:
 * 1. #buffer[#start, #end) is what was read and not yet passed; #start is `offset` in the file.
 * 2. Words found so far of an unfinished command stand at their places in the buffer, also after it has moved.
 */
export class AofReader {
  /** After AOF_COMMAND: its words, until the next call. */
  readonly words = new Arguments();
  /** After AOF_ANNOTATION: the text behind the #, as far as it is of interest. */
  annotation = '';
  /** The file ends, or what follows begins, here: everything before was whole. */
  offset: number;
  /** Lines passed, as redis-check-aof counts them: of numbers and of words. */
  lines = 0;
  readonly #source: ByteSource;
  #buffer = new Uint8Array(BUFFER_BYTES);
  #start = 0;
  #end = 0;
  #isAtEnd = false;
  /** The number that `#number` has read, and where what follows it begins. */
  #value = 0;
  #behind = 0;

  /** `offset`: where in the file the source begins. */
  constructor(source: ByteSource, offset = 0) {
    this.#source = source;
    this.offset = offset;
  }

  /** Seconds of the epoch that the last annotation says, NaN if it says no time. */
  get annotatedSeconds(): number {
    if (!this.annotation.startsWith(TIME_MARK)) return Number.NaN;
    return Number(/^\d+/.exec(this.annotation.slice(TIME_MARK.length))?.[0] ?? Number.NaN);
  }

  /** Reads what comes next. Throws AofFormatError, and what the source throws. */
  next(): number {
    if (this.#start === this.#end && !this.#fill()) return AOF_END;
    const first = this.#buffer[this.#start];
    if (first === HASH) return this.#readAnnotation();
    if (first !== STAR) throw this.#unexpected(STAR, this.#start);
    return this.#readCommand();
  }

  #readAnnotation(): number {
    let from = this.#start + 1;
    for (;;) {
      const at = this.#buffer.subarray(0, this.#end).indexOf(LF, from);
      if (at >= 0) {
        const end = Math.min(at, this.#start + ANNOTATION_TEXT_MAX);
        this.annotation = String.fromCharCode(...this.#buffer.subarray(this.#start + 1, end));
        this.#pass(at + 1);
        return AOF_ANNOTATION;
      }
      const seen = this.#end - this.#start;
      if (!this.#fill()) return AOF_CUT;
      from = this.#start + seen;
    }
  }

  #readCommand(): number {
    const { words } = this;
    if (!this.#number(STAR, 0)) return AOF_CUT;
    const count = this.#value;
    if (count === 0) throw new AofFormatError('Expected a command, got nothing', this.offset);
    words.count = 0;
    let position = this.#behind - this.#start;
    for (let index = 0; index < count; index++) {
      if (!this.#number(DOLLAR, position)) return AOF_CUT;
      const length = this.#value;
      position = this.#behind - this.#start;
      while (this.#end - this.#start < position + length + 2)
        if (!this.#fill()) return this.#cutWord(position + length);
      const end = this.#start + position + length;
      if (this.#buffer[end] !== CR || this.#buffer[end + 1] !== LF) throw this.#noLineEnd(end);
      words.reserve(index + 1);
      words.offsets[index << 1] = end - length;
      words.offsets[(index << 1) + 1] = end;
      words.count = index + 1;
      position += length + 2;
    }
    words.bytes = this.#buffer;
    this.lines += 1 + 2 * count;
    this.#pass(this.#start + position);
    return AOF_COMMAND;
  }

  /** The file ends within a word or its line end: what there is of that must be right. `end`: of the word, as an offset. */
  #cutWord(end: number): number {
    const at = this.#start + end;
    if (at < this.#end && this.#buffer[at] !== CR) throw this.#noLineEnd(at);
    return AOF_CUT;
  }

  /** Reads the line of a mark and a number at `position` behind #start; false if the file ends before its end. */
  #number(mark: number, position: number): boolean {
    // The common case: one or two digits, and all of them there.
    const at = this.#start + position;
    const buffer = this.#buffer;
    if (at + 5 <= this.#end && buffer[at] === mark) {
      const first = buffer[at + 1] - ZERO;
      const second = buffer[at + 2] - ZERO;
      if (first >= 0 && first <= 9) {
        if (second === CR - ZERO && buffer[at + 3] === LF) {
          this.#value = first;
          this.#behind = at + 4;
          return true;
        }
        if (second >= 0 && second <= 9 && buffer[at + 3] === CR && buffer[at + 4] === LF) {
          this.#value = first * 10 + second;
          this.#behind = at + 5;
          return true;
        }
      }
    }
    return this.#numberWithCare(mark, position);
  }

  #numberWithCare(mark: number, position: number): boolean {
    if (!this.#has(position)) return false;
    if (this.#byte(position) !== mark) throw this.#unexpected(mark, this.#start + position);
    let value = 0;
    let at = position + 1;
    for (; ; at++) {
      if (!this.#has(at)) return false;
      const byte = this.#byte(at);
      if (byte < ZERO || byte > NINE) break;
      value = value * 10 + byte - ZERO;
      if (at - position > DIGITS_MAX)
        throw new AofFormatError('Expected a smaller number', this.#offsetOf(at));
    }
    const digits = at - position - 1;
    if (digits === 0 && this.#byte(at) !== CR) throw this.#noNumber(at);
    for (const expected of [CR, LF]) {
      if (!this.#has(at)) return false;
      if (this.#byte(at) !== expected) throw this.#noLineEnd(this.#start + at);
      at++;
    }
    if (digits === 0) throw this.#noNumber(position + 1);
    this.#value = value;
    this.#behind = this.#start + at;
    return true;
  }

  /** Whether the file has a byte at `position` behind #start, which is in the buffer then. */
  #has(position: number): boolean {
    while (this.#start + position >= this.#end) if (!this.#fill()) return false;
    return true;
  }

  #byte(position: number): number {
    return this.#buffer[this.#start + position];
  }

  #pass(to: number): void {
    this.offset += to - this.#start;
    this.#start = to;
  }

  /** Reads more; false at the end of the file. What was read and not passed may move. */
  #fill(): boolean {
    if (this.#isAtEnd) return false;
    if (this.#start > 0) this.#moveToFront();
    if (this.#end === this.#buffer.length) this.#grow();
    const length = this.#source.read(this.#buffer.subarray(this.#end));
    this.#isAtEnd = length === 0;
    this.#end += length;
    return length > 0;
  }

  #moveToFront(): void {
    const shift = this.#start;
    this.#buffer.copyWithin(0, shift, this.#end);
    this.#start = 0;
    this.#end -= shift;
    const { offsets, count } = this.words;
    for (let i = 0; i < count * 2; i++) offsets[i] -= shift;
  }

  #grow(): void {
    const grown = new Uint8Array(this.#buffer.length * 2);
    grown.set(this.#buffer);
    this.#buffer = grown;
  }

  #offsetOf(position: number): number {
    return this.offset + position;
  }

  #unexpected(mark: number, at: number): AofFormatError {
    const expected = String.fromCharCode(mark);
    const got = String.fromCharCode(this.#buffer[at]);
    return new AofFormatError(
      `Expected prefix '${expected}', got: '${got}'`,
      this.#offsetOf(at - this.#start),
    );
  }

  #noNumber(position: number): AofFormatError {
    return new AofFormatError('Expected a number', this.#offsetOf(position));
  }

  #noLineEnd(at: number): AofFormatError {
    const hexadecimal = [at, at + 1]
      .map((each) => (each < this.#end ? this.#buffer[each] : 0).toString(16).padStart(2, '0'))
      .join('');
    return new AofFormatError(`Expected \\r\\n, got: ${hexadecimal}`, this.#offsetOf(at - this.#start));
  }
}
