/** Hot. Finding sets for the commands. */
import { DEL, type KeyspaceEvent } from '../../keyspace/events.ts';
import { encodingOf, TYPE_SET, typeOf } from '../../keyspace/record.ts';
import { addValue, rootOf, setRoot } from '../../keyspace/value.ts';
import type { SetValue } from '../../values/set/set-value.ts';
import type { Call } from '../call.ts';
import { FOUND, MISSING, REFUSED } from '../collections.ts';
import { WRONG_TYPE } from '../errors.ts';

/** The record of the set that was opened last. */
let record = 0;

/** The flyweight, standing on the set that was opened last. */
export function setOf(call: Call): SetValue {
  return call.keyspace.structures.sets.set;
}

/** Opens the set that word `index` names, to be read. */
export function openToRead(call: Call, index: number, set: SetValue): number {
  const { arguments: words, database } = call;
  return open(call, database.read(words.bytes, words.start(index), words.end(index)), set);
}

/** Opens the set that word `index` names, to be changed. */
export function openToWrite(call: Call, index: number): number {
  const { arguments: words, database } = call;
  return open(call, database.write(words.bytes, words.start(index), words.end(index)), setOf(call));
}

function open(call: Call, found: number, set: SetValue): number {
  const { arena } = call.keyspace;
  record = found;
  if (found === 0) return MISSING;
  if (typeOf(arena, found) !== TYPE_SET) {
    call.reply.error(WRONG_TYPE);
    return REFUSED;
  }
  set.open(encodingOf(arena, found), rootOf(arena, found));
  return FOUND;
}

/** Creates the set that word `index` names, which was just sought in vain, for the members from word `first` on. */
export function create(call: Call, index: number, first: number): void {
  const { arguments: words, database } = call;
  const set = setOf(call);
  set.createFor(words.bytes, words.start(first), words.end(first), words.count - first);
  record = addValue(
    database,
    TYPE_SET,
    set.encoding,
    set.root,
    words.bytes,
    words.start(index),
    words.end(index),
  );
}

/** Notes where the opened set, of word `index`, is after a change, and tells of it. A set without members goes. */
export function keepChanged(call: Call, index: number, event: KeyspaceEvent): void {
  const { arguments: words, keyspace, database } = call;
  const set = setOf(call);
  setRoot(keyspace.arena, record, set.encoding, set.root);
  keyspace.changed(database, event, words.bytes, words.start(index), words.end(index));
  if (set.count > 0) return;
  database.removeFound(record);
  keyspace.announce(database, DEL, words.bytes, words.start(index), words.end(index));
}
