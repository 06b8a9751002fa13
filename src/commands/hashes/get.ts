/** Hot. Commands that read fields. */
import type { Call } from '../call.ts';
import { FOUND, MISSING, REFUSED } from '../collections.ts';
import { countVisible, findField, hashOf, isHidden, openToRead } from './lookup.ts';

/** HGET key field */
export function hget(call: Call): void {
  const outcome = openToRead(call);
  if (outcome === REFUSED) return;
  writeField(call, 2);
}

/** HMGET key field [field ...] */
export function hmget(call: Call): void {
  const { arguments: words, reply } = call;
  if (openToRead(call) === REFUSED) return;
  reply.array(words.count - 2);
  for (let i = 2; i < words.count; i++) writeField(call, i);
}

/** HSTRLEN key field */
export function hstrlen(call: Call): void {
  if (openToRead(call) === REFUSED) return;
  if (!findField(call, 2)) return call.reply.integer(0);
  const hash = hashOf(call);
  hash.readValue();
  call.reply.integer(hash.value.end - hash.value.start);
}

/** HEXISTS key field */
export function hexists(call: Call): void {
  if (openToRead(call) !== REFUSED) call.reply.flag(findField(call, 2));
}

/** HLEN key */
export function hlen(call: Call): void {
  const outcome = openToRead(call);
  if (outcome !== REFUSED) call.reply.integer(outcome === FOUND ? hashOf(call).count : 0);
}

/** HGETALL key */
export function hgetall(call: Call): void {
  const outcome = openToRead(call);
  if (outcome === REFUSED) return;
  if (outcome === MISSING) return call.reply.map(0);
  const count = countVisible(call);
  call.reply.map(count);
  writeAll(call, count, true, true);
}

/** HKEYS key */
export function hkeys(call: Call): void {
  listAll(call, true);
}

/** HVALS key */
export function hvals(call: Call): void {
  listAll(call, false);
}

function listAll(call: Call, names: boolean): void {
  const outcome = openToRead(call);
  if (outcome === REFUSED) return;
  if (outcome === MISSING) return call.reply.array(0);
  const count = countVisible(call);
  call.reply.array(count);
  writeAll(call, count, names, !names);
}

/** Writes the fields that have not expired, of which there are `count`. */
function writeAll(call: Call, count: number, names: boolean, values: boolean): void {
  const { reply } = call;
  const hash = hashOf(call);
  const hides = count !== hash.count;
  hash.begin();
  while (hash.next()) {
    if (hides && isHidden(call, hash)) continue;
    if (names) {
      hash.readField();
      reply.bulk(hash.field.bytes, hash.field.start, hash.field.end);
    }
    if (values) {
      hash.readValue();
      reply.bulk(hash.value.bytes, hash.value.start, hash.value.end);
    }
  }
}

/** Replies with the value of the field at word `index`, or null. */
export function writeField(call: Call, index: number): void {
  if (!findField(call, index)) return call.reply.nullValue();
  const hash = hashOf(call);
  hash.readValue();
  call.reply.bulk(hash.value.bytes, hash.value.start, hash.value.end);
}
