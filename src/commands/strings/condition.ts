/** Hot. The conditions of SET, MSETEX and DELEX: existence, value, digest. */
import { TYPE_STRING, typeOf } from '../../keyspace/record.ts';
import type { Call } from '../call.ts';
import { WRONG_TYPE } from '../errors.ts';
import { DIGEST_LENGTH, digestOfView } from './digest.ts';
import { IFDEQ, IFDNE, IFEQ, NONE, NX, XX } from './options.ts';

/**
 * Whether the condition, with its operand at word `operand`, holds for the record just looked up (0 if the key is missing):
 * 1 or 0, -1 after having replied with an error. A missing key is unequal to any value and digest.
 */
export function conditionHolds(call: Call, record: number, condition: number, operand: number): number {
  if (condition === NONE) return 1;
  if (condition === NX) return record === 0 ? 1 : 0;
  if (condition === XX) return record === 0 ? 0 : 1;
  if (record === 0) return condition === IFEQ || condition === IFDEQ ? 0 : 1;
  if (typeOf(call.keyspace.arena, record) !== TYPE_STRING) {
    call.reply.error(WRONG_TYPE);
    return -1;
  }
  return stringConditionHolds(call, record, condition, operand);
}

/** `conditionHolds` for a string and a condition with an operand. */
export function stringConditionHolds(call: Call, record: number, condition: number, operand: number): number {
  const { arguments: words, view } = call;
  const byDigest = condition === IFDEQ || condition === IFDNE;
  if (byDigest && words.length(operand) !== DIGEST_LENGTH) {
    call.reply.error('ERR must be exactly 16 hexadecimal characters');
    return -1;
  }
  view.read(call.keyspace.arena, record);
  const equal = byDigest ? words.is(operand, digestOfView(view)) : viewEquals(call, operand);
  const wantsEqual = condition === IFEQ || condition === IFDEQ;
  return equal === wantsEqual ? 1 : 0;
}

/** Whether the viewed string is word `index`. */
export function viewEquals(call: Call, index: number): boolean {
  const { arguments: words, view } = call;
  const length = words.length(index);
  if (length !== view.end - view.start) return false;
  const start = words.start(index);
  for (let i = 0; i < length; i++) if (words.bytes[start + i] !== view.bytes[view.start + i]) return false;
  return true;
}
