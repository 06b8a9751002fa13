/** Warm. Counting with fractions, in the precision of x86's long double as Redis does. */
import { INCRBYFLOAT } from '../../keyspace/events.ts';
import { TYPE_STRING, typeOf } from '../../keyspace/record.ts';
import { KEEP_EXPIRY, setBytes } from '../../keyspace/string-value.ts';
import {
  addExtended,
  type Extended,
  formatExtended,
  isFiniteExtended,
  parseExtended,
} from '../../memory/extended.ts';
import type { Call } from '../call.ts';
import { NOT_A_FLOAT, WRONG_TYPE } from '../errors.ts';

const ZERO: Extended = { mantissa: 0n, exponent: 0 };

const encoder = new TextEncoder();

/** INCRBYFLOAT key increment */
export function incrbyfloat(call: Call): void {
  const { arguments: words, database, keyspace, reply } = call;
  const record = database.write(words.bytes, words.start(1), words.end(1));
  if (record !== 0 && typeOf(keyspace.arena, record) !== TYPE_STRING) return reply.error(WRONG_TYPE);
  const old = record === 0 ? ZERO : extendedOf(call, record);
  const amount = parseExtended(words.bytes, words.start(2), words.end(2));
  if (old === null || amount === null) return reply.error(NOT_A_FLOAT);
  const sum = addExtended(old, amount);
  if (sum === null || !isFiniteExtended(sum))
    return reply.error('ERR increment would produce NaN or Infinity');
  const text = encoder.encode(formatExtended(sum));
  storeText(call, record, text, KEEP_EXPIRY);
  keyspace.changed(database, INCRBYFLOAT, words.bytes, words.start(1), words.end(1));
  reply.bulk(text, 0, text.length);
  // Others need not compute alike.
  if (call.propagates) call.propagate('SET', words.copy(1), text, 'KEEPTTL');
}

/** The number that a string record holds, null if it holds none. */
export function extendedOf(call: Call, record: number): Extended | null {
  const { view } = call;
  view.read(call.keyspace.arena, record);
  return parseExtended(view.bytes, view.start, view.end);
}

/** Sets the key just looked up, word 1, to a number's text, which stays text even where it is an integer's. */
export function storeText(call: Call, record: number, text: Uint8Array, expiry: number): number {
  const { arguments: words, database } = call;
  return setBytes(database, record, words.bytes, words.start(1), words.end(1), text, 0, text.length, expiry);
}
