/** Hot. Replies in RESP2 and RESP3, written straight into an output buffer. */
import { copyBytes } from '../memory/arena.ts';
import { DOUBLE_BYTES_MAX, writeDouble } from '../memory/doubles.ts';
import { writeInteger } from '../memory/integers.ts';
import type { Output } from '../transport/output.ts';

const COMMA = 44;
const CR = 13;
const LF = 10;
const MINUS = 45;
const SPACE = 32;
const encoder = new TextEncoder();
const OK = encoder.encode('+OK\r\n');
const PONG = encoder.encode('+PONG\r\n');
const QUEUED = encoder.encode('+QUEUED\r\n');
const NULL_BULK = encoder.encode('$-1\r\n');
const NULL_ARRAY = encoder.encode('*-1\r\n');
const NULL = encoder.encode('_\r\n');

/** Room for a type byte, a number of up to 20 characters and a line end. */
const NUMBER_LINE_MAX = 24;
/** What a bulk string takes beside its bytes. */
export const BULK_EXTRA_BYTES = NUMBER_LINE_MAX + 2;
export const DOUBLE_REPLY_BYTES_MAX = DOUBLE_BYTES_MAX + 8;

export class Reply {
  /** 2 or 3: the protocol version of the client that is being served. */
  version: 2 | 3 = 2;
  /** Where the bytes go. */
  output: Output;
  /** Errors written so far; the difference around a command tells whether it failed. */
  errors = 0;
  /** The last error's text, with its code. */
  lastError = '';

  constructor(output: Output) {
    this.output = output;
  }

  ok(): void {
    this.raw(OK);
  }

  pong(): void {
    this.raw(PONG);
  }

  queued(): void {
    this.raw(QUEUED);
  }

  /** A status line. Text must not hold line ends. */
  simple(text: string): void {
    this.raw(encoder.encode(`+${text}\r\n`));
  }

  /**
   * An error reply, "CODE text", of one character a byte. Line ends at the end are left out, others become spaces, as
   * Redis does.
   */
  error(text: string): void {
    this.errors++;
    this.lastError = text;
    let length = text.length;
    while (length > 0 && isLineEnd(text.charCodeAt(length - 1))) length--;
    const { output } = this;
    output.reserve(length + 3);
    const to = output.bytes;
    let at = output.length;
    to[at++] = MINUS;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      to[at++] = isLineEnd(code) ? SPACE : code;
    }
    to[at] = CR;
    to[at + 1] = LF;
    output.length = at + 2;
  }

  integer(value: number): void {
    this.#numberLine(58, value);
  }

  /** An integer beyond the safe range of JavaScript numbers. */
  bigInteger(value: bigint): void {
    this.raw(encoder.encode(`:${value}\r\n`));
  }

  /** 1 or 0. */
  flag(value: boolean): void {
    this.#numberLine(58, value ? 1 : 0);
  }

  bulk(bytes: Uint8Array, start: number, end: number): void {
    const { output } = this;
    output.reserve(end - start + BULK_EXTRA_BYTES);
    output.length = writeBulk(output.bytes, output.length, bytes, start, end);
  }

  /** A bulk string of text, in UTF-8. */
  text(text: string): void {
    const bytes = encoder.encode(text);
    this.bulk(bytes, 0, bytes.length);
  }

  /** The null of a missing value. */
  nullValue(): void {
    this.raw(this.version === 3 ? NULL : NULL_BULK);
  }

  /** The null of a missing array; differs from `nullValue` in RESP2 only. */
  nullArray(): void {
    this.raw(this.version === 3 ? NULL : NULL_ARRAY);
  }

  /** Announces `count` elements. */
  array(count: number): void {
    this.#numberLine(42, count);
  }

  /** Announces `count` pairs; a flat array of twice as many elements in RESP2. */
  map(count: number): void {
    if (this.version === 3) this.#numberLine(37, count);
    else this.#numberLine(42, count * 2);
  }

  set(count: number): void {
    this.#numberLine(this.version === 3 ? 126 : 42, count);
  }

  push(count: number): void {
    this.#numberLine(this.version === 3 ? 62 : 42, count);
  }

  /** Attributes stand before the reply that they describe, and exist in RESP3 only. */
  attribute(count: number): void {
    this.#numberLine(124, count);
  }

  double(value: number): void {
    const { output } = this;
    output.reserve(DOUBLE_REPLY_BYTES_MAX);
    output.length = writeDoubleLine(output.bytes, output.length, value, this.version);
  }

  /** A double whose digits are at hand; for those of more than 64 bits. */
  doubleText(digits: string): void {
    if (this.version === 3) this.raw(encoder.encode(`,${digits}\r\n`));
    else this.text(digits);
  }

  boolean(value: boolean): void {
    if (this.version === 3) this.raw(encoder.encode(value ? '#t\r\n' : '#f\r\n'));
    else this.flag(value);
  }

  bigNumber(digits: string): void {
    if (this.version === 3) this.raw(encoder.encode(`(${digits}\r\n`));
    else this.text(digits);
  }

  /** Text with a format of three letters ("txt", "mkd"); a plain bulk string in RESP2. */
  verbatim(format: string, text: string): void {
    if (this.version === 2) {
      this.text(text);
      return;
    }
    const bytes = encoder.encode(`${format}:${text}`);
    this.raw(encoder.encode(`=${bytes.length}\r\n`));
    this.raw(bytes);
    this.output.reserve(2);
    this.output.bytes[this.output.length++] = CR;
    this.output.bytes[this.output.length++] = LF;
  }

  /** Bytes that are a reply already. */
  raw(bytes: Uint8Array): void {
    const output = this.output;
    output.reserve(bytes.length);
    copyBytes(bytes, 0, output.bytes, output.length, bytes.length);
    output.length += bytes.length;
  }

  #numberLine(type: number, value: number): void {
    const output = this.output;
    output.reserve(NUMBER_LINE_MAX);
    output.length = writeLength(output.bytes, output.length, type, value);
  }
}

