/** Hot. Taking members with the lowest or highest scores. */
import { ZPOPMAX, ZPOPMIN } from '../../keyspace/events.ts';
import { int64High, parseInteger, WIDE_INTEGER } from '../../memory/integers.ts';
import type { Call } from '../call.ts';
import { FOUND, REFUSED } from '../collections.ts';
import { SYNTAX } from '../errors.ts';
import { keepChanged, openToWrite, sortedSetOf } from './lookup.ts';
import { replySpan } from './reply-span.ts';

const NOT_POSITIVE = 'ERR value is out of range, must be positive';

/** What `readPopKeys` has read. */
let popsHighest = false;
let popCount = 1;

/** ZPOPMIN key [count] */
export function zpopmin(call: Call): void {
  pop(call, false);
}

/** ZPOPMAX key [count] */
export function zpopmax(call: Call): void {
  pop(call, true);
}

function pop(call: Call, highest: boolean): void {
  const { arguments: words, reply } = call;
  if (words.count > 3) return reply.error(SYNTAX);
  let count = 1;
  if (words.count === 3) {
    count = parseInteger(words.bytes, words.start(2), words.end(2));
    if (!(count >= 0) || (count === WIDE_INTEGER && int64High < 0)) return reply.error(NOT_POSITIVE);
  }
  const outcome = openToWrite(call, 1);
  if (outcome === REFUSED) return;
  if (outcome !== FOUND || count === 0) return reply.array(0);
  const set = sortedSetOf(call);
  if (words.count === 3) {
    takeMembers(call, 1, highest, count);
    return;
  }
  set.seek(highest ? set.count - 1 : 0);
  reply.array(2);
  reply.bulk(set.member.bytes, set.member.start, set.member.end);
  reply.double(set.score);
  removeEnd(call, 1, highest, 1);
}

/** ZMPOP numkeys key [key ...] MIN | MAX [COUNT count] */
export function zmpop(call: Call): void {
  const keys = readPopKeys(call, 1);
  if (keys > 0 && !popNested(call, 2, keys)) call.reply.nullArray();
}

/** Reads the number of keys in word `index`, and what follows the keys; returns 0 after having replied with an error. */
export function readPopKeys(call: Call, index: number): number {
  const { arguments: words, reply } = call;
  const keys = parseInteger(words.bytes, words.start(index), words.end(index));
  if (!(keys >= 1) || (keys === WIDE_INTEGER && int64High < 0)) {
    reply.error('ERR numkeys should be greater than 0');
    return 0;
  }
  const where = index + 1 + keys;
  if (where >= words.count) {
    reply.error(SYNTAX);
    return 0;
  }
  popsHighest = words.is(where, 'max');
  popCount = 1;
  let isCounted = false;
  let isWrong = !popsHighest && !words.is(where, 'min');
  for (let i = where + 1; !isWrong && i < words.count; i += 2) {
    isWrong = isCounted || i + 1 === words.count || !words.is(i, 'count');
    if (isWrong) break;
    isCounted = true;
    popCount = parseInteger(words.bytes, words.start(i + 1), words.end(i + 1));
    if (!(popCount >= 1) || (popCount === WIDE_INTEGER && int64High < 0)) {
      reply.error('ERR count should be greater than 0');
      return 0;
    }
  }
  if (!isWrong) return keys;
  reply.error(SYNTAX);
  return 0;
}

/**
 * Replies with the key and members of the first sorted set of `keys` words from `first` on, and removes these; returns false
 * without a reply if there is none.
 */
export function popNested(call: Call, first: number, keys: number): boolean {
  const { arguments: words, reply } = call;
  for (let i = first; i < first + keys; i++) {
    const outcome = openToWrite(call, i);
    if (outcome === REFUSED) return true;
    if (outcome !== FOUND) continue;
    const set = sortedSetOf(call);
    const count = Math.min(popCount, set.count);
    reply.array(2);
    reply.bulk(words.bytes, words.start(i), words.end(i));
    reply.array(count);
    set.seek(popsHighest ? set.count - 1 : 0);
    for (let left = count; left > 0; left--) {
      reply.array(2);
      reply.bulk(set.member.bytes, set.member.start, set.member.end);
      reply.double(set.score);
      if (left === 1) break;
      if (popsHighest) set.previous();
      else set.next();
    }
    if (call.propagates) call.propagate(popsHighest ? 'ZPOPMAX' : 'ZPOPMIN', words.copy(i), String(count));
    removeEnd(call, i, popsHighest, count);
    return true;
  }
  return false;
}

function takeMembers(call: Call, index: number, highest: boolean, wanted: number): void {
  const set = sortedSetOf(call);
  const size = set.count;
  const count = Math.min(wanted, size);
  replySpan(call, set, highest ? size - count : 0, highest ? size : count, highest, true);
  removeEnd(call, index, highest, count);
}

/** Removes `count` members from one end of the opened sorted set, which word `index` names. */
export function removeEnd(call: Call, index: number, highest: boolean, count: number): void {
  const set = sortedSetOf(call);
  set.removeRange(highest ? set.count - count : 0, count);
  keepChanged(call, index, highest ? ZPOPMAX : ZPOPMIN, count);
}
