/** Warm. FIELDS numfields field [field ...], as the newer commands for hashes end. */
import type { Call } from '../call.ts';
import { readLong } from '../long-argument.ts';

const MISPLACED = 'ERR Mandatory argument FIELDS is missing or not at the right position';
const NOT_POSITIVE = 'ERR Number of fields must be a positive integer';
const MISMATCH = 'ERR The `numfields` parameter must match the number of arguments';

/**
 * How many fields are listed where word `index` should be FIELDS; -1 after having replied that they are not. `notPositive`
 * is the error for a number that is none.
 */
export function fieldCount(call: Call, index: number, notPositive = NOT_POSITIVE): number {
  const { arguments: words, reply } = call;
  if (index >= words.count || !words.is(index, 'fields')) {
    reply.error(MISPLACED);
    return -1;
  }
  const at = index + 1;
  const count = at < words.count ? readLong(call, at) : 0;
  if (!(count >= 1)) {
    reply.error(notPositive);
    return -1;
  }
  if (count !== words.count - at - 1) {
    reply.error(MISMATCH);
    return -1;
  }
  return count;
}
