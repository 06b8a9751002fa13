/**
 * Hot. Glob patterns over bytes, as KEYS, SCAN, CONFIG GET and PSUBSCRIBE take them:
 *
 *   *        any bytes, also none            [abc]  one of these bytes, "-" between two is a range, also backwards
 *   ?        any one byte                    [^abc] one byte that is none of these
 *   \x       the byte x itself, also inside brackets; at the pattern's end the backslash itself
 *
 * An unclosed bracket ends with the pattern; "[a-]" is one, being a range that ends with "]". An empty text matches the
 * empty pattern alone, not even "*": whoever takes "*" for everything says so beforehand. Only the last "*" passed is
 * ever tried again, so that the time is at most the product of both lengths.
 */

const STAR = 0x2a;
const QUESTION = 0x3f;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const CARET = 0x5e;
const DASH = 0x2d;
const BACKSLASH = 0x5c;

/** Whether text[start, end) matches the whole of `pattern`; with `ignoreCase` Latin letters match in any case. */
export function globMatches(
  pattern: Uint8Array,
  text: Uint8Array,
  start: number,
  end: number,
  ignoreCase: boolean,
): boolean {
  if (start === end) return pattern.length === 0;
  let at = start;
  let place = 0;
  let starPlace = -1;
  let starAt = 0;
  while (at < end) {
    if (place < pattern.length && pattern[place] === STAR) {
      starPlace = ++place;
      starAt = at;
      continue;
    }
    const next = place < pattern.length ? behindMatch(pattern, place, text[at], ignoreCase) : -1;
    if (next >= 0) {
      place = next;
      at++;
      continue;
    }
    if (starPlace < 0) return false;
    place = starPlace;
    at = ++starAt;
  }
  while (place < pattern.length && pattern[place] === STAR) place++;
  return place === pattern.length;
}

/** Where the pattern goes on behind the element at `place` if that matches the byte, else -1. */
function behindMatch(pattern: Uint8Array, place: number, byte: number, ignoreCase: boolean): number {
  const element = pattern[place];
  if (element === QUESTION) return place + 1;
  if (element === OPEN) return behindBracket(pattern, place + 1, byte, ignoreCase);
  const literal = element === BACKSLASH && place + 1 < pattern.length ? place + 1 : place;
  return fold(pattern[literal], ignoreCase) === fold(byte, ignoreCase) ? literal + 1 : -1;
}

/** As `behindMatch`, from the first byte inside the bracket. */
function behindBracket(pattern: Uint8Array, first: number, byte: number, ignoreCase: boolean): number {
  const negated = pattern[first] === CARET;
  let place = negated ? first + 1 : first;
  let matched = false;
  while (place < pattern.length && pattern[place] !== CLOSE) {
    if (pattern[place] === BACKSLASH && place + 1 < pattern.length) {
      if (pattern[place + 1] === byte) matched = true;
      place += 2;
    } else if (pattern[place + 1] === DASH && place + 2 < pattern.length) {
      if (inRange(pattern[place], pattern[place + 2], byte, ignoreCase)) matched = true;
      place += 3;
    } else {
      if (fold(pattern[place], ignoreCase) === fold(byte, ignoreCase)) matched = true;
      place++;
    }
  }
  return matched !== negated ? Math.min(place + 1, pattern.length) : -1;
}

function inRange(one: number, other: number, byte: number, ignoreCase: boolean): boolean {
  const low = fold(Math.min(one, other), ignoreCase);
  const high = fold(Math.max(one, other), ignoreCase);
  const folded = fold(byte, ignoreCase);
  return low <= folded && folded <= high;
}

function fold(byte: number, ignoreCase: boolean): number {
  return ignoreCase && byte >= 65 && byte <= 90 ? byte + 32 : byte;
}
