/** Hot. Commands that delete keys. */
import { DEL } from '../../keyspace/events.ts';
import type { Call } from '../call.ts';
import { readAhead } from '../read-ahead.ts';

/** DEL key [key ...] */
export function del(call: Call): void {
  deleteKeys(call);
}

/** UNLINK key [key ...]: no value there is so far takes long to free, so it does what DEL does. */
export function unlink(call: Call): void {
  deleteKeys(call);
}

function deleteKeys(call: Call): void {
  const { arguments: words, keyspace, database } = call;
  const { bytes } = words;
  let deleted = 0;
  for (let i = 1; i < words.count; i++) {
    readAhead(call, i, 1, 1, words.count);
    const start = words.start(i);
    const end = words.end(i);
    const record = database.lookup(bytes, start, end);
    if (record === 0) continue;
    database.removeFound(record);
    keyspace.changed(database, DEL, bytes, start, end);
    deleted++;
  }
  keyspace.prefetch.forget();
  call.reply.integer(deleted);
}
