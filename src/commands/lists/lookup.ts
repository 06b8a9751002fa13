/** Hot. Finding lists for the commands, and keeping what they change. */
import { DEL, type KeyspaceEvent } from '../../keyspace/events.ts';
import { TYPE_LIST, wordIndex, wordsOf } from '../../keyspace/record.ts';
import { addValue, rootOf, setRoot } from '../../keyspace/value.ts';
import type { ListValue } from '../../values/list/list-value.ts';
import type { Call } from '../call.ts';
import { WRONG_TYPE } from '../errors.ts';

export const FOUND = 1;
export const MISSING = 0;
/** There is a key, but no list; this was replied. */
export const REFUSED = -1;

/** Memory that adding elements may take: for each of their bytes, for each word of the request, and once. */
const BYTES_PER_BYTE = 2;
const BYTES_PER_WORD = 64;
const SLACK_BYTES = 4 * 1024 * 1024;

/** The record of the list that was opened last. */
let record = 0;
/** What that record says about where the list is. */
let openedEncoding = 0;
let openedRoot = 0;

/** The flyweight, standing on the list that was opened last. */
export function listOf(call: Call): ListValue {
  return call.keyspace.structures.lists.list;
}

/** Opens the list that word `index` names, to be read. */
export function openToRead(call: Call, index: number): number {
  const { arguments: words, database } = call;
  return open(call, database.read(words.bytes, words.start(index), words.end(index)));
}

/** Opens the list that word `index` names, to be changed. */
export function openToWrite(call: Call, index: number): number {
  const { arguments: words, database } = call;
  return open(call, database.write(words.bytes, words.start(index), words.end(index)));
}

function open(call: Call, found: number): number {
  record = found;
  if (found === 0) return MISSING;
  const { arena } = call.keyspace;
  const words = wordsOf(arena, found);
  const at = wordIndex(found);
  const word0 = words[at];
  if ((word0 & 15) !== TYPE_LIST) {
    call.reply.error(WRONG_TYPE);
    return REFUSED;
  }
  openedEncoding = (word0 >>> 4) & 15;
  openedRoot = rootOf(arena, found);
  listOf(call).open(openedEncoding, openedRoot);
  return FOUND;
}

/** Makes sure that the elements of a request can be added. Throws OutOfMemory. */
export function reserve(call: Call): void {
  const { arguments: words } = call;
  reserveFor(call, words.end(words.count - 1) - words.start(0), words.count);
}

/** Makes sure that `count` elements of `bytes` bytes together can be added. Throws OutOfMemory. */
export function reserveFor(call: Call, bytes: number, count: number): void {
  call.keyspace.arena.reserve(bytes * BYTES_PER_BYTE + count * BYTES_PER_WORD + SLACK_BYTES);
}

/** Creates the list that word `index` names, which was just sought in vain. It must not stay empty. */
export function create(call: Call, index: number): void {
  const { arguments: words, database } = call;
  const list = listOf(call);
  list.create();
  openedRoot = list.root;
  openedEncoding = list.encoding;
  record = addValue(
    database,
    TYPE_LIST,
    list.encoding,
    list.root,
    words.bytes,
    words.start(index),
    words.end(index),
  );
}

/** Notes where the opened list is now; to be done after whatever may have moved it. */
export function keepRoot(call: Call): void {
  const list = listOf(call);
  if (list.root === openedRoot && list.encoding === openedEncoding) return;
  openedRoot = list.root;
  openedEncoding = list.encoding;
  setRoot(call.keyspace.arena, record, list.encoding, list.root);
}

/** Notes where the opened list, of word `index`, is after `changes` changes, and tells of them. */
export function keepChanged(call: Call, index: number, event: KeyspaceEvent, changes: number): void {
  const { arguments: words, keyspace, database } = call;
  keepRoot(call);
  keyspace.changed(database, event, words.bytes, words.start(index), words.end(index));
  keyspace.dirty += changes - 1;
}

/** `keepChanged` when elements were removed: the list may fit a listpack again, and without elements it goes. */
export function keepRemoved(call: Call, index: number, event: KeyspaceEvent, changes: number): void {
  const { arguments: words, keyspace, database } = call;
  const list = listOf(call);
  const isEmpty = list.count === 0;
  if (!isEmpty) list.shrink();
  keepChanged(call, index, event, changes);
  if (!isEmpty) return;
  database.removeFound(record);
  keyspace.announce(database, DEL, words.bytes, words.start(index), words.end(index));
}
