/** Hot. Commands that read a set. */
import type { Call } from '../call.ts';
import { FOUND, MISSING, REFUSED } from '../collections.ts';
import { openToRead, setOf } from './lookup.ts';

/** SISMEMBER key member */
export function sismember(call: Call): void {
  const { arguments: words } = call;
  const set = setOf(call);
  const outcome = openToRead(call, 1, set);
  if (outcome === REFUSED) return;
  call.reply.flag(outcome === FOUND && set.find(words.bytes, words.start(2), words.end(2)));
}

/** SMISMEMBER key member [member ...] */
export function smismember(call: Call): void {
  const { arguments: words, reply } = call;
  const set = setOf(call);
  const outcome = openToRead(call, 1, set);
  if (outcome === REFUSED) return;
  reply.array(words.count - 2);
  for (let i = 2; i < words.count; i++)
    reply.flag(outcome === FOUND && set.find(words.bytes, words.start(i), words.end(i)));
}

/** SCARD key */
export function scard(call: Call): void {
  const set = setOf(call);
  const outcome = openToRead(call, 1, set);
  if (outcome !== REFUSED) call.reply.integer(outcome === FOUND ? set.count : 0);
}

/** SMEMBERS key */
export function smembers(call: Call): void {
  const { reply } = call;
  const set = setOf(call);
  const outcome = openToRead(call, 1, set);
  if (outcome === REFUSED) return;
  if (outcome === MISSING) return reply.set(0);
  reply.set(set.count);
  set.begin();
  while (set.next()) reply.bulk(set.member.bytes, set.member.start, set.member.end);
}
