/** Hot. The expiry arguments of SET, GETEX and their like. */
import { parseInteger } from '../../memory/integers.ts';
import type { Call } from '../call.ts';
import { invalidExpire, NOT_AN_INTEGER } from '../errors.ts';

/** How an expiry is given: UNIT_SECONDS or not, RELATIVE to now or not. */
export const EXPIRY_NONE = 0;
export const EXPIRY_EX = 1;
export const EXPIRY_PX = 2;
export const EXPIRY_EXAT = 3;
export const EXPIRY_PXAT = 4;

const EXPIRY_MAX = Number.MAX_SAFE_INTEGER;

/** Which of EX, PX, EXAT and PXAT word `index` is; EXPIRY_NONE if it is none of them. */
export function expiryOption(call: Call, index: number): number {
  const words = call.arguments;
  if (words.is(index, 'ex')) return EXPIRY_EX;
  if (words.is(index, 'px')) return EXPIRY_PX;
  if (words.is(index, 'exat')) return EXPIRY_EXAT;
  if (words.is(index, 'pxat')) return EXPIRY_PXAT;
  return EXPIRY_NONE;
}

/**
 * The moment that word `index` names, in milliseconds of the epoch; -1 after having replied with an error.
 * Moments that a 64-bit integer of milliseconds cannot hold are errors.
 */
export function expiryMoment(call: Call, option: number, index: number, command: string): number {
  const words = call.arguments;
  const amount = parseInteger(words.bytes, words.start(index), words.end(index));
  if (Number.isNaN(amount)) {
    call.reply.error(NOT_AN_INTEGER);
    return -1;
  }
  const scale = option === EXPIRY_EX || option === EXPIRY_EXAT ? 1000 : 1;
  const base = option === EXPIRY_EX || option === EXPIRY_PX ? call.keyspace.now : 0;
  const moment = amount * scale + base;
  // Infinity stands for the integers beyond 2^53; the last of them could be held, but lie 285,000 years ahead.
  if (amount <= 0 || moment > EXPIRY_MAX) {
    call.reply.error(invalidExpire(command));
    return -1;
  }
  return moment;
}