/** Writes a type byte, an integer in the safe range and a line end; returns the position behind. */
function writeLength(to: Uint8Array, start: number, type: number, value: number): number {
  let at = start;
  to[at++] = type;
  if (value >= 0 && value < 10) {
    to[at++] = 48 + value;
  } else if (value >= 0 && value < 100) {
    const tens = (value / 10) | 0;
    to[at++] = 48 + tens;
    to[at++] = 48 + value - tens * 10;
  } else {
    at += writeInteger(value, to, at);
  }
  to[at] = CR;
  to[at + 1] = LF;
  return at + 2;
}

/** Writes a bulk string; returns the position behind. REQUIRES: room for BULK_EXTRA_BYTES more than the string has. */
function writeBulk(to: Uint8Array, start: number, bytes: Uint8Array, from: number, end: number): number {
  const length = end - from;
  let at = writeLength(to, start, 36, length);
  copyBytes(bytes, from, to, at, length);
  at += length;
  to[at] = CR;
  to[at + 1] = LF;
  return at + 2;
}

/**
 * Writes a double with its type byte, in RESP2 with its length, and a line end; returns the position behind. REQUIRES: room
 * for DOUBLE_REPLY_BYTES_MAX.
 */
export function writeDoubleLine(to: Uint8Array, start: number, value: number, version: number): number {
  let at = start + 1;
  if (version === 3) {
    to[start] = COMMA;
    at += writeDouble(value, to, at);
  } else {
    // Most take less than ten bytes: then the digits stand behind "$n" and a line end.
    const length = writeDouble(value, to, start + 4);
    if (length > 9) for (let i = start + 3 + length; i >= start + 4; i--) to[i + 1] = to[i];
    at = writeLength(to, start, 36, length) + length;
  }
  to[at] = CR;
  to[at + 1] = LF;
  return at + 2;
}

function isLineEnd(code: number): boolean {
  return code === CR || code === LF;
}
