/** Hot. The conditions of SET and DELEX: existence, value, digest. */
import { TYPE_STRING, typeOf } from '../../keyspace/record.ts';
import { xxh3, xxh3High, xxh3Low } from '../../memory/xxh3.ts';
import type { Call } from '../call.ts';
import { WRONG_TYPE } from '../errors.ts';

export const CONDITION_NONE = 0;
export const CONDITION_NX = 1;
export const CONDITION_XX = 2;
export const CONDITION_IFEQ = 3;
export const CONDITION_IFNE = 4;
export const CONDITION_IFDEQ = 5;
export const CONDITION_IFDNE = 6;

/** Which condition word `index` is; CONDITION_NONE if it is none. */
export function conditionOption(call: Call, index: number): number {
  const words = call.arguments;
  if (words.is(index, 'nx')) return CONDITION_NX;
  if (words.is(index, 'xx')) return CONDITION_XX;
  if (words.is(index, 'ifeq')) return CONDITION_IFEQ;
  if (words.is(index, 'ifne')) return CONDITION_IFNE;
  if (words.is(index, 'ifdeq')) return CONDITION_IFDEQ;
  if (words.is(index, 'ifdne')) return CONDITION_IFDNE;
  return CONDITION_NONE;
}

/**
 * Whether the condition, with its operand at word `operand`, holds for the record (0 if the key is missing): 1 or 0,
 * -1 after having replied with an error. A missing key is unequal to any value and digest.
 */
export function conditionHolds(call: Call, record: number, condition: number, operand: number): number {
  if (condition === CONDITION_NONE) return 1;
  if (condition === CONDITION_NX) return record === 0 ? 1 : 0;
  if (condition === CONDITION_XX) return record === 0 ? 0 : 1;
  const wantsEqual = condition === CONDITION_IFEQ || condition === CONDITION_IFDEQ;
  if (
    (condition === CONDITION_IFDEQ || condition === CONDITION_IFDNE) &&
    call.arguments.length(operand) !== 16
  ) {
    call.reply.error('ERR The digest must be exactly 16 hexadecimal characters');
    return -1;
  }
  if (record === 0) return wantsEqual ? 0 : 1;
  if (typeOf(call.keyspace.arena, record) !== TYPE_STRING) {
    call.reply.error(WRONG_TYPE);
    return -1;
  }
  call.view.read(call.keyspace.arena, record);
  const byDigest = condition === CONDITION_IFDEQ || condition === CONDITION_IFDNE;
  const equal = byDigest ? digestEquals(call, operand) : valueEquals(call, operand);
  return equal === wantsEqual ? 1 : 0;
}

/** The digest of the viewed string, as 16 hexadecimal digits. */
export function digestOfView(call: Call): string {
  const { view } = call;
  xxh3(view.bytes, view.start, view.end);
  return hexWord(xxh3High) + hexWord(xxh3Low);
}

function hexWord(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}

function digestEquals(call: Call, operand: number): boolean {
  return call.arguments.is(operand, digestOfView(call));
}

function valueEquals(call: Call, operand: number): boolean {
  const { arguments: words, view } = call;
  const start = words.start(operand);
  const length = words.length(operand);
  if (length !== view.end - view.start) return false;
  for (let i = 0; i < length; i++) if (words.bytes[start + i] !== view.bytes[view.start + i]) return false;
  return true;
}
