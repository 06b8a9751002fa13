/** Hot. Commands that add and remove members. */
import { SADD, SREM } from '../../keyspace/events.ts';
import type { Call } from '../call.ts';
import { FOUND, MISSING, REFUSED, reserve } from '../collections.ts';
import { create, keepChanged, openToWrite, setOf } from './lookup.ts';

/** SADD key member [member ...] */
export function sadd(call: Call): void {
  const { arguments: words } = call;
  reserve(call);
  const outcome = openToWrite(call, 1);
  if (outcome === REFUSED) return;
  const set = setOf(call);
  if (outcome === MISSING) create(call, 1, 2);
  else set.expect(words.count - 2);
  let added = 0;
  for (let i = 2; i < words.count; i++) if (set.add(words.bytes, words.start(i), words.end(i))) added++;
  if (added > 0) {
    keepChanged(call, 1, SADD);
    call.keyspace.countElements(added);
  }
  call.reply.integer(added);
}

/** SREM key member [member ...] */
export function srem(call: Call): void {
  const { arguments: words } = call;
  const outcome = openToWrite(call, 1);
  if (outcome === REFUSED) return;
  const set = setOf(call);
  let removed = 0;
  for (let i = 2; outcome === FOUND && i < words.count && set.count > 0; i++)
    if (set.remove(words.bytes, words.start(i), words.end(i))) removed++;
  if (removed > 0) {
    keepChanged(call, 1, SREM);
    call.keyspace.countElements(removed);
  }
  call.reply.integer(removed);
}

/** SMOVE source destination member */
export function smove(call: Call): void {
  const { arguments: words, reply } = call;
  reserve(call);
  const source = openToWrite(call, 1);
  if (source === REFUSED) return;
  if (source === MISSING) return reply.flag(false);
  if (openToWrite(call, 2) === REFUSED) return;
  openToWrite(call, 1);
  const set = setOf(call);
  const { bytes } = words;
  const start = words.start(3);
  const end = words.end(3);
  if (words.equal(1, 2)) return reply.flag(set.find(bytes, start, end));
  if (!set.remove(bytes, start, end)) return reply.flag(false);
  keepChanged(call, 1, SREM);
  const outcome = openToWrite(call, 2);
  if (outcome === MISSING) create(call, 2, 3);
  if (set.add(bytes, start, end)) keepChanged(call, 2, SADD);
  reply.flag(true);
}
