/** Warm. ZRANDMEMBER. */
import { int64High, int64Low, parseInteger, WIDE_INTEGER } from '../../memory/integers.ts';
import type { Call } from '../call.ts';
import { MISSING, REFUSED } from '../collections.ts';
import { NOT_AN_INTEGER, SYNTAX } from '../errors.ts';
import { openToRead, sortedSetOf } from './lookup.ts';
import { replySpan } from './reply-span.ts';

const OUT_OF_RANGE = 'ERR value is out of range';
const OUT_OF_LONG_RANGE =
  'ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807';
const LOWEST_HIGH = -0x80000000;
/** The upper half of 2^62. */
const HALF_RANGE_HIGH = 2 ** 30;

/** ZRANDMEMBER key [count [WITHSCORES]] */
export function zrandmember(call: Call): void {
  const { arguments: words, reply } = call;
  if (words.count === 2) {
    const outcome = openToRead(call, 1);
    if (outcome === REFUSED) return;
    if (outcome === MISSING) return reply.nullValue();
    const { member } = pick(call);
    return reply.bulk(member.bytes, member.start, member.end);
  }
  const withScores = words.count > 3;
  const count = readCount(call, withScores);
  if (Number.isNaN(count)) return;
  const outcome = openToRead(call, 1);
  if (outcome === REFUSED) return;
  if (outcome === MISSING || count === 0) return reply.array(0);
  const set = sortedSetOf(call);
  if (count >= set.count) replySpan(call, set, 0, set.count, false, withScores);
  else if (count > 0) replyDifferent(call, count, withScores);
  else replyAny(call, -count, withScores);
}

/** The count; NaN after having replied with an error. */
function readCount(call: Call, withScores: boolean): number {
  const { arguments: words, reply } = call;
  const count = parseInteger(words.bytes, words.start(2), words.end(2));
  const isLowest = count === WIDE_INTEGER && int64High === LOWEST_HIGH && int64Low === 0;
  if (Number.isNaN(count)) reply.error(NOT_AN_INTEGER);
  else if (isLowest) reply.error(OUT_OF_LONG_RANGE);
  else if (words.count > 4 || (withScores && !words.is(3, 'withscores'))) reply.error(SYNTAX);
  else if (count !== WIDE_INTEGER) return count;
  else if (withScores && isBeyondHalf()) reply.error(OUT_OF_RANGE);
  else return int64High * 2 ** 32 + (int64Low >>> 0);
  return Number.NaN;
}

/** Whether twice the count that was just read exceeds 64 bits. */
function isBeyondHalf(): boolean {
  if (int64High === -HALF_RANGE_HIGH) return int64Low === 0;
  return int64High < -HALF_RANGE_HIGH || int64High >= HALF_RANGE_HIGH;
}

function pick(call: Call) {
  const set = sortedSetOf(call);
  set.seek(call.keyspace.random.below(set.count));
  return set;
}

function replyAny(call: Call, count: number, withScores: boolean): void {
  announce(call, count, withScores);
  for (let left = count; left > 0; left--) {
    pick(call);
    replyMember(call, withScores);
  }
}

/** Floyd's sampling: each set of `count` ranks is as likely as the others. */
function replyDifferent(call: Call, count: number, withScores: boolean): void {
  const set = sortedSetOf(call);
  const { random } = call.keyspace;
  const ranks = new Set<number>();
  for (let upper = set.count - count; upper < set.count; upper++) {
    const rank = random.below(upper + 1);
    ranks.add(ranks.has(rank) ? upper : rank);
  }
  announce(call, count, withScores);
  for (const rank of ranks) {
    set.seek(rank);
    replyMember(call, withScores);
  }
}

function announce(call: Call, count: number, withScores: boolean): void {
  call.reply.array(withScores && call.reply.version === 2 ? count * 2 : count);
}

function replyMember(call: Call, withScores: boolean): void {
  const { reply } = call;
  const { member, score } = sortedSetOf(call);
  if (withScores && reply.version === 3) reply.array(2);
  reply.bulk(member.bytes, member.start, member.end);
  if (withScores) reply.double(score);
}
