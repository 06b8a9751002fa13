/** Cold. Counts of elements, as the commands for random ones take them. */
import { int64High, int64Low, parseInteger, WIDE_INTEGER } from '../memory/integers.ts';
import type { Call } from './call.ts';
import { NOT_AN_INTEGER } from './errors.ts';

const OUT_OF_RANGE =
  'ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807';

/**
 * The integer that word `index` is; those beyond the safe range come as infinities. NaN after having replied with an error.
 */
export function longArgument(call: Call, index: number): number {
  const { arguments: words, reply } = call;
  const value = parseInteger(words.bytes, words.start(index), words.end(index));
  if (Number.isNaN(value)) {
    reply.error(NOT_AN_INTEGER);
    return Number.NaN;
  }
  if (value !== WIDE_INTEGER) return value;
  if (int64High === -0x80000000 && int64Low === 0) {
    reply.error(OUT_OF_RANGE);
    return Number.NaN;
  }
  return int64High < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
