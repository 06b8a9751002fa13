/** Hot. ZREM and the removal of ranges. */
import {
  type KeyspaceEvent,
  ZREM,
  ZREM_RANGE_BY_LEX,
  ZREM_RANGE_BY_RANK,
  ZREM_RANGE_BY_SCORE,
} from '../../keyspace/events.ts';
import type { Call } from '../call.ts';
import { FOUND, MISSING, REFUSED } from '../collections.ts';
import { keepChanged, openToWrite, sortedSetOf } from './lookup.ts';
import {
  NOT_A_LEX_RANGE,
  NOT_A_SCORE_RANGE,
  readLexRange,
  readRanks,
  readScoreRange,
  Span,
} from './ranges.ts';

const span = new Span();

/** ZREM key member [member ...] */
export function zrem(call: Call): void {
  const { arguments: words } = call;
  const outcome = openToWrite(call, 1);
  if (outcome === REFUSED) return;
  const set = sortedSetOf(call);
  const { bytes } = words;
  let removed = 0;
  for (let i = 2; outcome === FOUND && i < words.count && set.count > 0; i++) {
    const start = words.start(i);
    const end = words.end(i);
    if (!set.find(bytes, start, end)) continue;
    set.removeFound(bytes, start, end);
    removed++;
  }
  if (removed > 0) keepChanged(call, 1, ZREM, removed);
  call.reply.integer(removed);
}

/** ZREMRANGEBYRANK key start stop */
export function zremrangebyrank(call: Call): void {
  if (readRanks(call, 2)) removeSpan(call, ZREM_RANGE_BY_RANK);
}

/** ZREMRANGEBYSCORE key min max */
export function zremrangebyscore(call: Call): void {
  if (readScoreRange(call, 2, 3)) removeSpan(call, ZREM_RANGE_BY_SCORE);
  else call.reply.error(NOT_A_SCORE_RANGE);
}

/** ZREMRANGEBYLEX key min max */
export function zremrangebylex(call: Call): void {
  if (readLexRange(call, 2, 3)) removeSpan(call, ZREM_RANGE_BY_LEX);
  else call.reply.error(NOT_A_LEX_RANGE);
}

/** Removes the members in the range that was read last. */
function removeSpan(call: Call, event: KeyspaceEvent): void {
  const outcome = openToWrite(call, 1);
  if (outcome === REFUSED) return;
  if (outcome === MISSING) return call.reply.integer(0);
  const set = sortedSetOf(call);
  if (event === ZREM_RANGE_BY_RANK) span.findRanks(set, false);
  else if (event === ZREM_RANGE_BY_SCORE) span.findScores(set);
  else span.findNames(set, false);
  const count = span.end - span.start;
  if (count > 0) {
    set.removeRange(span.start, count);
    keepChanged(call, 1, event, count);
  }
  call.reply.integer(count);
}
