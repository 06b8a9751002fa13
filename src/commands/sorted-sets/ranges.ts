/** Hot. Ranges of ranks, scores and names: reading them from requests, and finding which members they hold. */

import { parseDouble } from '../../memory/double-parse.ts';
import { isDecimal } from '../../memory/float-text.ts';
import { int64High, parseInteger, WIDE_INTEGER } from '../../memory/integers.ts';
import { untilZero } from '../../protocol/zero-ended.ts';
import { ENCODING_SKIPLIST } from '../../values/encoding.ts';
import { HIGHEST, LexRange, LOWEST, NAME } from '../../values/sorted-set/lex-range.ts';
import type { SortedSetValue } from '../../values/sorted-set/sorted-set-value.ts';
import type { Call } from '../call.ts';
import { NOT_AN_INTEGER } from '../errors.ts';

export const NOT_A_SCORE_RANGE = 'ERR min or max is not a float';
export const NOT_A_LEX_RANGE = 'ERR min or max not valid string range item';

const OPENING_PARENTHESIS = 0x28;
const OPENING_BRACKET = 0x5b;
const MINUS = 0x2d;
const PLUS = 0x2b;
const LETTER_X = 0x78;
const CASE_BIT = 0x20;

/** The range that was read last. */
const names = new LexRange();
let firstRank = 0;
let lastRank = 0;
let minScore = 0;
let maxScore = 0;
let minExclusive = false;
let maxExclusive = false;

/** An integer of 64 bits, rounded if it must be; NaN if the word is none. */
export function longArgument(call: Call, index: number): number {
  const words = call.arguments;
  const value = parseInteger(words.bytes, words.start(index), words.end(index));
  if (value !== WIDE_INTEGER) return value;
  return int64High < 0 ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
}

/** Reads two ranks from word `index` on; returns false after having replied that they are none. */
export function readRanks(call: Call, index: number): boolean {
  firstRank = longArgument(call, index);
  lastRank = longArgument(call, index + 1);
  if (!Number.isNaN(firstRank) && !Number.isNaN(lastRank)) return true;
  call.reply.error(NOT_AN_INTEGER);
  return false;
}

/** Reads the bounds in two words; returns whether they are scores, each with or without a parenthesis before it. */
export function readScoreRange(call: Call, minIndex: number, maxIndex: number): boolean {
  minExclusive = isExclusive(call, minIndex);
  maxExclusive = isExclusive(call, maxIndex);
  minScore = scoreBound(call, minIndex, minExclusive);
  maxScore = scoreBound(call, maxIndex, maxExclusive);
  return !Number.isNaN(minScore) && !Number.isNaN(maxScore);
}

function isExclusive(call: Call, index: number): boolean {
  const words = call.arguments;
  return words.length(index) > 0 && words.bytes[words.start(index)] === OPENING_PARENTHESIS;
}

/** Bounds are read as C's strtod reads them, but without hexadecimal: up to a zero byte, nothing is 0, too large is infinite. */
function scoreBound(call: Call, index: number, exclusive: boolean): number {
  const words = call.arguments;
  const start = words.start(index) + (exclusive ? 1 : 0);
  const end = words.end(index);
  const score = parseDouble(words.bytes, start, end);
  if (Number.isNaN(score) || isHexadecimal(words.bytes, start, end))
    return oddBound(words.text(index).slice(exclusive ? 1 : 0));
  return score;
}

function isHexadecimal(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((bytes[at] | CASE_BIT) === LETTER_X) return true;
  return false;
}

function oddBound(text: string): number {
  const read = untilZero(text);
  if (read === '') return 0;
  if (isDecimal(read)) return Number(read);
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(read);
  if (infinite === null) return Number.NaN;
  return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Reads the bounds in two words; returns whether they are "[name", "(name", "-" or "+". */
export function readLexRange(call: Call, minIndex: number, maxIndex: number): boolean {
  const words = call.arguments;
  names.bytes = words.bytes;
  const low = lexKind(call, minIndex);
  const high = lexKind(call, maxIndex);
  if (Number.isNaN(low) || Number.isNaN(high)) return false;
  names.lowKind = low;
  names.lowStart = words.start(minIndex) + 1;
  names.lowEnd = words.end(minIndex);
  names.lowExclusive = words.bytes[words.start(minIndex)] === OPENING_PARENTHESIS;
  names.highKind = high;
  names.highStart = words.start(maxIndex) + 1;
  names.highEnd = words.end(maxIndex);
  names.highExclusive = words.bytes[words.start(maxIndex)] === OPENING_PARENTHESIS;
  return true;
}

function lexKind(call: Call, index: number): number {
  const words = call.arguments;
  const length = words.length(index);
  if (length === 0) return Number.NaN;
  const first = words.bytes[words.start(index)];
  if (first === OPENING_BRACKET || first === OPENING_PARENTHESIS) return NAME;
  if (length > 1) return Number.NaN;
  if (first === MINUS) return LOWEST;
  return first === PLUS ? HIGHEST : Number.NaN;
}

/** A flyweight: the ranks from `start` up to `end`, that one not among them, of the members in the range read last. */
export class Span {
  start = 0;
  end = 0;

  /** With `backwards`, ranks count from the highest score. */
  findRanks(set: SortedSetValue, backwards: boolean): void {
    const { count } = set;
    const first = Math.max(0, firstRank < 0 ? firstRank + count : firstRank);
    const last = Math.min(count - 1, lastRank < 0 ? lastRank + count : lastRank);
    this.start = 0;
    this.end = 0;
    if (first > last) return;
    this.start = backwards ? count - 1 - last : first;
    this.end = backwards ? count - first : last + 1;
  }

  findScores(set: SortedSetValue): void {
    this.start = 0;
    this.end = 0;
    if (minScore > maxScore || (minScore === maxScore && (minExclusive || maxExclusive))) return;
    this.start = set.rankOfScore(minScore, minExclusive);
    this.end = set.rankOfScore(maxScore, !maxExclusive);
  }

  findNames(set: SortedSetValue, backwards: boolean): void {
    set.lexRange(names, backwards);
    this.start = set.rangeStart;
    this.end = set.rangeEnd;
  }

  /**
   * Leaves out `offset` members from the side where reading begins, and all behind `count` others; negative counts are all. A
   * negative offset leaves nothing, but in a large sorted set it counts from the other side, as in Redis since 7.2.
   */
  limit(set: SortedSetValue, offset: number, count: number, backwards: boolean): void {
    const size = this.end - this.start;
    let skipped = Math.min(offset, size);
    if (offset < 0) skipped = set.encoding === ENCODING_SKIPLIST && -offset <= size ? size + offset : size;
    const kept = count < 0 ? size - skipped : Math.min(count, size - skipped);
    if (backwards) {
      this.end -= skipped;
      this.start = this.end - kept;
    } else {
      this.start += skipped;
      this.end = this.start + kept;
    }
  }
}
