/** Cold. Counts of elements, as the commands for random ones take them. */
import { int64High, int64Low, parseInteger, WIDE_INTEGER } from '../memory/integers.ts';
import type { Call } from './call.ts';
import { NOT_AN_INTEGER } from './errors.ts';

const OUT_OF_RANGE =
  'ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807';

/** The integer that word `index` is; those beyond the safe range come as infinities, what is none as NaN. */
export function readLong(call: Call, index: number): number {
  const { arguments: words } = call;
  const value = parseInteger(words.bytes, words.start(index), words.end(index));
  return value === WIDE_INTEGER && int64High < 0 ? Number.NEGATIVE_INFINITY : value;
}

/** `readLong`, but NaN after having replied with an error. */
export function longArgument(call: Call, index: number): number {
  const { reply } = call;
  const value = readLong(call, index);
  if (Number.isNaN(value)) {
    reply.error(NOT_AN_INTEGER);
  } else if (value === Number.NEGATIVE_INFINITY && int64High === -0x80000000 && int64Low === 0) {
    reply.error(OUT_OF_RANGE);
    return Number.NaN;
  }
  return value;
}
