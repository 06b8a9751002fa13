/** Hot. Finding hashes and fields for the commands. */
import { DEL, HDEL, HEXPIRED, type KeyspaceEvent } from '../../keyspace/events.ts';
import { encodingOf, TYPE_HASH, typeOf } from '../../keyspace/record.ts';
import { addValue, rootOf, setRoot } from '../../keyspace/value.ts';
import { ENCODING_HASHTABLE, ENCODING_LISTPACK } from '../../values/encoding.ts';
import type { HashValue } from '../../values/hash/hash-value.ts';
import type { Call } from '../call.ts';
import { FOUND, MISSING, REFUSED, reserve } from '../collections.ts';
import { WRONG_TYPE } from '../errors.ts';

/** The record of the hash that was opened last; 0 when the last of its fields has expired and it is gone. */
let record = 0;

/** The flyweight, standing on the hash that was opened last. */
export function hashOf(call: Call): HashValue {
  return call.keyspace.structures.hashes.hash;
}

/** Opens the hash that word 1 names, to be read. */
export function openToRead(call: Call): number {
  const { arguments: words, database } = call;
  return open(call, database.read(words.bytes, words.start(1), words.end(1)));
}

/** Opens the hash that word 1 names, to be changed. */
export function openToWrite(call: Call): number {
  const { arguments: words, database } = call;
  return open(call, database.write(words.bytes, words.start(1), words.end(1)));
}

function open(call: Call, found: number): number {
  const { arena } = call.keyspace;
  record = found;
  if (found === 0) return MISSING;
  if (typeOf(arena, found) !== TYPE_HASH) {
    call.reply.error(WRONG_TYPE);
    return REFUSED;
  }
  hashOf(call).open(encodingOf(arena, found), rootOf(arena, found));
  return FOUND;
}

/**
 * Opens the hash that word 1 names, or creates one without fields; returns false after having replied that it is none. Sees to
 * it that there is memory for the request. May throw OutOfMemory; then nothing has changed.
 */
export function openOrCreate(call: Call): boolean {
  const { arguments: words, database } = call;
  reserve(call);
  const outcome = openToWrite(call);
  if (outcome === REFUSED) return false;
  if (outcome === FOUND) return true;
  const hash = hashOf(call);
  hash.create();
  record = addValue(database, TYPE_HASH, hash.encoding, hash.root, words.bytes, words.start(1), words.end(1));
  return true;
}

/** Looks for the field at word `index` of the opened hash; one that has expired is reclaimed on the way, or hidden. */
export function findField(call: Call, index: number): boolean {
  const { arguments: words } = call;
  const hash = hashOf(call);
  if (record === 0 || !hash.find(words.bytes, words.start(index), words.end(index))) return false;
  if (hash.encoding === ENCODING_LISTPACK || !hash.isExpired(call.keyspace.now)) return true;
  return keepExpired(call, hash, index);
}

/**
 * Whether the field at word `index` that has expired, and was just found, counts none the less. Reclaims it, unless that is
 * left to others.
 */
function keepExpired(call: Call, hash: HashValue, index: number): boolean {
  const { keyspace, database, arguments: words } = call;
  if (!keyspace.deletesExpired) return !keyspace.hidesExpired;
  database.preserve(record);
  hash.removeFound();
  settleExpired(call, 1, keyspace.removals === null ? [] : [words.copy(index)]);
  return false;
}

/** Removes all fields of the opened hash that have expired, unless that is left to others. */
export function reclaimExpired(call: Call): void {
  const { keyspace, database } = call;
  const { hashes } = keyspace.structures;
  const hash = hashOf(call);
  if (!keyspace.deletesExpired || hash.earliest < 0 || hash.earliest >= keyspace.now) return;
  database.preserve(record);
  const names: Uint8Array[] = [];
  const add = (bytes: Uint8Array, start: number, end: number): void => {
    names.push(bytes.slice(start, end));
  };
  let removed = 0;
  do {
    const visitor = keyspace.removals === null ? null : add;
    removed += hashes.removeExpired(hash.encoding, hash.root, keyspace.now, visitor);
  } while (hashes.mayHaveMore);
  if (removed > 0) settleExpired(call, removed, names);
}

/** Tells that fields of the opened hash were reclaimed; one without fields goes. Names: for who takes writes. */
function settleExpired(call: Call, removed: number, names: readonly Uint8Array[]): void {
  const { keyspace, database, arguments: words } = call;
  const { bytes } = words;
  keep(call);
  keyspace.expiredElements += removed;
  if (keyspace.removals !== null) keyspace.removals.elementsExpired(database, words.copy(1), names);
  keyspace.announce(database, HEXPIRED, bytes, words.start(1), words.end(1));
  if (hashOf(call).count > 0) return;
  database.removeFound(record);
  record = 0;
  keyspace.announce(database, DEL, bytes, words.start(1), words.end(1));
}

/** Whether the field at `place` has expired and is hidden. */
export function isHidden(call: Call, hash: HashValue): boolean {
  return call.keyspace.hidesExpired && hash.isExpired(call.keyspace.now);
}

/** The fields that have not expired. */
export function countVisible(call: Call): number {
  const { keyspace } = call;
  const hash = hashOf(call);
  const { earliest } = hash;
  if (earliest < 0 || earliest >= keyspace.now || !keyspace.hidesExpired) return hash.count;
  let count = 0;
  hash.begin();
  while (hash.next()) if (!hash.isExpired(keyspace.now)) count++;
  return count;
}

/** Notes in the record where the opened hash is after a change, and whether its fields may expire. */
export function keep(call: Call): void {
  const hash = hashOf(call);
  setRoot(call.keyspace.arena, record, hash.encoding, hash.root);
  if (hash.encoding !== ENCODING_LISTPACK) noteExpiries(call, hash);
}

function noteExpiries(call: Call, hash: HashValue): void {
  const { database } = call;
  if (hash.encoding === ENCODING_HASHTABLE && hash.big.expiring.count === 0)
    database.forgetExpiringElements(record);
  else if (hash.expires) database.noteExpiringElements(record);
  else database.forgetExpiringElements(record);
}

/** `keep` after a change that `event` tells of. */
export function keepChanged(call: Call, event: KeyspaceEvent): void {
  const { arguments: words } = call;
  keep(call);
  call.keyspace.changed(call.database, event, words.bytes, words.start(1), words.end(1));
}

/** As `keepChanged` after fields were removed: a hash without fields goes. */
export function keepRemoved(call: Call): void {
  const { arguments: words, keyspace, database } = call;
  keepChanged(call, HDEL);
  if (hashOf(call).count > 0) return;
  deleteHash(call);
  keyspace.announce(database, DEL, words.bytes, words.start(1), words.end(1));
}

/** Deletes the opened hash, telling nobody. */
export function deleteHash(call: Call): void {
  const { database } = call;
  // One that was created for the command has never been looked up.
  database.findRecord(record, database.hash);
  database.removeFound(record);
  record = 0;
}

/** Whether the opened hash is still there. */
export function isOpen(): boolean {
  return record !== 0;
}
