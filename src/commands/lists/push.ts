/** Hot. Adding elements at the ends. */
import { LPUSH, RPUSH } from '../../keyspace/events.ts';
import type { Call } from '../call.ts';
import { create, keepChanged, listOf, MISSING, openToWrite, REFUSED, reserve } from './lookup.ts';

/** LPUSH key element [element ...] */
export function lpush(call: Call): void {
  push(call, true, true);
}

/** RPUSH key element [element ...] */
export function rpush(call: Call): void {
  push(call, false, true);
}

/** LPUSHX key element [element ...] */
export function lpushx(call: Call): void {
  push(call, true, false);
}

/** RPUSHX key element [element ...] */
export function rpushx(call: Call): void {
  push(call, false, false);
}

function push(call: Call, atHead: boolean, creates: boolean): void {
  const { arguments: words } = call;
  reserve(call);
  const outcome = openToWrite(call, 1);
  if (outcome === REFUSED) return;
  if (outcome === MISSING) {
    if (!creates) return call.reply.integer(0);
    create(call, 1);
  }
  const list = listOf(call);
  const { bytes, count } = words;
  list.expect(lengthsFrom(call, 2), count - 2);
  for (let i = 2; i < count; i++) {
    if (atHead) list.pushHead(bytes, words.start(i), words.end(i));
    else list.pushTail(bytes, words.start(i), words.end(i));
  }
  call.reply.integer(list.count);
  keepChanged(call, 1, atHead ? LPUSH : RPUSH, count - 2);
}

/** Bytes of the words from `first` on. */
function lengthsFrom(call: Call, first: number): number {
  const { arguments: words } = call;
  let bytes = 0;
  for (let i = first; i < words.count; i++) bytes += words.length(i);
  return bytes;
}
