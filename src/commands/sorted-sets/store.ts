/** Warm. Storing results under a key, in place of what is there. */
import { DEL, type KeyspaceEvent, ZRANGESTORE } from '../../keyspace/events.ts';
import { confineForKey } from '../../keyspace/footprint.ts';
import { TYPE_SORTED_SET } from '../../keyspace/record.ts';
import { NO_EXPIRY } from '../../keyspace/string-value.ts';
import { putValue } from '../../keyspace/value.ts';
import type { SortedSetValue } from '../../values/sorted-set/sorted-set-value.ts';
import type { Call } from '../call.ts';
import { sortedSetOf } from './lookup.ts';
import { readStored } from './range.ts';

/**
 * The flyweight that results for the key in word `index` are made with: one behind the sources that a command may have. What
 * is made now may take no more memory than the command may.
 */
export function resultOf(call: Call, index: number): SortedSetValue {
  const { arguments: words, database } = call;
  confineForKey(database, words.bytes, words.start(index), words.end(index));
  return call.keyspace.structures.sortedSets.another(0);
}

/**
 * Replaces what the key in word 1 holds by a sorted set that belongs to no key yet; without members, the key goes. Replies with
 * the number of members. May throw OutOfMemory; then nothing has changed and the sorted set is freed.
 */
export function store(call: Call, made: SortedSetValue, event: KeyspaceEvent): void {
  storeAt(call, 1, made, event);
}

/** `store` for the key in word `index`. */
export function storeAt(call: Call, index: number, made: SortedSetValue, event: KeyspaceEvent): void {
  const { arguments: words, database, keyspace, reply } = call;
  const { bytes } = words;
  const start = words.start(index);
  const end = words.end(index);
  const { count } = made;
  const existing = database.write(bytes, start, end);
  if (count === 0) {
    made.free();
    if (existing !== 0) {
      database.removeFound(existing);
      keyspace.changed(database, DEL, bytes, start, end);
    }
    reply.integer(0);
    return;
  }
  try {
    putValue(database, existing, TYPE_SORTED_SET, made.encoding, made.root, bytes, start, end, NO_EXPIRY);
  } catch (error) {
    made.free();
    throw error;
  }
  keyspace.changed(database, event, bytes, start, end);
  reply.integer(count);
}

/** ZRANGESTORE destination source start stop [BYSCORE | BYLEX] [REV] [LIMIT offset count] */
export function zrangestore(call: Call): void {
  const span = readStored(call);
  if (span === null) return;
  const made = resultOf(call, 1);
  const source = sortedSetOf(call);
  const { member } = source;
  const count = span.end - span.start;
  let longest = 0;
  made.createBig();
  try {
    if (count > 0) source.seek(span.start);
    for (let left = count; left > 0; left--) {
      made.find(member.bytes, member.start, member.end);
      made.add(source.score, member.bytes, member.start, member.end);
      longest = Math.max(longest, member.end - member.start);
      source.next();
    }
    made.compact(longest);
  } catch (error) {
    made.free();
    throw error;
  }
  store(call, made, ZRANGESTORE);
}
