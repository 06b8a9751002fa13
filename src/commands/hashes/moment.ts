/** Warm. When fields are to expire. */
import type { Call } from '../call.ts';
import { invalidExpire, NOT_AN_INTEGER } from '../errors.ts';
import { readLong } from '../long-argument.ts';

/** As Redis: moments have 46 bits. */
const MOMENT_MAX = 2 ** 46 - 1;

/**
 * The moment in milliseconds of the epoch that word `index` names, in units of `unit` milliseconds from `base` on; NaN after
 * having replied with an error.
 */
export function fieldMoment(call: Call, index: number, unit: number, base: number, command: string): number {
  const { reply } = call;
  const amount = readLong(call, index);
  if (Number.isNaN(amount)) reply.error(NOT_AN_INTEGER);
  else if (amount < 0) reply.error('ERR invalid expire time, must be >= 0');
  else if (amount * unit + base > MOMENT_MAX) reply.error(invalidExpire(command));
  else return amount * unit + base;
  return Number.NaN;
}
