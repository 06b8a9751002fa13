/** Warm. What GEOSEARCHSTORE and GEORADIUS with STORE do with what they found. */
import { DEL, GEORADIUSSTORE, GEOSEARCHSTORE } from '../../keyspace/events.ts';
import type { PlaceList } from '../../values/geo/place-list.ts';
import type { SortedSetValue } from '../../values/sorted-set/sorted-set-value.ts';
import type { Call } from '../call.ts';
import { resultOf, storeAt } from '../sorted-sets/store.ts';
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

/** Stores places of a set with their hashes or distances as scores. May throw OutOfMemory; then nothing has changed. */
export function storePlaces(
  call: Call,
  options: Search,
  set: SortedSetValue,
  found: PlaceList,
  metersPerUnit: number,
): void {
  const made = resultOf(call, options.storeWord);
  const { member } = set;
  let longest = 0;
  made.createBig();
  try {
    for (let i = 0; i < found.count; i++) {
      set.readPlace(found.places[i]);
      if (made.find(member.bytes, member.start, member.end)) continue;
      const score = options.storesDistance ? found.meters[i] / metersPerUnit : found.scores[i];
      made.add(score, member.bytes, member.start, member.end);
      longest = Math.max(longest, member.end - member.start);
    }
    made.compact(longest);
  } catch (error) {
    made.free();
    throw error;
  }
  const { count } = made;
  storeAt(call, options.storeWord, made, options.isSearch ? GEOSEARCHSTORE : GEORADIUSSTORE);
  if (count > 0) call.keyspace.countElements(count);
}
