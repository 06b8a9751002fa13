import { ReplyError } from './reply-error.ts';

const integerMin = -(2n ** 63n);
const integerMax = 2n ** 63n - 1n;

/** A signed 64-bit integer in its one canonical spelling: no plus sign, no leading zeros, no -0. */
export function parseInteger(text: string): bigint {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) throw new ReplyError('Bad integer value');
  const value = BigInt(text);
  if (value < integerMin || value > integerMax) throw new ReplyError('Bad integer value');
  return value;
}

/** The length of a bulk string or an aggregate; negative ones are for the caller to judge. */
export function parseLength(text: string, of: 'bulk string' | 'multi-bulk'): number {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) throw new ReplyError(`Bad ${of} length`);
  return Number(text);
}

export function parseBoolean(text: string): boolean {
  if (!/^[tf]$/i.test(text)) throw new ReplyError('Bad bool value');
  return text.toLowerCase() === 't';
}

/** A double as RESP3 spells it. Redis's `inf`, `-inf` and `nan` are the only ones that are not finite. */
export function parseDouble(text: string): number {
  const special = specialDoubles[text.toLowerCase()];
  if (special !== undefined) return special;
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw new ReplyError('Bad double value');
  const value = Number(text);
  if (!Number.isFinite(value)) throw new ReplyError('Bad double value');
  return value;
}

const specialDoubles: Record<string, number | undefined> = {
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  nan: Number.NaN,
  '-nan': Number.NaN,
};
