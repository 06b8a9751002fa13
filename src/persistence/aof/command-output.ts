/** Hot. Requests, written word by word. */
import { copyBytes } from '../../memory/arena.ts';
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

/** Words on their way to commands that are begun later, or in the middle of one. */
export class ByteBuffer implements ByteOutput {
  #bytes = new Uint8Array(4096);
  #length = 0;

  bytes(source: Uint8Array, start: number, end: number): void {
    const needed = this.#length + end - start;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(needed * 2);
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    copyBytes(source, start, this.#bytes, this.#length, end - start);
    this.#length = needed;
  }

  /** Appends everything to another output, and forgets it. */
  moveTo(target: ByteOutput): void {
    target.bytes(this.#bytes, 0, this.#length);
    this.#length = 0;
  }
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

  /** Words that have been gathered; the buffer is empty then. */
  encodedFrom(buffer: ByteBuffer): void {
    buffer.moveTo(this.#output);
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

const SELECT = encodedWord('SELECT');

/** Commands about keys, each in its database. */
export class KeyCommands extends CommandOutput {
  #key: Uint8Array = new Uint8Array(0);
  #keyStart = 0;
  #keyEnd = 0;
  #selected = -1;

  /** What follows is about the key named key[start, end) of a database. The bytes have to stay until then. */
  about(database: number, key: Uint8Array, start: number, end: number): void {
    this.#key = key;
    this.#keyStart = start;
    this.#keyEnd = end;
    if (database === this.#selected) return;
    this.#selected = database;
    this.command(2);
    this.encoded(SELECT);
    this.integer(database);
  }

  /** Begins a command with so many words behind the key. */
  begin(name: Uint8Array, more: number): void {
    this.command(2 + more);
    this.encoded(name);
    this.key();
  }

  /** The key's name as a word. */
  key(): void {
    this.word(this.#key, this.#keyStart, this.#keyEnd);
  }
}
