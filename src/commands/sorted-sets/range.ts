/** Hot. ZRANGE and its relatives, ZCOUNT, ZLEXCOUNT. */
import type { SortedSetValue } from '../../values/sorted-set/sorted-set-value.ts';
import type { Call } from '../call.ts';
import { FOUND, MISSING, REFUSED } from '../collections.ts';
import { NOT_AN_INTEGER, SYNTAX } from '../errors.ts';
import { openToRead, sortedSetOf } from './lookup.ts';
import {
  longArgument,
  NOT_A_LEX_RANGE,
  NOT_A_SCORE_RANGE,
  readLexRange,
  readRanks,
  readScoreRange,
  Span,
} from './ranges.ts';
import { replySpan } from './reply-span.ts';

const BY_RANK = 0;
const BY_SCORE = 1;
const BY_LEX = 2;
/** It depends on the request's options. */
const BY_OPTION = -1;

const span = new Span();
let by = BY_RANK;
let backwards = false;
let withScores = false;
let offset = 0;
let limit = -1;

/** ZRANGE key start stop [BYSCORE | BYLEX] [REV] [LIMIT offset count] [WITHSCORES] */
export function zrange(call: Call): void {
  replyRange(call, BY_OPTION, false);
}

/** ZREVRANGE key start stop [WITHSCORES] */
export function zrevrange(call: Call): void {
  replyRange(call, BY_RANK, true);
}

/** ZRANGEBYSCORE key min max [WITHSCORES] [LIMIT offset count] */
export function zrangebyscore(call: Call): void {
  replyRange(call, BY_SCORE, false);
}

/** ZREVRANGEBYSCORE key max min [WITHSCORES] [LIMIT offset count] */
export function zrevrangebyscore(call: Call): void {
  replyRange(call, BY_SCORE, true);
}

/** ZRANGEBYLEX key min max [LIMIT offset count] */
export function zrangebylex(call: Call): void {
  replyRange(call, BY_LEX, false);
}

/** ZREVRANGEBYLEX key max min [LIMIT offset count] */
export function zrevrangebylex(call: Call): void {
  replyRange(call, BY_LEX, true);
}

/** ZCOUNT key min max */
export function zcount(call: Call): void {
  if (readScoreRange(call, 2, 3)) replySize(call, BY_SCORE);
  else call.reply.error(NOT_A_SCORE_RANGE);
}

/** ZLEXCOUNT key min max */
export function zlexcount(call: Call): void {
  if (readLexRange(call, 2, 3)) replySize(call, BY_LEX);
  else call.reply.error(NOT_A_LEX_RANGE);
}

function replySize(call: Call, what: number): void {
  const outcome = openToRead(call, 1);
  if (outcome === REFUSED) return;
  if (outcome === MISSING) return call.reply.integer(0);
  if (what === BY_SCORE) span.findScores(sortedSetOf(call));
  else span.findNames(sortedSetOf(call), false);
  call.reply.integer(span.end - span.start);
}

function replyRange(call: Call, what: number, reverse: boolean): void {
  const { reply } = call;
  if (!readRange(call, 2, what, reverse)) return;
  const outcome = openToRead(call, 1);
  if (outcome === REFUSED) return;
  if (outcome === MISSING) return reply.array(0);
  const set = sortedSetOf(call);
  findSpan(set);
  replySpan(call, set, span.start, span.end, backwards, withScores);
}

/**
 * Reads bounds and options from word `index` on, and forgets WITHSCORES in stores. Returns false after having replied that
 * something is wrong with them.
 */
function readRange(call: Call, index: number, what: number, reverse: boolean): boolean {
  by = what === BY_OPTION ? BY_RANK : what;
  backwards = reverse;
  withScores = false;
  offset = 0;
  limit = -1;
  return readOptions(call, index + 2, what, index === 3) && readBounds(call, index);
}

function readOptions(call: Call, first: number, what: number, stores: boolean): boolean {
  const { arguments: words, reply } = call;
  let isLimited = false;
  let mayTurn = what === BY_OPTION;
  let maySort = what === BY_OPTION;
  for (let i = first; i < words.count; i++) {
    const left = words.count - i - 1;
    if (!stores && words.is(i, 'withscores')) {
      withScores = true;
    } else if (left >= 2 && words.is(i, 'limit')) {
      offset = longArgument(call, i + 1);
      limit = longArgument(call, i + 2);
      if (Number.isNaN(offset) || Number.isNaN(limit)) {
        reply.error(NOT_AN_INTEGER);
        return false;
      }
      isLimited = true;
      i += 2;
    } else if (mayTurn && words.is(i, 'rev')) {
      backwards = true;
      mayTurn = false;
    } else if (maySort && (words.is(i, 'bylex') || words.is(i, 'byscore'))) {
      by = words.is(i, 'bylex') ? BY_LEX : BY_SCORE;
      maySort = false;
    } else {
      reply.error(SYNTAX);
      return false;
    }
  }
  if (isLimited && limit !== -1 && by === BY_RANK) {
    reply.error('ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX');
    return false;
  }
  if (withScores && by === BY_LEX) {
    reply.error('ERR syntax error, WITHSCORES not supported in combination with BYLEX');
    return false;
  }
  return true;
}

function readBounds(call: Call, index: number): boolean {
  if (by === BY_RANK) return readRanks(call, index);
  const min = backwards ? index + 1 : index;
  const max = backwards ? index : index + 1;
  if (by === BY_SCORE ? readScoreRange(call, min, max) : readLexRange(call, min, max)) return true;
  call.reply.error(by === BY_SCORE ? NOT_A_SCORE_RANGE : NOT_A_LEX_RANGE);
  return false;
}

function findSpan(set: SortedSetValue): void {
  if (by === BY_RANK) {
    span.findRanks(set, backwards);
    return;
  }
  if (by === BY_SCORE) span.findScores(set);
  else span.findNames(set, backwards);
  span.limit(set, offset, limit, backwards);
}

/**
 * Reads what ZRANGESTORE destination source start stop [options] stores, and opens its source: returns the span of it, null
 * after having replied with an error.
 */
export function readStored(call: Call): Span | null {
  if (!readRange(call, 3, BY_OPTION, false)) return null;
  const outcome = openToRead(call, 2);
  if (outcome === REFUSED) return null;
  if (outcome === FOUND) findSpan(sortedSetOf(call));
  else span.start = span.end = 0;
  return span;
}
