/** Hot. RENAME and RENAMENX. */
import { RENAME_FROM, RENAME_TO } from '../../keyspace/events.ts';
import { moveValue } from '../../keyspace/transfer.ts';
import type { Call } from '../call.ts';
import { NO_SUCH_KEY } from '../errors.ts';

/** RENAME key newkey */
export function rename(call: Call): void {
  if (renameKey(call, true) > 0) call.reply.ok();
}

/** RENAMENX key newkey */
export function renamenx(call: Call): void {
  const renamed = renameKey(call, false);
  if (renamed >= 0) call.reply.flag(renamed === 1);
}

/** Whether the key now has its new name (2: it had that already), 0 if that is taken, -1 after having replied with an error. */
function renameKey(call: Call, replaces: boolean): number {
  const { arguments: words, keyspace, database } = call;
  const { bytes } = words;
  const from = words.start(1);
  const to = words.start(2);
  const record = database.write(bytes, from, words.end(1));
  if (record === 0) {
    call.reply.error(NO_SUCH_KEY);
    return -1;
  }
  if (words.equal(1, 2)) return 2;
  const existing = database.write(bytes, to, words.end(2));
  if (existing !== 0 && !replaces) return 0;
  moveValue(database, record, database, existing, bytes, to, words.end(2));
  keyspace.changed(database, RENAME_FROM, bytes, from, words.end(1));
  keyspace.announce(database, RENAME_TO, bytes, to, words.end(2));
  return 1;
}
