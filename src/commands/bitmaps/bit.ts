/** Hot. Single bits: SETBIT and GETBIT. */
import { SETBIT } from '../../keyspace/events.ts';
import { encodingOf, TYPE_STRING, typeOf } from '../../keyspace/record.ts';
import { changingBytes } from '../../keyspace/string-block.ts';
import { addString, resizeString, stringLength } from '../../keyspace/string-value.ts';
import { bitAt, setBitAt } from '../../memory/bits.ts';
import { parseInteger } from '../../memory/integers.ts';
import { ENCODING_RAW } from '../../values/encoding.ts';
import type { Call } from '../call.ts';
import { WRONG_TYPE } from '../errors.ts';
import { FOUND, REFUSED, viewString } from '../strings/get.ts';
import { bitOffsetArgument } from './bit-arguments.ts';

/** Whether `writableBits` has just made the string longer, or made the string. */
export let hasGrown = false;

/** GETBIT key offset */
export function getbit(call: Call): void {
  const offset = bitOffsetArgument(call, 2);
  if (offset < 0) return;
  const outcome = viewString(call, 1);
  if (outcome === REFUSED) return;
  const { view } = call;
  const isInside = outcome === FOUND && Math.floor(offset / 8) < view.end - view.start;
  call.reply.integer(isInside ? bitAt(view.bytes, view.start, offset) : 0);
}

/** SETBIT key offset value */
export function setbit(call: Call): void {
  const { arguments: words, reply, view } = call;
  const offset = bitOffsetArgument(call, 2);
  if (offset < 0) return;
  const bit = parseInteger(words.bytes, words.start(3), words.end(3));
  if (bit !== 0 && bit !== 1) return reply.error('ERR bit is not an integer or out of range');
  if (!writableBits(call, offset, offset + 1)) return;
  const old = bitAt(view.bytes, view.start, offset);
  setBitAt(view.bytes, view.start, offset, bit);
  if (hasGrown || old !== bit)
    call.keyspace.changed(call.database, SETBIT, words.bytes, words.start(1), words.end(1));
  reply.integer(old);
}

/**
 * Points the view at the string of word 1, made at least `end` bits long, with bits [start, end) writable. Returns false after
 * having replied that it is no string.
 */
export function writableBits(call: Call, start: number, end: number): boolean {
  const { arguments: words, database, view } = call;
  const { arena } = call.keyspace;
  const length = Math.ceil(end / 8);
  const record = database.write(words.bytes, words.start(1), words.end(1));
  if (record === 0) {
    hasGrown = true;
    view.read(arena, addString(database, words.bytes, words.start(1), words.end(1), length));
    return true;
  }
  if (typeOf(arena, record) !== TYPE_STRING) {
    call.reply.error(WRONG_TYPE);
    return false;
  }
  const old = stringLength(arena, record);
  hasGrown = length > old;
  const isWritable = !hasGrown && encodingOf(arena, record) === ENCODING_RAW;
  const writable = isWritable ? record : resizeString(database, record, Math.max(old, length));
  changingBytes(arena, writable, Math.floor(start / 8), length);
  view.read(arena, writable);
  return true;
}
