/** Hot. Commands that read whole strings. */
import { TYPE_STRING, typeOf } from '../../keyspace/record.ts';
import type { Call } from '../call.ts';
import { WRONG_TYPE } from '../errors.ts';

/** GET key */
export function get(call: Call): void {
  const { arguments: words, reply, view } = call;
  const { arena } = call.keyspace;
  const record = call.database.read(words.bytes, words.start(1), words.end(1));
  if (record === 0) {
    reply.nullValue();
  } else if (typeOf(arena, record) !== TYPE_STRING) {
    reply.error(WRONG_TYPE);
  } else {
    view.read(arena, record);
    reply.bulk(view.bytes, view.start, view.end);
  }
}

/** MGET key [key ...]: null for what is missing or no string. */
export function mget(call: Call): void {
  const { arguments: words, reply, view } = call;
  const { arena } = call.keyspace;
  reply.array(words.count - 1);
  for (let i = 1; i < words.count; i++) {
    const record = call.database.read(words.bytes, words.start(i), words.end(i));
    if (record === 0 || typeOf(arena, record) !== TYPE_STRING) {
      reply.nullValue();
      continue;
    }
    view.read(arena, record);
    reply.bulk(view.bytes, view.start, view.end);
  }
}
