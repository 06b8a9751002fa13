/** Hot. XACK, XDEL, XDELEX, XACKDEL and XSETID. */
import { XDEL, XSETID } from '../../keyspace/events.ts';
import { compareIds, isZeroId, WideId } from '../../memory/wide-id.ts';
import { DELETED_ID, ENTRIES_ADDED, LAST_ID, setBig } from '../../values/stream/layout.ts';
import { ACKNOWLEDGED_ONLY, KEEP_REFERENCES, mayDelete } from '../../values/stream/references.ts';
import type { Call } from '../call.ts';
import { NO_SUCH_KEY, NOT_AN_INTEGER, SYNTAX } from '../errors.ts';
import {
  idArgument,
  idArguments,
  integerAt,
  openGroup,
  preserveStream,
  REFUSED,
  readStream,
  streamsOf,
  writeStream,
} from './access.ts';
import { referencesAt } from './trim-options.ts';

const id = new WideId();
const deletedId = new WideId();

/** XACK key group id [id ...] */
export function xack(call: Call): void {
  const { arguments: words, reply, keyspace } = call;
  const root = readStream(call, 1);
  if (root === REFUSED) return;
  if (root === 0 || !openGroup(call, root, 2)) return reply.integer(0);
  if (!idArguments(call, 3, words.count, id)) return;
  preserveStream(call);
  const { groups } = streamsOf(call);
  let acknowledged = 0;
  for (let index = 3; index < words.count; index++) {
    idArgument(call, index, id);
    if (groups.acknowledge(id)) acknowledged++;
  }
  keyspace.dirty += acknowledged;
  reply.integer(acknowledged);
}

/** XDEL key id [id ...] */
export function xdel(call: Call): void {
  const { arguments: words, reply, keyspace, database } = call;
  const root = writeStream(call, 1);
  if (root === REFUSED) return;
  if (root === 0) return reply.integer(0);
  if (!idArguments(call, 2, words.count, id)) return;
  const { stream } = streamsOf(call);
  let deleted = 0;
  for (let index = 2; index < words.count; index++) {
    idArgument(call, index, id);
    if (stream.remove(id)) deleted++;
  }
  if (deleted > 0) {
    keyspace.changed(database, XDEL, words.bytes, words.start(1), words.end(1));
    keyspace.countElements(deleted);
  }
  reply.integer(deleted);
}

/** XDELEX key [KEEPREF|DELREF|ACKED] IDS n id [id ...] */
export function xdelex(call: Call): void {
  const { arguments: words, reply } = call;
  const root = writeStream(call, 1);
  if (root === REFUSED) return;
  const references = idsOption(call, 2);
  if (references < 0) return;
  const first = firstId(call, 2);
  if (!idArguments(call, first, words.count, id)) return;
  reply.array(words.count - first);
  let deleted = 0;
  for (let index = first; index < words.count; index++) {
    idArgument(call, index, id);
    const outcome = root === 0 ? NOT_THERE : deleteEntry(call, references);
    if (outcome === GONE) deleted++;
    reply.integer(outcome);
  }
  if (deleted > 0) tellDeleted(call);
}

/** XACKDEL key group [KEEPREF|DELREF|ACKED] IDS n id [id ...] */
export function xackdel(call: Call): void {
  const { arguments: words, reply, keyspace } = call;
  const root = writeStream(call, 1);
  if (root === REFUSED) return;
  const references = idsOption(call, 3);
  if (references < 0) return;
  const first = firstId(call, 3);
  if (!idArguments(call, first, words.count, id)) return;
  reply.array(words.count - first);
  let deleted = 0;
  for (let index = first; index < words.count; index++) {
    idArgument(call, index, id);
    const isAcknowledged = root !== 0 && openGroup(call, root, 2) && streamsOf(call).groups.acknowledge(id);
    if (isAcknowledged) keyspace.dirty++;
    const outcome = isAcknowledged ? deleteEntry(call, references) : NOT_THERE;
    if (isAcknowledged && outcome !== KEPT) deleted++;
    // Acknowledged it was, whether or not there was anything left to delete.
    reply.integer(isAcknowledged && outcome === NOT_THERE ? GONE : outcome);
  }
  if (deleted > 0) tellDeleted(call);
}

