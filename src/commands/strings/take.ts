/** Warm. Commands that read a string and let it expire or go. */
import { DEL, EXPIRE, PERSIST as PERSISTED } from '../../keyspace/events.ts';
import { flagsOf, HAS_EXPIRY, TYPE_STRING, typeOf } from '../../keyspace/record.ts';
import { NO_EXPIRY } from '../../keyspace/string-value.ts';
import type { Call } from '../call.ts';
import { SYNTAX, WRONG_TYPE } from '../errors.ts';
import { expiryOption, momentText, placeMoment } from './expiry-moment.ts';
import { GETEX_OPTIONS, NONE, PERSIST, StringOptions } from './options.ts';

const options = new StringOptions();

/** GETDEL key */
export function getdel(call: Call): void {
  const record = readRecord(call);
  if (record === 0) return;
  replyString(call, record);
  deleteFound(call, record, false);
}

/** GETEX key [EX seconds|PX milliseconds|EXAT seconds|PXAT milliseconds|PERSIST] */
export function getex(call: Call): void {
  const { keyspace, database } = call;
  if (!options.read(call.arguments, 2, GETEX_OPTIONS)) return call.reply.error(SYNTAX);
  const record = readRecord(call);
  if (record === 0) return;
  if (options.time === NONE) return replyString(call, record);
  if (options.time === PERSIST) return persist(call, record);
  const moment = expiryOption(call, options, 'getex');
  if (Number.isNaN(moment)) return;
  if (keyspace.deletesExpired && moment <= keyspace.now) {
    replyString(call, record);
    return deleteFound(call, record, keyspace.lazyFree.unlinksExpired);
  }
  // The record moves before its string is told: an error cannot follow a part of a reply.
  const moved = database.setExpiryFound(record, moment);
  placeMoment(database, moved, moment);
  replyString(call, moved);
  const { arguments: words } = call;
  keyspace.changed(database, EXPIRE, words.bytes, words.start(1), words.end(1));
  if (call.propagates) call.propagate('PEXPIREAT', words.copy(1), momentText(moment));
}

function persist(call: Call, record: number): void {
  const { arguments: words, keyspace, database } = call;
  if ((flagsOf(keyspace.arena, record) & HAS_EXPIRY) === 0) return replyString(call, record);
  replyString(call, database.setExpiryFound(record, NO_EXPIRY));
  keyspace.changed(database, PERSISTED, words.bytes, words.start(1), words.end(1));
  if (call.propagates) call.propagate('PERSIST', words.copy(1));
}

/** The string that word 1 names; 0 after having replied that there is none. */
function readRecord(call: Call): number {
  const { arguments: words, reply } = call;
  const record = call.database.read(words.bytes, words.start(1), words.end(1));
  if (record === 0) {
    reply.nullValue();
    return 0;
  }
  if (typeOf(call.keyspace.arena, record) === TYPE_STRING) return record;
  reply.error(WRONG_TYPE);
  return 0;
}

function replyString(call: Call, record: number): void {
  const { view } = call;
  view.read(call.keyspace.arena, record);
  call.reply.bulk(view.bytes, view.start, view.end);
}

/** Deletes the key just looked up, word 1; `unlinks`: others may free it in the background. */
export function deleteFound(call: Call, record: number, unlinks: boolean): void {
  const { arguments: words, keyspace, database } = call;
  database.removeFound(record);
  keyspace.changed(database, DEL, words.bytes, words.start(1), words.end(1));
  call.propagateDeletion(1, unlinks);
}
