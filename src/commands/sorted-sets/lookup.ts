/** Hot. Finding sorted sets for the commands, and keeping what they change. */
import { DEL, type KeyspaceEvent } from '../../keyspace/events.ts';
import { encodingOf, TYPE_SORTED_SET, typeOf } from '../../keyspace/record.ts';
import { addValue, rootOf, setRoot } from '../../keyspace/value.ts';
import type { SortedSetValue } from '../../values/sorted-set/sorted-set-value.ts';
import type { Call } from '../call.ts';
import { FOUND, MISSING, REFUSED } from '../collections.ts';
import { WRONG_TYPE } from '../errors.ts';

/** The record of the sorted set that was opened last. */
let record = 0;

/** The flyweight, standing on the sorted set that was opened last. */
export function sortedSetOf(call: Call): SortedSetValue {
  return call.keyspace.structures.sortedSets.sortedSet;
}

/** Opens the sorted set that word `index` names, to be read. */
export function openToRead(call: Call, index: number): number {
  const { arguments: words, database } = call;
  return open(call, database.read(words.bytes, words.start(index), words.end(index)));
}

/** Opens the sorted set that word `index` names, to be changed. */
export function openToWrite(call: Call, index: number): number {
  const { arguments: words, database } = call;
  return open(call, database.write(words.bytes, words.start(index), words.end(index)));
}

function open(call: Call, found: number): number {
  const { arena } = call.keyspace;
  record = found;
  if (found === 0) return MISSING;
  if (typeOf(arena, found) !== TYPE_SORTED_SET) {
    call.reply.error(WRONG_TYPE);
    return REFUSED;
  }
  sortedSetOf(call).open(encodingOf(arena, found), rootOf(arena, found));
  return FOUND;
}

/** Creates the sorted set that word `index` names, which was just sought in vain. */
export function create(call: Call, index: number, members: number, longestBytes: number): void {
  const { arguments: words, database } = call;
  const set = sortedSetOf(call);
  set.create(members, longestBytes);
  record = addValue(
    database,
    TYPE_SORTED_SET,
    set.encoding,
    set.root,
    words.bytes,
    words.start(index),
    words.end(index),
  );
}

/** Notes where the opened sorted set is now; to be done after whatever may have moved it. */
export function keepRoot(call: Call): void {
  const set = sortedSetOf(call);
  setRoot(call.keyspace.arena, record, set.encoding, set.root);
}

/**
 * Notes where the opened sorted set, of word `index`, is after `changes` changes, and tells of them. A sorted set without
 * members goes; returns whether it has gone.
 */
export function keepChanged(call: Call, index: number, event: KeyspaceEvent, changes: number): boolean {
  const { arguments: words, keyspace, database } = call;
  keepRoot(call);
  keyspace.changed(database, event, words.bytes, words.start(index), words.end(index));
  keyspace.dirty += changes - 1;
  if (sortedSetOf(call).count > 0) return false;
  database.removeFound(record);
  keyspace.announce(database, DEL, words.bytes, words.start(index), words.end(index));
  return true;
}
