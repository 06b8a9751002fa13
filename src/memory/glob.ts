/** Hot. Glob patterns over bytes, as KEYS, SCAN and PSUBSCRIBE match them. */

const STAR = 0x2a;
const QUESTION_MARK = 0x3f;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const BACKSLASH = 0x5c;
const CARET = 0x5e;
const DASH = 0x2d;

/** A pattern with more stars that count matches nothing. */
const STARS_MAX = 1000;

/** Where the class read last ends in the pattern. */
let classEnd = 0;

/**
 * Whether the pattern matches all of bytes[start, end): "*" any bytes, "?" one byte, "[ab]", "[a-z]", "[^a]" one of a
 * class, a backslash takes the next byte for itself. `ignoreCase` makes ASCII letters equal in both cases. Anything is a pattern:
 * a class ends with the pattern at the latest, a backslash at the end stands for itself.
 *
 * Stars stand for nothing only behind a byte that matched, so no pattern but the empty one matches no bytes; where "*"
 * alone means everything, the caller asks for that first.
 *
 * Everything but a star takes exactly one byte, so only the latest star ever has to be tried again with more
 * bytes: the time is at most the product of both lengths.
 */
export function globMatches(
  pattern: Uint8Array,
  bytes: Uint8Array,
  start: number,
  end: number,
  ignoreCase: boolean,
): boolean {
  const patternEnd = pattern.length;
  let patternAt = 0;
  let at = start;
  let stars = 0;
  /** Behind the latest star, and where the bytes for it to match end at present; -1 without one. */
  let retryPattern = -1;
  let retryAt = -1;
  while (at < end) {
    if (patternAt < patternEnd && pattern[patternAt] === STAR) {
      patternAt = skipStars(pattern, patternAt);
      if (patternAt === patternEnd) return true;
      if (++stars > STARS_MAX) return false;
      retryPattern = patternAt;
      retryAt = at;
      continue;
    }
    const next = patternAt < patternEnd ? matchOne(pattern, patternAt, bytes[at], ignoreCase) : -1;
    if (next >= 0) {
      patternAt = next;
      at++;
      if (at === end) patternAt = skipStars(pattern, patternAt);
    } else {
      if (retryPattern < 0) return false;
      patternAt = retryPattern;
      at = ++retryAt;
      if (at === end) return false;
    }
  }
  return patternAt >= patternEnd;
}

function skipStars(pattern: Uint8Array, from: number): number {
  let at = from;
  while (at < pattern.length && pattern[at] === STAR) at++;
  return at;
}

/** Matches one byte; returns where the pattern goes on, or -1. */
function matchOne(pattern: Uint8Array, at: number, byte: number, ignoreCase: boolean): number {
  const expected = pattern[at];
  if (expected === QUESTION_MARK) return at + 1;
  if (expected === OPENING_BRACKET) return classHas(pattern, at + 1, byte, ignoreCase) ? classEnd : -1;
  const literal = expected === BACKSLASH && at + 1 < pattern.length ? at + 1 : at;
  return sameByte(pattern[literal], byte, ignoreCase) ? literal + 1 : -1;
}

/** Reads the whole class that begins behind its bracket, leaves its end in `classEnd`, and says whether it has the byte. */
function classHas(pattern: Uint8Array, start: number, byte: number, ignoreCase: boolean): boolean {
  const patternEnd = pattern.length;
  const negated = start < patternEnd && pattern[start] === CARET;
  let at = negated ? start + 1 : start;
  let found = false;
  while (at < patternEnd && pattern[at] !== CLOSING_BRACKET) {
    if (pattern[at] === BACKSLASH && at + 1 < patternEnd) {
      // An escaped member has its case, whatever the flag says.
      if (pattern[at + 1] === byte) found = true;
      at += 2;
    } else if (at + 2 < patternEnd && pattern[at + 1] === DASH) {
      if (inRange(pattern[at], pattern[at + 2], byte, ignoreCase)) found = true;
      at += 3;
    } else {
      if (sameByte(pattern[at], byte, ignoreCase)) found = true;
      at++;
    }
  }
  classEnd = at < patternEnd ? at + 1 : patternEnd;
  return found !== negated;
}

/** Bytes are compared as signed ones, and bounds may come in either order: "[\x01-\xff]" is -1 to 1. */
function inRange(first: number, last: number, byte: number, ignoreCase: boolean): boolean {
  let low = (first << 24) >> 24;
  let high = (last << 24) >> 24;
  if (low > high) {
    low = (last << 24) >> 24;
    high = (first << 24) >> 24;
  }
  let value = (byte << 24) >> 24;
  if (ignoreCase) {
    low = lowerCase(low);
    high = lowerCase(high);
    value = lowerCase(value);
  }
  return value >= low && value <= high;
}

function sameByte(left: number, right: number, ignoreCase: boolean): boolean {
  return left === right || (ignoreCase && lowerCase(left) === lowerCase(right));
}

function lowerCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}
