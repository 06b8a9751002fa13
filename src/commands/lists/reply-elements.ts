/** Hot. Replying with elements. */
import { ListpackCursor } from '../../memory/listpack-cursor.ts';
import { BULK_EXTRA_BYTES, type Reply, writeBulk } from '../../protocol/reply.ts';
import type { Call } from '../call.ts';
import { listOf } from './lookup.ts';

const cursor = new ListpackCursor();

/** Writes `count` elements of the opened list, from index `start` on. */
export function replyElements(call: Call, start: number, count: number): void {
  if (count === 0) return;
  const { reply } = call;
  const list = listOf(call);
  list.seek(start);
  for (let left = count; ; list.nextPart()) {
    const at = list.entryStart;
    if (at < 0) {
      reply.bulk(list.element.bytes, list.element.start, list.element.end);
      left--;
    } else {
      cursor.open(list.segment, at);
      left -= replyEntries(reply, left);
    }
    if (left === 0) return;
  }
}

/** Writes `count` elements of the opened list, from its end towards the head. */
export function replyElementsBackwards(call: Call, count: number): void {
  const { reply } = call;
  const list = listOf(call);
  const { element } = list;
  let isThere = list.seek(-1);
  for (let left = count; isThere && left > 0; left--) {
    reply.bulk(element.bytes, element.start, element.end);
    isThere = list.previous();
  }
}

/** Writes up to `most` entries of a listpack, which the cursor is before; returns how many. */
function replyEntries(reply: Reply, most: number): number {
  const { output } = reply;
  let to = output.bytes;
  let at = output.length;
  let left = most;
  while (left > 0 && cursor.step()) {
    const { start, end } = cursor;
    if (at + end - start + BULK_EXTRA_BYTES > to.length) {
      output.length = at;
      output.reserve(end - start + BULK_EXTRA_BYTES);
      to = output.bytes;
      at = output.length;
    }
    at = writeBulk(to, at, cursor.bytes, start, end);
    left--;
  }
  output.length = at;
  return most - left;
}
