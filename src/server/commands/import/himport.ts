/** Warm. HIMPORT: hashes whose fields are named once for a connection. */
import { deleteHash, hashOf, keepChanged, openOrCreate } from '../../../commands/hashes/lookup.ts';
import { setFields } from '../../../commands/hashes/set.ts';
import { HSET } from '../../../keyspace/events.ts';
import { Arguments } from '../../../protocol/arguments.ts';
import { NO_EXPIRY } from '../../../values/hash/hash-value.ts';
import { FieldSets } from '../../field-sets.ts';
import type { ServerCall } from '../../server-call.ts';

const NO_SUCH_SET = 'ERR no such fieldset';
const HSET_WORD = new TextEncoder().encode('HSET');
/** Words of HIMPORT SET before the values. */
const VALUES = 4;

/** HIMPORT PREPARE fieldset field [field ...] */
export function himportPrepare(call: ServerCall): void {
  const { arguments: words, client, reply } = call;
  const fields = words.copyAll().slice(3);
  const names = new Set(fields.map((_, index) => words.text(3 + index)));
  if (names.size < fields.length) return reply.error('ERR duplicate field name in fieldset');
  client.fieldSets ??= new FieldSets();
  client.fieldSets.set(words.text(2), fields);
  reply.ok();
}

/** HIMPORT SET key fieldset value [value ...]: replaces the hash, with its expiry. */
export function himportSet(call: ServerCall): void {
  const { arguments: words, client, reply } = call;
  const fields = client.fieldSets?.get(words.text(3));
  if (fields === undefined) return reply.error(NO_SUCH_SET);
  if (fields.length !== words.count - VALUES)
    return reply.error('ERR value count does not match the fieldset');
  const pairs = fields.flatMap((field, index) => [field, words.copy(VALUES + index)]);
  const request = [HSET_WORD, words.copy(2), ...pairs];
  call.arguments = new Arguments();
  call.arguments.assign(request);
  try {
    replaceHash(call, request);
  } finally {
    call.arguments = words;
  }
}

/** Sets a hash to the fields of HSET's words in `call.arguments`. */
function replaceHash(call: ServerCall, request: readonly Uint8Array[]): void {
  if (!openOrCreate(call)) return;
  const isReplaced = hashOf(call).count > 0;
  if (isReplaced) {
    deleteHash(call);
    openOrCreate(call);
  }
  setFields(call, 2, NO_EXPIRY);
  keepChanged(call, HSET);
  call.reply.ok();
  if (isReplaced) call.propagateDeletion(1, call.keyspace.lazyFree.unlinksEmptied);
  // Others have not been told of the field set.
  if (call.propagates) call.propagateWords(request);
}

/** HIMPORT DISCARD fieldset */
export function himportDiscard({ arguments: words, client, reply }: ServerCall): void {
  reply.flag(client.fieldSets?.delete(words.text(2)) ?? false);
}

/** HIMPORT DISCARDALL */
export function himportDiscardall({ client, reply }: ServerCall): void {
  reply.integer(client.fieldSets?.count ?? 0);
  client.fieldSets = undefined;
}
