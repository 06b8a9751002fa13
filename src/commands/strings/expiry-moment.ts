/** Hot. The moments at which strings expire, as SET, GETEX and their like are told them. */
import type { Database } from '../../keyspace/database.ts';
import { writeExpiryWords } from '../../keyspace/record.ts';
import { KEEP_EXPIRY, NO_EXPIRY } from '../../keyspace/string-value.ts';
import { int64High, int64Low, parseInteger, WIDE_INTEGER } from '../../memory/integers.ts';
import type { Call } from '../call.ts';
import { invalidExpire, NOT_AN_INTEGER } from '../errors.ts';
import { EX, EXAT, KEEPTTL, PX, type StringOptions } from './options.ts';

const SECONDS_MAX = (2n ** 63n - 1n) / 1000n;
const MILLISECONDS_MAX = 2n ** 63n - 1n;

/** A moment beyond 2^53 milliseconds, 285,000 years ahead; `placeMoment` and `momentText` know which. */
export const WIDE_MOMENT = Number.POSITIVE_INFINITY;
let wideMoment = 0n;

/**
 * The expiry that the options ask for, as `setString` takes it: NO_EXPIRY, KEEP_EXPIRY, or a moment (perhaps WIDE_MOMENT);
 * NaN after having replied with an error.
 */
export function expiryOption(call: Call, options: StringOptions, command: string): number {
  if (options.time >= EX) return expiryMoment(call, options.time, options.moment, command);
  return options.time === KEEPTTL ? KEEP_EXPIRY : NO_EXPIRY;
}

/**
 * The moment that word `index` names with an option of EX, PX, EXAT or PXAT, in milliseconds of the epoch; WIDE_MOMENT if
 * no number holds it exactly; NaN after having replied with an error.
 */
export function expiryMoment(call: Call, option: number, index: number, command: string): number {
  const words = call.arguments;
  const amount = parseInteger(words.bytes, words.start(index), words.end(index));
  const scale = option === EX || option === EXAT ? 1000 : 1;
  const base = option === EX || option === PX ? call.keyspace.now : 0;
  const moment = amount * scale + base;
  if (amount > 0 && moment <= Number.MAX_SAFE_INTEGER) return moment;
  if (Number.isNaN(amount)) call.reply.error(NOT_AN_INTEGER);
  else if (readWideMoment(amount, scale, base)) return WIDE_MOMENT;
  else call.reply.error(invalidExpire(command));
  return Number.NaN;
}

/** Returns whether a 64-bit integer of milliseconds can hold the moment, and it is not 0 or negative. */
function readWideMoment(amount: number, scale: number, base: number): boolean {
  const units =
    amount === WIDE_INTEGER ? (BigInt(int64High) << 32n) | BigInt(int64Low >>> 0) : BigInt(amount);
  if (units <= 0n || (scale > 1 && units > SECONDS_MAX)) return false;
  wideMoment = units * BigInt(scale) + BigInt(base);
  return wideMoment <= MILLISECONDS_MAX;
}

/** Completes the expiry of a record that was given WIDE_MOMENT; for other moments there is nothing to do. */
export function placeMoment(database: Database, record: number, moment: number): void {
  if (moment !== WIDE_MOMENT) return;
  writeExpiryWords(database.arena, record, Number(wideMoment >> 32n), Number(BigInt.asIntN(32, wideMoment)));
}

/** A moment in decimal, for propagation. */
export function momentText(moment: number): string {
  return String(moment === WIDE_MOMENT ? wideMoment : moment);
}
