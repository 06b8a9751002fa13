/** Cold. Arguments that must fit a C int. */
import { parseInteger } from '../../memory/integers.ts';
import type { Call } from '../call.ts';
import { NOT_AN_INT, NOT_AN_INTEGER } from '../errors.ts';

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;

/** The integer that word `index` is; NaN after having replied with an error. */
export function intArgument(call: Call, index: number): number {
  const words = call.arguments;
  const value = parseInteger(words.bytes, words.start(index), words.end(index));
  if (value >= INT_MIN && value <= INT_MAX) return value;
  call.reply.error(Number.isNaN(value) ? NOT_AN_INTEGER : NOT_AN_INT);
  return Number.NaN;
}
