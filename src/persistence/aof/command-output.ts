/** Hot. Requests, written word by word. */
import { writeDouble } from '../../memory/doubles.ts';
import { writeInteger } from '../../memory/integers.ts';

/** Where the bytes go. */
export interface ByteOutput {
  /** Takes source[start, end). */
  bytes(source: Uint8Array, start: number, end: number): void;
}

const STAR = 42;
const DOLLAR = 36;
const CR = 13;
const LF = 10;
/** The longest number as text, and more than a line takes. */
const SCRATCH_BYTES = 64;
const LINE_END = Uint8Array.of(CR, LF);

/** A word that is written often, as it stands in a request. */
export function encodedWord(text: string): Uint8Array {
  return Uint8Array.from(`$${text.length}\r\n${text}\r\n`, (character) => character.charCodeAt(0));
}

export class CommandOutput {
  readonly #output: ByteOutput;
  readonly #scratch = new Uint8Array(SCRATCH_BYTES);

  constructor(output: ByteOutput) {
    this.#output = output;
  }

  /** Begins a command of so many words, the name among them, which has to follow. */
  command(words: number): void {
    this.#line(STAR, words);
  }

  /** A word that `encodedWord` has made. */
  encoded(word: Uint8Array): void {
    this.#output.bytes(word, 0, word.length);
  }

  word(bytes: Uint8Array, start: number, end: number): void {
    this.#line(DOLLAR, end - start);
    this.#output.bytes(bytes, start, end);
    this.#output.bytes(LINE_END, 0, LINE_END.length);
  }

  /** REQUIRES: a safe integer. */
  integer(value: number): void {
    // In the scratch's second half, for the line before takes the first.
    const start = SCRATCH_BYTES / 2;
    this.word(this.#scratch, start, start + writeInteger(value, this.#scratch, start));
  }

  double(value: number): void {
    const start = SCRATCH_BYTES / 2;
    this.word(this.#scratch, start, start + writeDouble(value, this.#scratch, start));
  }

  #line(mark: number, count: number): void {
    const scratch = this.#scratch;
    scratch[0] = mark;
    let end = 1 + writeInteger(count, scratch, 1);
    scratch[end++] = CR;
    scratch[end++] = LF;
    this.#output.bytes(scratch, 0, end);
  }
}
