/** Hot. ZADD and ZINCRBY. */
import { ZADD, ZINCR } from '../../keyspace/events.ts';
import { parseDouble } from '../../memory/double-parse.ts';
import type { SortedSetValue } from '../../values/sorted-set/sorted-set-value.ts';
import type { Call } from '../call.ts';
import { MISSING, REFUSED, reserve } from '../collections.ts';
import { NOT_A_FLOAT, SYNTAX } from '../errors.ts';
import { create, keepChanged, keepRoot, openToWrite, sortedSetOf } from './lookup.ts';

const NX = 1;
const XX = 2;
const GT = 4;
const LT = 8;
const CH = 16;
const INCR = 32;
const SCORE_NAN = 'ERR resulting score is not a number (NaN)';

/** Scores of the request: parsed before anything changes. */
let scores = new Float64Array(64);
/** What `put` has done. */
let added = 0;
let updated = 0;
/** What the last `put` has come to: the score, if it did anything. */
let isDone = false;
let newScore = 0;

/** ZADD key [NX | XX] [GT | LT] [CH] [INCR] score member [score member ...] */
export function zadd(call: Call): void {
  const { arguments: words, reply } = call;
  let flags = 0;
  let first = 2;
  for (; first < words.count; first++) {
    const flag = flagOf(call, first);
    if (flag === 0) break;
    flags |= flag;
  }
  const count = words.count - first;
  if (count === 0 || count % 2 !== 0) return reply.error(SYNTAX);
  if ((flags & NX) !== 0 && (flags & XX) !== 0)
    return reply.error('ERR XX and NX options at the same time are not compatible');
  if (clashes(flags)) return reply.error('ERR GT, LT, and/or NX options at the same time are not compatible');
  if ((flags & INCR) !== 0 && count > 2)
    return reply.error('ERR INCR option supports a single increment-element pair');
  addPairs(call, flags, first);
}

/** ZINCRBY key increment member */
export function zincrby(call: Call): void {
  addPairs(call, INCR, 2);
}

function flagOf(call: Call, index: number): number {
  const words = call.arguments;
  const length = words.length(index);
  if (length !== 2 && length !== 4) return 0;
  if (words.is(index, 'nx')) return NX;
  if (words.is(index, 'xx')) return XX;
  if (words.is(index, 'gt')) return GT;
  if (words.is(index, 'lt')) return LT;
  if (words.is(index, 'ch')) return CH;
  return words.is(index, 'incr') ? INCR : 0;
}

function clashes(flags: number): boolean {
  const either = flags & (GT | LT);
  return either === (GT | LT) || (either !== 0 && (flags & NX) !== 0);
}

/** Adds the pairs of score and member from word `first` on. */
function addPairs(call: Call, flags: number, first: number): void {
  const { arguments: words, reply } = call;
  const pairs = (words.count - first) >>> 1;
  added = 0;
  updated = 0;
  isDone = false;
  if (!parseScores(call, first, pairs)) return reply.error(NOT_A_FLOAT);
  reserve(call);
  const outcome = openToWrite(call, 1);
  if (outcome === REFUSED) return;
  const set = sortedSetOf(call);
  if (outcome === MISSING && (flags & XX) !== 0) return replyAdded(call, flags);
  // As in Redis, only the first member is looked at.
  if (outcome === MISSING) create(call, 1, pairs, words.length(first + 1));
  else {
    set.expect(pairs, 0);
    keepRoot(call);
  }
  for (let i = 0; i < pairs; i++) {
    const word = first + 1 + 2 * i;
    if (put(set, flags, scores[i], words.bytes, words.start(word), words.end(word))) continue;
    keepRoot(call);
    return reply.error(SCORE_NAN);
  }
  finish(call, flags);
}

function parseScores(call: Call, first: number, pairs: number): boolean {
  const words = call.arguments;
  if (scores.length < pairs) scores = new Float64Array(pairs * 2);
  for (let i = 0; i < pairs; i++) {
    const score = parseDouble(words.bytes, words.start(first + 2 * i), words.end(first + 2 * i));
    if (Number.isNaN(score)) return false;
    scores[i] = score;
  }
  return true;
}

/** Adds a member or changes its score, as the flags want it; returns false when the score would be no number. */
function put(
  set: SortedSetValue,
  flags: number,
  given: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  isDone = false;
  if (!set.find(bytes, start, end)) {
    if ((flags & XX) !== 0) return true;
    set.add(given, bytes, start, end);
    added++;
    newScore = given;
    isDone = true;
    return true;
  }
  if ((flags & NX) !== 0) return true;
  const old = set.score;
  const score = (flags & INCR) !== 0 ? old + given : given;
  if (Number.isNaN(score)) return false;
  if (((flags & LT) !== 0 && score >= old) || ((flags & GT) !== 0 && score <= old)) return true;
  newScore = score;
  isDone = true;
  if (score === old) return true;
  set.changeScore(score, bytes, start, end);
  updated++;
  return true;
}

function finish(call: Call, flags: number): void {
  const changes = added + updated;
  if (changes > 0) keepChanged(call, 1, (flags & INCR) !== 0 ? ZINCR : ZADD, changes);
  else keepRoot(call);
  replyAdded(call, flags);
}

function replyAdded(call: Call, flags: number): void {
  const { reply } = call;
  if ((flags & INCR) === 0) return reply.integer((flags & CH) !== 0 ? added + updated : added);
  if (isDone) reply.double(newScore);
  else reply.nullValue();
}
