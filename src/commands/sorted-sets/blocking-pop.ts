/** Hot where nobody waits. Taking members, and waiting for some: BZPOPMIN, BZPOPMAX, BZMPOP. */
import { TYPE_SORTED_SET } from '../../keyspace/record.ts';
import { replyNullArray, secondsTimeout } from '../blocking.ts';
import type { Call } from '../call.ts';
import { FOUND, REFUSED } from '../collections.ts';
import { openToWrite, sortedSetOf } from './lookup.ts';
import { popNested, readPopKeys, removeEnd } from './pop.ts';

/** BZPOPMIN key [key ...] timeout */
export function bzpopmin(call: Call): void {
  popOrWait(call, false);
}

/** BZPOPMAX key [key ...] timeout */
export function bzpopmax(call: Call): void {
  popOrWait(call, true);
}

/** BZMPOP timeout numkeys key [key ...] MIN | MAX [COUNT count] */
export function bzmpop(call: Call): void {
  const keys = readPopKeys(call, 2);
  if (keys === 0) return;
  const until = secondsTimeout(call, 1);
  if (until < 0 || popNested(call, 3, keys)) return;
  wait(call, 3, 3 + keys, until);
}

function popOrWait(call: Call, highest: boolean): void {
  const { arguments: words, reply } = call;
  const last = words.count - 1;
  const until = secondsTimeout(call, last);
  if (until < 0) return;
  for (let i = 1; i < last; i++) {
    const outcome = openToWrite(call, i);
    if (outcome === REFUSED) return;
    if (outcome !== FOUND) continue;
    const set = sortedSetOf(call);
    set.seek(highest ? set.count - 1 : 0);
    reply.array(3);
    reply.bulk(words.bytes, words.start(i), words.end(i));
    reply.bulk(set.member.bytes, set.member.start, set.member.end);
    reply.double(set.score);
    if (call.propagates) call.propagate(highest ? 'ZPOPMAX' : 'ZPOPMIN', words.copy(i));
    removeEnd(call, i, highest, 1);
    return;
  }
  wait(call, 1, last, until);
}

/** Waits for a sorted set under the keys in the words from `first` up to `end`. */
function wait(call: Call, first: number, end: number, until: number): void {
  call.block({
    keys: Array.from({ length: end - first }, (_, index) => first + index),
    type: TYPE_SORTED_SET,
    triesWithoutKey: false,
    until,
    timedOut: replyNullArray,
  });
}
