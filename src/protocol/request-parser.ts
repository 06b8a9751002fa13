/** Hot. Finds the words of a request where it was received. */
import { Arguments } from './arguments.ts';
import { splitInline } from './inline.ts';
import {
  LINE_BYTES_MAX,
  RESUMABLE_WORDS_MIN,
  UNAUTHENTICATED_WORD_BYTES_MAX,
  UNAUTHENTICATED_WORDS_MAX,
  WORDS_MAX,
} from './limits.ts';

/** What `parse` found. COMPLETE: the words are in `arguments`. NOTHING: an empty request was skipped. */
export const INCOMPLETE = 0;
export const COMPLETE = 1;
export const NOTHING = 2;
export const INVALID = 3;

const CR = 13;
const LF = 10;
const STAR = 42;
const DOLLAR = 36;
const MINUS = 45;
const ZERO = 48;
/** Lines longer than this are not looked through byte by byte. */
const NEAR_BYTES = 128;
const INTEGER_DIGITS_MAX = 19;
/** The largest magnitudes of positive and negative integers of 64 bits. */
const INTEGER_MAX = '9223372036854775807';
const INTEGER_MIN = '9223372036854775808';

/** How far an incomplete request was parsed; offsets count from the request's start. One per client that needs it. */
export class Progress {
  /** Words announced. */
  count = 0;
  /** Words found: their offsets are the first 2 * done. */
  done = 0;
  /** Where the next word begins. */
  position = 0;
  offsets = new Int32Array(0);
}

export class RequestParser {
  readonly arguments = new Arguments();
  /** After COMPLETE and NOTHING: where the next request starts. */
  next = 0;
  /** After INVALID: the text behind "Protocol error: ". */
  error = '';
  /** Whether the last INCOMPLETE is worth remembering with `saveProgress`. */
  resumable = false;
  /** Limits; see protocol/limits.ts. */
  wordBytesMax = 512 * 1024 * 1024;
  authenticated = true;
  #count = 0;
  #done = 0;
  #position = 0;

  /** Parses the request at bytes[start, end), all of what was received of it. */
  parse(bytes: Uint8Array, start: number, end: number): number {
    this.resumable = false;
    if (start >= end) return INCOMPLETE;
    if (bytes[start] !== STAR) return this.#parseInline(bytes, start, end);
    // The common case, a count of one digit; anything else takes the careful way.
    if (start + 4 <= end && bytes[start + 2] === CR) {
      const digit = bytes[start + 1] - ZERO;
      if (digit > 0 && digit <= 9) {
        this.arguments.bytes = bytes;
        return this.#parseWords(bytes, start, start + 4, end, digit);
      }
    }
    return this.#parseCount(bytes, start, end);
  }

  /**
   * Goes on with a request that was incomplete before: it now stands at `start`, with more behind it. What was found
   * earlier is looked at again only when the request is complete, so that many pieces cost no more than one.
   */
  resume(bytes: Uint8Array, start: number, end: number, progress: Progress): number {
    const { count, done, position } = progress;
    this.resumable = false;
    this.arguments.bytes = bytes;
    const status = this.#parseWords(bytes, start, start + position, end, count - done);
    if (status === COMPLETE) this.#prepend(progress, start);
    else if (status === INCOMPLETE) this.resumable = true;
    return status;
  }

  /** Adds what the last INCOMPLETE of the request at `start` has found to `progress`: a new one, or the one it resumed. */
  saveProgress(start: number, progress: Progress): void {
    const { offsets } = this.arguments;
    const from = progress.done * 2;
    const found = this.#done * 2;
    if (progress.offsets.length < from + found) {
      const grown = new Int32Array((from + found) * 2);
      grown.set(progress.offsets.subarray(0, from));
      progress.offsets = grown;
    }
    for (let i = 0; i < found; i++) progress.offsets[from + i] = offsets[i] - start;
    progress.count = progress.done + this.#count;
    progress.done += this.#done;
    progress.position = this.#position - start;
  }

