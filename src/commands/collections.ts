/** Hot. What the commands of hashes, sets and sorted sets have in common. */
import type { Call } from './call.ts';

/** What opening a key's value may say. */
export const FOUND = 1;
export const MISSING = 0;
/** There is a key, but its value is of another type; this was replied. */
export const REFUSED = -1;

/** Memory that adding elements may take: for each of their bytes, for each word of the request, and once. */
const BYTES_PER_BYTE = 2;
const BYTES_PER_WORD = 64;
const SLACK_BYTES = 4 * 1024 * 1024;

/** Makes sure that the elements of a request can be added. Throws OutOfMemory. */
export function reserve(call: Call): void {
  const { arguments: words, keyspace } = call;
  const bytes = words.end(words.count - 1) - words.start(0);
  keyspace.arena.reserve(bytes * BYTES_PER_BYTE + words.count * BYTES_PER_WORD + SLACK_BYTES);
}
