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

/** How far an incomplete request was parsed; offsets count from the request's start. One per client that needs it. */
export class Progress {
  count = 0;
  done = 0;
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
  /** After INCOMPLETE: how many bytes the request has at least, if its unfinished word is long; else 0. */
  expectedBytes = 0;
  /** Limits; see protocol/limits.ts. */
  wordBytesMax = 512 * 1024 * 1024;
  authenticated = true;
  #count = 0;
  #done = 0;
  #position = 0;

  /** Parses the request at bytes[start, end), all of what was received of it. */
  parse(bytes: Uint8Array, start: number, end: number): number {
    this.resumable = false;
    this.expectedBytes = 0;
    if (start >= end) return INCOMPLETE;
    if (bytes[start] !== STAR) return this.#parseInline(bytes, start, end);
    // The common case, a count of one digit; anything else takes the careful way.
    const digit = bytes[start + 1] - ZERO;
    if (start + 4 <= end && digit > 0 && digit <= 9 && bytes[start + 2] === CR) {
      this.arguments.bytes = bytes;
      return this.#parseWords(bytes, start, start + 4, end, digit, 0);
    }
    return this.#parseCount(bytes, start, end);
  }

  /** Goes on with a request that was incomplete before: it now stands at `start`, with more behind it. */
  resume(bytes: Uint8Array, start: number, end: number, progress: Progress): number {
    const { offsets, count, done, position } = progress;
    this.resumable = false;
    this.expectedBytes = 0;
    this.arguments.reserve(Math.max(done, Math.min(count, 1024)));
    this.arguments.bytes = bytes;
    const into = this.arguments.offsets;
    for (let i = 0; i < done * 2; i++) into[i] = offsets[i] + start;
    return this.#parseWords(bytes, start, start + position, end, count, done);
  }

  /** Keeps what the last INCOMPLETE of the request at `start` had found. */
  saveProgress(start: number, progress: Progress): void {
    const offsets = this.arguments.offsets;
    const needed = this.#done * 2;
    // Words found earlier are unchanged relative to the start; only the new ones are copied.
    const from = progress.count === this.#count ? progress.done * 2 : 0;
    if (progress.offsets.length < needed) {
      const grown = new Int32Array(needed * 2);
      grown.set(progress.offsets.subarray(0, from));
      progress.offsets = grown;
    }
    for (let i = from; i < needed; i++) progress.offsets[i] = offsets[i] - start;
    progress.count = this.#count;
    progress.done = this.#done;
    progress.position = this.#position - start;
  }

  #parseCount(bytes: Uint8Array, start: number, end: number): number {
    const cr = findCr(bytes, start, end);
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
    return this.#parseWords(bytes, start, cr + 2, end, count, 0);
  }

  /** Parses words `done`.. of `count` from `at` on. */
  #parseWords(
    bytes: Uint8Array,
    start: number,
    at: number,
    end: number,
    count: number,
    done: number,
  ): number {
    const words = this.arguments;
    let offsets = words.offsets;
    let position = at;
    for (let index = done; index < count; index++) {
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
      if (body + length + 2 > end) {
        this.expectedBytes = body + length + 2 - start;
        return this.#incomplete(start, position, count, index);
      }
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
    const cr = findCr(bytes, position, end);
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
    // As with a C string, nothing behind a zero byte is looked at: no line end there completes the request.
    let at = start;
    while (at < end && bytes[at] !== LF && bytes[at] !== 0) at++;
    if (at === end || bytes[at] === 0) {
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

/** Position of the next carriage return before `end`, looked for no further than a line may reach; -1 if there is none. */
function findCr(bytes: Uint8Array, start: number, end: number): number {
  const limit = Math.min(end, start + LINE_BYTES_MAX + 1);
  for (let at = start; at < limit; at++) if (bytes[at] === CR) return at;
  return -1;
}

/** A decimal number as Redis reads lengths: an optional minus, no plus, no leading zeros, no spaces; NaN if it is none. */
function parseLength(bytes: Uint8Array, start: number, end: number): number {
  const negative = bytes[start] === MINUS;
  const first = negative ? start + 1 : start;
  const digits = end - first;
  if (digits < 1 || digits > 15) return Number.NaN;
  if (bytes[first] === ZERO && (digits > 1 || negative)) return Number.NaN;
  let value = 0;
  for (let at = first; at < end; at++) {
    const digit = bytes[at] - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}
