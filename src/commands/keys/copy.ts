/** Hot. COPY and MOVE: values that come into another database, or under another key. */
import type { Database } from '../../keyspace/database.ts';
import { COPY_TO, MOVE_FROM, MOVE_TO } from '../../keyspace/events.ts';
import { confine } from '../../keyspace/footprint.ts';
import { copyValue, moveValue } from '../../keyspace/transfer.ts';
import type { Call } from '../call.ts';
import { DATABASE_OUT_OF_RANGE, SAME_OBJECT, SYNTAX } from '../errors.ts';
import { intArgument } from './int-argument.ts';

/** COPY source destination [DB destination-db] [REPLACE] */
export function copy(call: Call): void {
  const { arguments: words, reply, keyspace, database } = call;
  let target = database;
  let replaces = false;
  for (let i = 3; i < words.count; i++) {
    if (words.is(i, 'replace')) {
      replaces = true;
    } else if (words.is(i, 'db') && i + 1 < words.count) {
      const named = databaseArgument(call, ++i);
      if (named === undefined) return;
      target = named;
    } else {
      return reply.error(SYNTAX);
    }
  }
  if (target === database && words.equal(1, 2)) return reply.error(SAME_OBJECT);
  const record = database.read(words.bytes, words.start(1), words.end(1));
  if (record === 0) return reply.flag(false);
  const start = words.start(2);
  const end = words.end(2);
  const existing = target.write(words.bytes, start, end);
  if (existing !== 0 && !replaces) return reply.flag(false);
  confine(target, existing);
  copyValue(record, target, existing, words.bytes, start, end);
  keyspace.changed(target, COPY_TO, words.bytes, start, end);
  reply.flag(true);
}

/** MOVE key db */
export function move(call: Call): void {
  const { arguments: words, reply, keyspace, database } = call;
  const target = databaseArgument(call, 2);
  if (target === undefined) return;
  if (target === database) return reply.error(SAME_OBJECT);
  const start = words.start(1);
  const end = words.end(1);
  const record = database.write(words.bytes, start, end);
  if (record === 0 || target.write(words.bytes, start, end) !== 0) return reply.flag(false);
  moveValue(database, record, target, 0, words.bytes, start, end);
  keyspace.changed(database, MOVE_FROM, words.bytes, start, end);
  keyspace.announce(target, MOVE_TO, words.bytes, start, end);
  reply.flag(true);
}

/** The database that word `index` names; undefined after having replied with an error. */
function databaseArgument(call: Call, index: number): Database | undefined {
  const number = intArgument(call, index);
  if (Number.isNaN(number)) return undefined;
  const database = call.keyspace.databases[number];
  if (database === undefined) call.reply.error(DATABASE_OUT_OF_RANGE);
  return database;
}
