/** Hot. Replying with elements. */
import type { Call } from '../call.ts';
import { replyEntries } from '../reply-entries.ts';
import { listOf } from './lookup.ts';

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
      left -= replyEntries(reply, list.segment, at, left);
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
