/** Hot. Reading elements. */
import type { Call } from '../call.ts';
import { NOT_AN_INTEGER } from '../errors.ts';
import { readLong } from '../long-argument.ts';
import { FOUND, listOf, MISSING, openToRead, REFUSED } from './lookup.ts';
import { replyElements } from './reply-elements.ts';

/** What `readSpan` has read: the first element, and the one behind the last. */
export let spanStart = 0;
export let spanEnd = 0;

let first = 0;
let last = 0;

/** Reads two indexes from the words `index` and the next; returns false after having replied with an error. */
export function readIndexes(call: Call, index: number): boolean {
  first = readLong(call, index);
  last = readLong(call, index + 1);
  if (!Number.isNaN(first) && !Number.isNaN(last)) return true;
  call.reply.error(NOT_AN_INTEGER);
  return false;
}

/** Turns the indexes into a span of a list of `count` elements; one without elements is [0, 0). */
export function toSpan(count: number): void {
  spanStart = Math.max(0, first < 0 ? first + count : first);
  spanEnd = Math.min(count, (last < 0 ? last + count : last) + 1);
  if (spanStart < spanEnd) return;
  spanStart = 0;
  spanEnd = 0;
}

/** LRANGE key start stop */
export function lrange(call: Call): void {
  const { reply } = call;
  if (!readIndexes(call, 2)) return;
  const outcome = openToRead(call, 1);
  if (outcome === REFUSED) return;
  if (outcome === MISSING) return reply.array(0);
  toSpan(listOf(call).count);
  reply.array(spanEnd - spanStart);
  replyElements(call, spanStart, spanEnd - spanStart);
}

/** LINDEX key index */
export function lindex(call: Call): void {
  const { reply } = call;
  const outcome = openToRead(call, 1);
  if (outcome === REFUSED) return;
  if (outcome === MISSING) return reply.nullValue();
  const index = readLong(call, 2);
  if (Number.isNaN(index)) return reply.error(NOT_AN_INTEGER);
  const list = listOf(call);
  if (index >= list.count || index < -list.count) return reply.nullValue();
  list.seek(index);
  reply.bulk(list.element.bytes, list.element.start, list.element.end);
}

/** LLEN key */
export function llen(call: Call): void {
  const outcome = openToRead(call, 1);
  if (outcome !== REFUSED) call.reply.integer(outcome === FOUND ? listOf(call).count : 0);
}
