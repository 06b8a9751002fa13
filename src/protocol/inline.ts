/** Cold. Inline requests: words on a line, as typed into telnet. */
import type { Arguments } from './arguments.ts';

const SINGLE_QUOTE = 39;
const DOUBLE_QUOTE = 34;
const BACKSLASH = 92;

/**
 * Splits bytes[start, end), a line without its end, into words: separated by spaces, tabs and line ends; "..." with the
 * escapes \n \r \t \b \a \xHH and \ before any other byte; '...' with \' only. A closing quote must be followed by white
 * space or the end. (Vertical tabs and form feeds are white space before a word, but belong to it within.) Fills `into`;
 * returns false when quotes are unbalanced.
 */
export function splitInline(bytes: Uint8Array, start: number, end: number, into: Arguments): boolean {
  const words = new Uint8Array(end - start);
  let length = 0;
  let count = 0;
  let at = start;
  for (;;) {
    while (at < end && isSpace(bytes[at])) at++;
    if (at === end || bytes[at] === 0) break;
    into.reserve(count + 1);
    into.offsets[count << 1] = length;
    const next = readWord(bytes, at, end, words, length);
    if (next < 0) return false;
    at = next;
    length = wordEnd;
    into.offsets[(count << 1) + 1] = length;
    count++;
  }
  into.bytes = words;
  into.count = count;
  return true;
}

/** Where the word that `readWord` has just read ends in its output. */
let wordEnd = 0;

/** Reads one word from `at` into words[length...]. Returns where it ended in the line, -1 on unbalanced quotes. */
function readWord(bytes: Uint8Array, at: number, end: number, words: Uint8Array, length: number): number {
  let from = at;
  let to = length;
  while (from < end && !isSeparator(bytes[from])) {
    const byte = bytes[from];
    if (byte !== SINGLE_QUOTE && byte !== DOUBLE_QUOTE) {
      words[to++] = byte;
      from++;
      continue;
    }
    from =
      byte === DOUBLE_QUOTE
        ? readDouble(bytes, from + 1, end, words, to)
        : readSingle(bytes, from + 1, end, words, to);
    if (from < 0) return -1;
    to = wordEnd;
    if (from < end && !isSpace(bytes[from])) return -1;
  }
  wordEnd = to;
  return from;
}

function readDouble(bytes: Uint8Array, at: number, end: number, words: Uint8Array, length: number): number {
  let from = at;
  let to = length;
  while (from < end) {
    const byte = bytes[from];
    if (byte === DOUBLE_QUOTE) {
      wordEnd = to;
      return from + 1;
    }
    if (byte !== BACKSLASH || from + 1 >= end) {
      words[to++] = byte;
      from++;
    } else if (
      bytes[from + 1] === 120 &&
      from + 3 < end &&
      hex(bytes[from + 2]) >= 0 &&
      hex(bytes[from + 3]) >= 0
    ) {
      words[to++] = hex(bytes[from + 2]) * 16 + hex(bytes[from + 3]);
      from += 4;
    } else {
      words[to++] = escaped(bytes[from + 1]);
      from += 2;
    }
  }
  return -1;
}

function readSingle(bytes: Uint8Array, at: number, end: number, words: Uint8Array, length: number): number {
  let from = at;
  let to = length;
  while (from < end) {
    if (bytes[from] === SINGLE_QUOTE) {
      wordEnd = to;
      return from + 1;
    }
    if (bytes[from] === BACKSLASH && bytes[from + 1] === SINGLE_QUOTE && from + 1 < end) from++;
    words[to++] = bytes[from++];
  }
  return -1;
}

function escaped(byte: number): number {
  switch (byte) {
    case 110:
      return 10;
    case 114:
      return 13;
    case 116:
      return 9;
    case 98:
      return 8;
    case 97:
      return 7;
    default:
      return byte;
  }
}

function hex(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** Ends a word. */
function isSeparator(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 10 || byte === 13 || byte === 0;
}

function isSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}
