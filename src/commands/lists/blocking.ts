/** Hot. Commands that wait for lists. */
import { TYPE_LIST } from '../../keyspace/record.ts';
import { replyNullArray, secondsTimeout } from '../blocking.ts';
import type { Call } from '../call.ts';
import { FOUND, MISSING, openToWrite, REFUSED } from './lookup.ts';
import { move, putsHead, readSides, takesHead } from './move.ts';
import { moveMany, readHowMany } from './move-many.ts';
import { popFirst, readPopKeys, take } from './pop.ts';

/** BLPOP key [key ...] timeout */
export function blpop(call: Call): void {
  popOrWait(call, true);
}

/** BRPOP key [key ...] timeout */
export function brpop(call: Call): void {
  popOrWait(call, false);
}

function popOrWait(call: Call, atHead: boolean): void {
  const { arguments: words, reply } = call;
  const keys = words.count - 2;
  const until = secondsTimeout(call, keys + 1);
  if (until < 0) return;
  for (let i = 1; i <= keys; i++) {
    const outcome = openToWrite(call, i);
    if (outcome === REFUSED) return;
    if (outcome !== FOUND) continue;
    reply.array(2);
    reply.bulk(words.bytes, words.start(i), words.end(i));
    take(call, i, atHead, 1);
    if (call.propagates) call.propagate(atHead ? 'LPOP' : 'RPOP', words.copy(i));
    return;
  }
  wait(call, 1, keys, until);
}

/** BLMPOP timeout numkeys key [key ...] LEFT | RIGHT [COUNT count] */
export function blmpop(call: Call): void {
  const keys = readPopKeys(call, 2);
  if (keys === 0) return;
  const until = secondsTimeout(call, 1);
  if (until >= 0 && !popFirst(call, 3, keys)) wait(call, 3, keys, until);
}

/** BLMOVE source destination LEFT | RIGHT LEFT | RIGHT timeout */
export function blmove(call: Call): void {
  if (!readSides(call)) return;
  const until = secondsTimeout(call, 5);
  if (until < 0 || !moveOrWait(call, takesHead, putsHead, until) || !call.propagates) return;
  const { arguments: words } = call;
  call.propagate('LMOVE', words.copy(1), words.copy(2), words.copy(3), words.copy(4));
}

/** BRPOPLPUSH source destination timeout */
export function brpoplpush(call: Call): void {
  const { arguments: words } = call;
  const until = secondsTimeout(call, 3);
  if (until < 0 || !moveOrWait(call, false, true, until) || !call.propagates) return;
  call.propagate('RPOPLPUSH', words.copy(1), words.copy(2));
}

/** BLMOVEM source destination LEFT | RIGHT LEFT | RIGHT timeout [COUNT count | EXACTLY count OBO | BULK] */
export function blmovem(call: Call): void {
  if (!readSides(call)) return;
  const until = secondsTimeout(call, 5);
  if (until < 0 || !readHowMany(call, 6)) return;
  const outcome = moveMany(call);
  if (outcome === MISSING) return wait(call, 1, 1, until);
  if (outcome !== FOUND || !call.propagates) return;
  const words = call.arguments.copyAll();
  call.propagateWords(['LMOVEM', ...words.slice(1, 5), ...words.slice(6)]);
}

/** Returns whether an element was moved. */
function moveOrWait(call: Call, fromHead: boolean, toHead: boolean, until: number): boolean {
  const outcome = move(call, fromHead, toHead);
  // Where nobody can wait, the reply differs from that to those whose time is up.
  if (outcome === MISSING && call.waiting === null) call.reply.nullValue();
  else if (outcome === MISSING) wait(call, 1, 1, until);
  return outcome === FOUND;
}

/** Waits for one of `keys` lists that the words from `first` on name. */
function wait(call: Call, first: number, keys: number, until: number): void {
  call.block({
    keys: Array.from({ length: keys }, (_, index) => first + index),
    type: TYPE_LIST,
    triesWithoutKey: false,
    until,
    timedOut: replyNullArray,
  });
}