  /** Puts the words found earlier before those just found. */
  #prepend(progress: Progress, start: number): void {
    const words = this.arguments;
    const earlier = progress.done * 2;
    const found = words.count * 2;
    words.reserve(progress.count);
    words.count = progress.count;
    const { offsets } = words;
    offsets.copyWithin(earlier, 0, found);
    for (let i = 0; i < earlier; i++) offsets[i] = progress.offsets[i] + start;
  }

  #parseCount(bytes: Uint8Array, start: number, end: number): number {
    const cr = findInLine(bytes, start, end, CR);
    if (cr < 0) {
      if (end - start > LINE_BYTES_MAX) return this.#invalid('too big mbulk count string');
      return INCOMPLETE;
    }
    if (cr + 2 > end) return INCOMPLETE;
    const count = parseLength(bytes, start + 1, cr);
    if (Number.isNaN(count) || count > WORDS_MAX) return this.#invalid('invalid multibulk length');
    if (count > UNAUTHENTICATED_WORDS_MAX && !this.authenticated)
      return this.#invalid('unauthenticated multibulk length');
    if (count <= 0) {
      this.next = cr + 2;
      return NOTHING;
    }
    this.arguments.bytes = bytes;
    return this.#parseWords(bytes, start, cr + 2, end, count);
  }

  /** Parses `count` words from `at` on. */
  #parseWords(bytes: Uint8Array, start: number, at: number, end: number, count: number): number {
    const words = this.arguments;
    let offsets = words.offsets;
    let position = at;
    for (let index = 0; index < count; index++) {
      // The common case: a length of one or two digits.
      let length = -1;
      let body = 0;
      if (position + 4 < end && bytes[position] === DOLLAR) {
        const first = bytes[position + 1] - ZERO;
        if (first >= 0 && first <= 9) {
          if (bytes[position + 2] === CR) {
            length = first;
            body = position + 4;
          } else if (bytes[position + 3] === CR && first > 0) {
            const second = bytes[position + 2] - ZERO;
            if (second >= 0 && second <= 9) {
              length = first * 10 + second;
              body = position + 5;
            }
          }
        }
      }
      if (length < 0) {
        const status = this.#parseWordLength(bytes, position, end);
        if (status === INVALID) return INVALID;
        if (status === INCOMPLETE) return this.#incomplete(start, position, count, index);
        length = this.#wordLength;
        body = this.#wordStart;
      }
      if (body + length + 2 > end) return this.#incomplete(start, position, count, index);
      if (index << 1 >= offsets.length) {
        words.reserve(index + 1);
        offsets = words.offsets;
      }
      offsets[index << 1] = body;
      offsets[(index << 1) + 1] = body + length;
      position = body + length + 2;
    }
    words.count = count;
    this.next = position;
    return COMPLETE;
  }

  #wordLength = 0;
  #wordStart = 0;

  #parseWordLength(bytes: Uint8Array, position: number, end: number): number {
    const cr = findInLine(bytes, position, end, CR);
    if (cr < 0) {
      if (end - position > LINE_BYTES_MAX) return this.#invalid('too big bulk count string');
      return INCOMPLETE;
    }
    if (cr + 2 > end) return INCOMPLETE;
    if (bytes[position] !== DOLLAR) {
      const got = bytes[position];
      const shown = got === CR || got === LF ? ' ' : String.fromCharCode(got);
      return this.#invalid(`expected '$', got '${shown}'`);
    }
    const length = parseLength(bytes, position + 1, cr);
    if (Number.isNaN(length) || length < 0 || length > this.wordBytesMax)
      return this.#invalid('invalid bulk length');
    if (length > UNAUTHENTICATED_WORD_BYTES_MAX && !this.authenticated)
      return this.#invalid('unauthenticated bulk length');
    this.#wordLength = length;
    this.#wordStart = cr + 2;
    return COMPLETE;
  }

  #incomplete(start: number, position: number, count: number, done: number): number {
    this.#count = count;
    this.#done = done;
    this.#position = position;
    this.resumable = done >= RESUMABLE_WORDS_MIN && position > start;
    return INCOMPLETE;
  }

  #parseInline(bytes: Uint8Array, start: number, end: number): number {
    const at = findInLine(bytes, start, end, LF);
    if (at < 0) {
      if (end - start > LINE_BYTES_MAX) return this.#invalid('too big inline request');
      return INCOMPLETE;
    }
    const lineEnd = at > start && bytes[at - 1] === CR ? at - 1 : at;
    this.next = at + 1;
    if (!splitInline(bytes, start, lineEnd, this.arguments))
      return this.#invalid('unbalanced quotes in request');
    return this.arguments.count === 0 ? NOTHING : COMPLETE;
  }

  #invalid(error: string): number {
    this.error = error;
    return INVALID;
  }
}

/**
 * Position of the next `byte` before `end`; -1 if there is none. As with a C string, nothing behind a zero byte is looked
 * at: no line end there counts.
 */
function findInLine(bytes: Uint8Array, start: number, end: number, byte: number): number {
  const near = Math.min(end, start + NEAR_BYTES);
  for (let at = start; at < near; at++) {
    if (bytes[at] === byte) return at;
    if (bytes[at] === 0) return -1;
  }
  return near === end ? -1 : findFar(bytes, near, end, byte);
}

/** The same for long lines, which may be looked through again with every byte that arrives: in the runtime's fastest way. */
function findFar(bytes: Uint8Array, start: number, end: number, byte: number): number {
  const rest = bytes.subarray(start, end);
  const found = rest.indexOf(byte);
  const line = found < 0 ? rest : rest.subarray(0, found);
  return found < 0 || line.includes(0) ? -1 : start + found;
}

/**
 * A decimal number as Redis reads lengths: of 64 bits, an optional minus, no plus, no leading zeros, no spaces; NaN if it
 * is none. Rounded beyond 2^53, where no length is allowed anyway.
 */
function parseLength(bytes: Uint8Array, start: number, end: number): number {
  const negative = start < end && bytes[start] === MINUS;
  const first = negative ? start + 1 : start;
  const digits = end - first;
  if (digits < 1 || digits > INTEGER_DIGITS_MAX) return Number.NaN;
  if (bytes[first] === ZERO && (digits > 1 || negative)) return Number.NaN;
  if (digits === INTEGER_DIGITS_MAX && !fitsInteger(bytes, first, negative)) return Number.NaN;
  let value = 0;
  for (let at = first; at < end; at++) {
    const digit = bytes[at] - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}

/** Whether the 19 digits from `start` on are no larger than an integer of 64 bits. */
function fitsInteger(bytes: Uint8Array, start: number, negative: boolean): boolean {
  const digits = String.fromCharCode(...bytes.subarray(start, start + INTEGER_DIGITS_MAX));
  return digits <= (negative ? INTEGER_MIN : INTEGER_MAX);
}
