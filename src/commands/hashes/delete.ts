/** Hot. Commands that remove fields. */
import { HDEL } from '../../keyspace/events.ts';
import type { Call } from '../call.ts';
import { FOUND, REFUSED } from '../collections.ts';
import { fieldCount } from './field-list.ts';
import { writeField } from './get.ts';
import { hashOf, isOpen, keepRemoved, openToWrite } from './lookup.ts';

/** HDEL key field [field ...] */
export function hdel(call: Call): void {
  const { arguments: words, reply } = call;
  const outcome = openToWrite(call);
  if (outcome === REFUSED) return;
  let removed = 0;
  const hash = hashOf(call);
  for (let i = 2; outcome === FOUND && i < words.count && hash.count > 0; i++) {
    // Whether it has expired makes no difference here.
    if (!hash.find(words.bytes, words.start(i), words.end(i))) continue;
    hash.removeFound();
    removed++;
  }
  if (removed > 0) {
    keepRemoved(call);
    call.keyspace.countElements(removed);
  }
  reply.integer(removed);
}

/** HGETDEL key FIELDS numfields field [field ...] */
export function hgetdel(call: Call): void {
  const { arguments: words, reply } = call;
  const outcome = openToWrite(call);
  if (outcome === REFUSED) return;
  const count = fieldCount(call, 2);
  if (count < 0) return;
  const first = 4;
  reply.array(count);
  const hash = hashOf(call);
  let removed = 0;
  for (let i = first; i < words.count; i++) {
    writeField(call, i);
    if (!isOpen() || hash.place === 0) continue;
    hash.removeFound();
    removed++;
  }
  if (removed === 0) return;
  if (isOpen()) keepRemoved(call);
  else call.keyspace.changed(call.database, HDEL, words.bytes, words.start(1), words.end(1));
  call.keyspace.countElements(removed);
  if (call.propagates) call.propagateWords(['HDEL', words.copy(1), ...words.copyAll().slice(first)]);
}
