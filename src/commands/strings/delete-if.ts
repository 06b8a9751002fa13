/** Warm. Commands that delete a string if it is what the client takes it for. */
import { TYPE_STRING, typeOf } from '../../keyspace/record.ts';
import type { Call } from '../call.ts';
import { WRONG_TYPE, wrongArity } from '../errors.ts';
import { stringConditionHolds, viewEquals } from './condition.ts';
import { IFDNE, IFEQ, optionAt } from './options.ts';
import { deleteFound } from './take.ts';

/** DELEX key [IFEQ value|IFNE value|IFDEQ digest|IFDNE digest]: without a condition any type goes. */
export function delex(call: Call): void {
  const { arguments: words, reply } = call;
  if (words.count !== 2 && words.count !== 4) return reply.error(wrongArity('delex'));
  const record = call.database.write(words.bytes, words.start(1), words.end(1));
  if (record === 0) return reply.flag(false);
  if (words.count === 4) {
    if (typeOf(call.keyspace.arena, record) !== TYPE_STRING)
      return reply.error('ERR Key should be of string type if conditions are specified');
    const condition = optionAt(words, 2);
    if (condition < IFEQ || condition > IFDNE)
      return reply.error('ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE');
    const verdict = stringConditionHolds(call, record, condition, 3);
    if (verdict < 0) return;
    if (verdict === 0) return reply.flag(false);
  }
  deleteFound(call, record, false);
  reply.flag(true);
}

/** DELIFEQ key value */
export function delifeq(call: Call): void {
  const { arguments: words, reply, view } = call;
  const { arena } = call.keyspace;
  const record = call.database.write(words.bytes, words.start(1), words.end(1));
  if (record === 0) return reply.flag(false);
  if (typeOf(arena, record) !== TYPE_STRING) return reply.error(WRONG_TYPE);
  view.read(arena, record);
  const equal = viewEquals(call, 2);
  if (equal) deleteFound(call, record, false);
  reply.flag(equal);
}
