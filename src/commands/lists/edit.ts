/** Hot. Changing elements anywhere in a list. */
import { LINSERT, LREM, LSET, LTRIM } from '../../keyspace/events.ts';
import { int64Low, parseInteger, WIDE_INTEGER } from '../../memory/integers.ts';
import type { Call } from '../call.ts';
import { NO_SUCH_KEY, NOT_AN_INTEGER, OUT_OF_RANGE, SYNTAX } from '../errors.ts';
import { longArgument } from '../long-argument.ts';
import {
  keepChanged,
  keepRemoved,
  keepRoot,
  listOf,
  MISSING,
  openToWrite,
  REFUSED,
  reserve,
} from './lookup.ts';
import { isWord } from './match.ts';
import { readIndexes, spanEnd, spanStart, toSpan } from './range.ts';

/** LSET key index element */
export function lset(call: Call): void {
  const { arguments: words, reply } = call;
  reserve(call);
  const outcome = openToWrite(call, 1);
  if (outcome === REFUSED) return;
  if (outcome === MISSING) return reply.error(NO_SUCH_KEY);
  const wide = parseInteger(words.bytes, words.start(2), words.end(2));
  if (Number.isNaN(wide)) return reply.error(NOT_AN_INTEGER);
  // Redis looks at 32 bits of the index.
  const index = wide === WIDE_INTEGER ? int64Low | 0 : wide | 0;
  const list = listOf(call);
  list.expect(words.length(3), 1);
  keepRoot(call);
  if (index >= list.count || index < -list.count) return reply.error(OUT_OF_RANGE);
  list.seek(index);
  list.replace(words.bytes, words.start(3), words.end(3));
  list.shrink();
  keepChanged(call, 1, LSET, 1);
  reply.ok();
}

/** LINSERT key BEFORE | AFTER pivot element */
export function linsert(call: Call): void {
  const { arguments: words, reply } = call;
  const isBefore = words.is(2, 'before');
  if (!isBefore && !words.is(2, 'after')) return reply.error(SYNTAX);
  reserve(call);
  const outcome = openToWrite(call, 1);
  if (outcome === REFUSED) return;
  if (outcome === MISSING) return reply.integer(0);
  const list = listOf(call);
  list.expect(words.length(4), 1);
  keepRoot(call);
  let more = list.seek(0);
  while (more && !isWord(list, call, 3)) more = list.next();
  if (!more) return reply.integer(-1);
  if (isBefore) list.insertBefore(words.bytes, words.start(4), words.end(4));
  else list.insertAfter(words.bytes, words.start(4), words.end(4));
  keepChanged(call, 1, LINSERT, 1);
  reply.integer(list.count);
}

/** LREM key count element */
export function lrem(call: Call): void {
  const { reply } = call;
  const wanted = longArgument(call, 2);
  if (Number.isNaN(wanted)) return;
  const outcome = openToWrite(call, 1);
  if (outcome === REFUSED) return;
  if (outcome === MISSING) return reply.integer(0);
  const removed = removeEqual(call, wanted === 0 ? Number.POSITIVE_INFINITY : Math.abs(wanted), wanted < 0);
  if (removed > 0) keepRemoved(call, 1, LREM, removed);
  reply.integer(removed);
}

/** Removes up to `most` elements that are the word; returns how many. */
function removeEqual(call: Call, most: number, backwards: boolean): number {
  const list = listOf(call);
  let removed = 0;
  let more = list.seek(backwards ? -1 : 0);
  while (more && removed < most) {
    if (isWord(list, call, 3)) {
      removed++;
      more = backwards ? list.removeHereBackwards() : list.removeHere();
    } else {
      more = backwards ? list.previous() : list.next();
    }
  }
  return removed;
}

/** LTRIM key start stop */
export function ltrim(call: Call): void {
  const { reply } = call;
  if (!readIndexes(call, 2)) return;
  const outcome = openToWrite(call, 1);
  if (outcome === REFUSED) return;
  reply.ok();
  if (outcome === MISSING) return;
  const list = listOf(call);
  const { count } = list;
  toSpan(count);
  if (spanEnd < count) list.removeRange(spanEnd, count - spanEnd);
  if (spanStart > 0) list.removeRange(0, spanStart);
  // What removes nothing is told all the same, but is no change.
  keepRemoved(call, 1, LTRIM, count - (spanEnd - spanStart));
}
