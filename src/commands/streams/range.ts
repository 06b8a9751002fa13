/** Hot. XRANGE, XREVRANGE and XLEN. */
import { compareIds, WideId } from '../../memory/wide-id.ts';
import type { StreamCursor } from '../../values/stream/cursor.ts';
import { FIRST_ID, LAST_ID } from '../../values/stream/layout.ts';
import type { Stream } from '../../values/stream/stream.ts';
import type { Call } from '../call.ts';
import { NOT_AN_INTEGER, SYNTAX } from '../errors.ts';
import { integerAt, lowerBound, REFUSED, readStream, replyEntry, streamsOf, upperBound } from './access.ts';

const low = new WideId();
const high = new WideId();
const NO_COUNT = -1;

/** XRANGE key start end [COUNT n] */
export function xrange(call: Call): void {
  range(call, 2, 3, false);
}

/** XREVRANGE key end start [COUNT n] */
export function xrevrange(call: Call): void {
  range(call, 3, 2, true);
}

/** XLEN key */
export function xlen(call: Call): void {
  const root = readStream(call, 1);
  if (root !== REFUSED) call.reply.integer(root === 0 ? 0 : streamsOf(call).stream.length);
}

function range(call: Call, lowWord: number, highWord: number, backwards: boolean): void {
  const { reply } = call;
  if (!lowerBound(call, lowWord, low) || !upperBound(call, highWord, high)) return;
  const count = countOption(call, 4);
  if (Number.isNaN(count)) return;
  const root = readStream(call, 1);
  if (root === REFUSED) return;
  if (root === 0) return reply.array(0);
  if (count === 0) return reply.nullArray();
  replyRange(call, low, high, count === NO_COUNT ? Number.POSITIVE_INFINITY : count, backwards);
}

/** The count from word `index` on, negative ones as 0; NO_COUNT without any; NaN after having replied with an error. */
function countOption(call: Call, index: number): number {
  const { arguments: words, reply } = call;
  let count = NO_COUNT;
  for (let at = index; at < words.count; at += 2) {
    if (at + 1 === words.count || !words.is(at, 'count')) {
      reply.error(SYNTAX);
      return Number.NaN;
    }
    const value = integerAt(call, at + 1);
    if (Number.isNaN(value)) {
      reply.error(NOT_AN_INTEGER);
      return Number.NaN;
    }
    count = Math.max(0, value);
  }
  return count;
}

/** Replies with up to `count` entries of the open stream from `from` to `to`; backwards, those at the end. */
function replyRange(call: Call, from: WideId, to: WideId, count: number, backwards: boolean): void {
  const { stream } = streamsOf(call);
  const { cursor } = stream;
  const entries = countRange(stream, from, to, count, backwards);
  call.reply.array(entries);
  if (entries === 0) return;
  if (backwards) cursor.seekBack(to);
  else cursor.seek(from);
  for (let left = entries; left > 0; left--) {
    replyEntry(call, cursor);
    if (left > 1) step(cursor, backwards);
  }
}

/** How many entries `replyRange` finds. */
export function countRange(
  stream: Stream,
  from: WideId,
  to: WideId,
  count: number,
  backwards: boolean,
): number {
  const { cursor } = stream;
  if (count === 0 || stream.length === 0) return 0;
  if (stream.compareRootId(FIRST_ID, from) >= 0 && stream.compareRootId(LAST_ID, to) <= 0)
    return Math.min(count, stream.length);
  let entries = 0;
  for (let more = backwards ? cursor.seekBack(to) : cursor.seek(from); more; more = step(cursor, backwards)) {
    if (backwards ? compareIds(cursor.id, from) < 0 : compareIds(cursor.id, to) > 0) break;
    entries++;
    if (entries >= count) break;
  }
  return entries;
}

function step(cursor: StreamCursor, backwards: boolean): boolean {
  return backwards ? cursor.previous() : cursor.next();
}
