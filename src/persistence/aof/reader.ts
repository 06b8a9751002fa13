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

/** What a place in the file is that cannot be read. */
export type AofPart = 'command' | 'number' | 'word';

/** The file is damaged, or ends too early. */
export class AofFormatError extends Error {
  /** Where the part begins that is damaged, in bytes from the start of the file. */
  readonly offset: number;
  readonly part: AofPart;

  constructor(message: string, offset: number, part: AofPart) {
    super(message);
    this.offset = offset;
    this.part = part;
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
  /** Lines of commands passed: numbers and words. */
  lines = 0;
  /** After AOF_CUT: what is missing; null if nothing has begun that is not complete. */
  missing: AofFormatError | null = null;
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
    if (first !== STAR) throw this.#unexpected(STAR, 0);
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
    words.count = 0;
    if (!this.#number(STAR, 0)) return this.#cut(0);
    const count = this.#value;
    if (count === 0) throw this.#problem('Expected a command of one word at least', 0, 'number');
    let position = this.#behind - this.#start;
    for (let index = 0; index < count; index++) {
      if (!this.#number(DOLLAR, position)) return this.#cut(position);
      const length = this.#value;
      position = this.#behind - this.#start;
      while (this.#end - this.#start < position + length + 2)
        if (!this.#fill()) return this.#cutWord(position, length);
      const end = this.#start + position + length;
      if (this.#buffer[end] !== CR || this.#buffer[end + 1] !== LF)
        throw this.#noLineEnd(position + length, position, 'word');
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

  /** The file ends within the number at `position`, or before it. */
  #cut(position: number): number {
    const seen = this.#end - this.#start - position;
    // A line that ends with CR lacks just its last byte.
    const at = this.#byte(position + seen - 1) === CR ? position + seen - 1 : position + seen;
    if (seen > 0) this.missing = this.#noLineEnd(at, position, 'number');
    else this.lines += this.#linesWithin(position, 'number');
    return AOF_CUT;
  }

  /** The file ends within the word at `position` or its line end: what there is of that must be right. */
  #cutWord(position: number, length: number): number {
    const seen = this.#end - this.#start - position;
    if (seen > length && this.#byte(position + length) !== CR)
      throw this.#noLineEnd(position + length, position, 'word');
    this.missing = this.#problem(`Expected to read ${length + 2} bytes, got ${seen} bytes`, position, 'word');
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
    if (this.#byte(position) !== mark) throw this.#unexpected(mark, position);
    let value = 0;
    let at = position + 1;
    for (; ; at++) {
      if (!this.#has(at)) return false;
      const byte = this.#byte(at);
      if (byte < ZERO || byte > NINE) break;
      value = value * 10 + byte - ZERO;
      if (at - position > DIGITS_MAX) throw this.#problem('Expected a smaller number', position, 'number');
    }
    if (this.#byte(at) !== CR) throw this.#noLineEnd(at, position, 'number');
    if (!this.#has(at + 1)) return false;
    if (this.#byte(at + 1) !== LF) throw this.#noLineEnd(at, position, 'number');
    if (at === position + 1) throw this.#problem('Expected a number', position, 'number');
    this.#value = value;
    this.#behind = this.#start + at + 2;
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

  #unexpected(mark: number, position: number): AofFormatError {
    const expected = String.fromCharCode(mark);
    const got = String.fromCharCode(this.#byte(position));
    const part = mark === STAR ? 'command' : 'number';
    return this.#problem(`Expected prefix '${expected}', got: '${got}'`, position, part);
  }

  /** There is no line end at `at`, behind the number or word at `position`. */
  #noLineEnd(at: number, position: number, part: AofPart): AofFormatError {
    const hexadecimal = [at, at + 1]
      .map((each) => (this.#start + each < this.#end ? this.#byte(each) : 0).toString(16).padStart(2, '0'))
      .join('');
    return this.#problem(`Expected \\r\\n, got: ${hexadecimal}`, position, part);
  }

  /** Something is wrong with what begins at `position` behind #start: nothing is read from now on. */
  #problem(message: string, position: number, part: AofPart): AofFormatError {
    this.lines += this.#linesWithin(position, part);
    return new AofFormatError(message, this.offset + position, part);
  }

  /** Lines of the command that is being read which stand before the number or word at `position`. */
  #linesWithin(position: number, part: AofPart): number {
    if (position === 0) return 0;
    return 1 + 2 * this.words.count + (part === 'word' ? 1 : 0);
  }
}