const NOT_THERE = -1;
const GONE = 1;
const KEPT = 2;

/** Deletes the entry `id` as far as references to it allow. */
function deleteEntry(call: Call, references: number): number {
  const streams = streamsOf(call);
  const { stream } = streams;
  if (!stream.cursor.find(id)) return NOT_THERE;
  if (references === ACKNOWLEDGED_ONLY && !mayDelete(streams, id, references)) return KEPT;
  mayDelete(streams, id, references);
  stream.remove(id);
  return GONE;
}

function tellDeleted(call: Call): void {
  const { arguments: words, keyspace, database } = call;
  keyspace.changed(database, XDEL, words.bytes, words.start(1), words.end(1));
}

/** What is said about references at word `index`, and checks the IDS that follow; -1 after having replied with an error. */
function idsOption(call: Call, index: number): number {
  const { arguments: words, reply } = call;
  const given = referencesAt(call, index);
  const at = firstId(call, index) - 2;
  if (at + 2 >= words.count + 1 || at >= words.count || !words.is(at, 'ids') || at + 1 >= words.count) {
    reply.error(SYNTAX);
    return -1;
  }
  const count = integerAt(call, at + 1);
  if (!(count > 0)) {
    reply.error('ERR Number of IDs must be a positive integer');
    return -1;
  }
  if (count !== words.count - at - 2) {
    reply.error('ERR The `numids` parameter must match the number of arguments');
    return -1;
  }
  return given < 0 ? KEEP_REFERENCES : given;
}

/** The word of the first id. */
function firstId(call: Call, index: number): number {
  return index + (referencesAt(call, index) >= 0 ? 3 : 2);
}

/** XSETID key last-id [ENTRIESADDED n] [MAXDELETEDID id] */
export function xsetid(call: Call): void {
  const { arguments: words, reply, keyspace, database } = call;
  if (!idArgument(call, 2, id)) return;
  let added = -1;
  let addedWord = 0;
  let hasDeleted = false;
  for (let index = 3; index < words.count; index += 2) {
    if (index + 1 < words.count && words.is(index, 'entriesadded')) {
      addedWord = index + 1;
      added = integerAt(call, addedWord);
      if (Number.isNaN(added)) return reply.error(NOT_AN_INTEGER);
      if (added < 0) return reply.error('ERR entries_added must be positive');
    } else if (index + 1 < words.count && words.is(index, 'maxdeletedid')) {
      if (!idArgument(call, index + 1, deletedId)) return;
      if (compareIds(id, deletedId) < 0)
        return reply.error(
          'ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id',
        );
      // 0-0 says nothing.
      hasDeleted = !isZeroId(deletedId);
    } else {
      return reply.error(SYNTAX);
    }
  }
  const root = writeStream(call, 1);
  if (root === REFUSED) return;
  if (root === 0) return reply.error(NO_SUCH_KEY);
  const { stream } = streamsOf(call);
  if (stream.compareRootId(DELETED_ID, id) > 0)
    return reply.error('ERR The ID specified in XSETID is smaller than current max_deleted_entry_id');
  if (stream.length > 0) {
    if (stream.cursor.last() && compareIds(stream.cursor.id, id) > 0)
      return reply.error('ERR The ID specified in XSETID is smaller than the target stream top item');
    if (added >= 0 && stream.length > added)
      return reply.error(
        'ERR The entries_added specified in XSETID is smaller than the target stream length',
      );
  }
  stream.writeRootId(LAST_ID, id);
  if (added >= 0) setBig(keyspace.arena, root, ENTRIES_ADDED, BigInt(words.text(addedWord)));
  if (hasDeleted) stream.writeRootId(DELETED_ID, deletedId);
  keyspace.changed(database, XSETID, words.bytes, words.start(1), words.end(1));
  reply.ok();
}
