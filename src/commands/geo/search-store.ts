/** Warm. What GEOSEARCHSTORE and GEORADIUS with STORE do with what they found. */
import { DEL, GEORADIUSSTORE, GEOSEARCHSTORE } from '../../keyspace/events.ts';
import type { Call } from '../call.ts';
import { resultOf, storeAt } from '../sorted-sets/store.ts';
import type { FoundPlace } from './search.ts';
import type { Search } from './search-options.ts';

/** Deletes the destination, word `index`: its source does not exist. */
export function storeNothing(call: Call, index: number): void {
  const { arguments: words, database, keyspace, reply } = call;
  const existing = database.write(words.bytes, words.start(index), words.end(index));
  if (existing !== 0) {
    database.removeFound(existing);
    keyspace.changed(database, DEL, words.bytes, words.start(index), words.end(index));
  }
  reply.integer(0);
}

/** Stores places with their hashes or distances as scores. May throw OutOfMemory; then nothing has changed. */
export function storePlaces(
  call: Call,
  options: Search,
  found: readonly FoundPlace[],
  metersPerUnit: number,
): void {
  const made = resultOf(call);
  let longest = 0;
  made.createBig();
  try {
    for (const { member, score, meters } of found) {
      if (made.find(member, 0, member.length)) continue;
      made.add(options.storesDistance ? meters / metersPerUnit : score, member, 0, member.length);
      longest = Math.max(longest, member.length);
    }
    made.compact(longest);
  } catch (error) {
    made.free();
    throw error;
  }
  storeAt(call, options.storeWord, made, options.isSearch ? GEOSEARCHSTORE : GEORADIUSSTORE);
}
