/** Cold. XINFO. */
import { parseInteger } from '../../memory/integers.ts';
import { WideId } from '../../memory/wide-id.ts';
import type { Groups } from '../../values/stream/groups.ts';
import { lagOf, UNKNOWN } from '../../values/stream/lag.ts';
import {
  CONSUMER_ACTIVE,
  CONSUMER_SEEN,
  DELETED_ID,
  FIRST_ID,
  GROUP_READ,
  GROUPS,
  getBig,
  getNumber,
  getWord,
  IDEMPOTENCY,
  LAST_ID,
} from '../../values/stream/layout.ts';
import { namedAt, namesCount } from '../../values/stream/name-list.ts';
import { countTrieNodes } from '../../values/stream/trie-nodes.ts';
import type { Call } from '../call.ts';
import { NO_SUCH_KEY, NOT_AN_INTEGER } from '../errors.ts';
import { openGroup, preserveStream, REFUSED, readStream, replyEntry, replyId, streamsOf } from './access.ts';
import { replyNoGroup } from './group.ts';
import { replyDeliveries, replyName } from './pending.ts';

const FULL_COUNT = 10;
const id = new WideId();

/** XINFO GROUPS key */
export function xinfoGroups(call: Call): void {
  const { reply } = call;
  const root = requireStream(call);
  if (root === REFUSED) return;
  const { arena, groups } = streamsOf(call);
  const count = namesCount(arena, root, GROUPS);
  reply.array(count);
  for (let index = 0; index < count; index++) {
    const group = namedAt(arena, root, GROUPS, index);
    groups.openGroup(group);
    reply.map(6);
    reply.text('name');
    replyName(call, group);
    replyNumber(call, 'consumers', groups.consumerCount);
    replyNumber(call, 'pending', groups.pending.count);
    replyProgress(call, group);
  }
}

/** XINFO CONSUMERS key group */
export function xinfoConsumers(call: Call): void {
  const { reply, keyspace } = call;
  const root = requireStream(call);
  if (root === REFUSED) return;
  if (!openGroup(call, root, 3)) return replyNoGroup(call);
  const { arena, groups } = streamsOf(call);
  reply.array(groups.consumerCount);
  for (let index = 0; index < groups.consumerCount; index++) {
    const consumer = groups.consumerAt(index);
    groups.openConsumer(consumer);
    const active = getNumber(arena, consumer, CONSUMER_ACTIVE);
    reply.map(4);
    reply.text('name');
    replyName(call, consumer);
    replyNumber(call, 'pending', groups.owned.count);
    replyNumber(call, 'idle', Math.max(0, keyspace.now - getNumber(arena, consumer, CONSUMER_SEEN)));
    replyNumber(call, 'inactive', active < 0 ? -1 : Math.max(0, keyspace.now - active));
  }
}

/** XINFO STREAM key [FULL [COUNT n]] */
export function xinfoStream(call: Call): void {
  const { arguments: words, reply } = call;
  const root = requireStream(call);
  if (root === REFUSED) return;
  const isFull = words.count > 3;
  let count = FULL_COUNT;
  if (isFull) {
    const hasCount = words.count === 6 && words.is(4, 'count');
    if (!words.is(3, 'full') || (words.count !== 4 && !hasCount)) {
      const name = words.quoted(1, 128);
      return reply.error(
        `ERR unknown subcommand or wrong number of arguments for '${name}'. Try XINFO HELP.`,
      );
    }
    if (hasCount) count = parseInteger(words.bytes, words.start(5), words.end(5));
    if (Number.isNaN(count)) return reply.error(NOT_AN_INTEGER);
    if (count < 0) count = FULL_COUNT;
  }
  const hasProducers = getWord(streamsOf(call).arena, root, IDEMPOTENCY) !== 0;
  reply.map((isFull ? 9 : 10) + (hasProducers ? 6 : 0));
  replyHead(call, root);
  if (hasProducers) replyProducers(call, root);
  if (isFull) replyFull(call, root, count === 0 ? Number.POSITIVE_INFINITY : count);
  else replyEnds(call, root);
}

/** The root of the stream that word 2 names; REFUSED after having replied with an error. */
function requireStream(call: Call): number {
  const root = readStream(call, 2);
  if (root !== 0) return root;
  call.reply.error(NO_SUCH_KEY);
  return REFUSED;
}

function replyHead(call: Call, root: number): void {
  const { stream } = streamsOf(call);
  replyNumber(call, 'length', stream.length);
  replyNumber(call, 'radix-tree-keys', stream.nodeCount);
  replyNumber(call, 'radix-tree-nodes', countTrieNodes(call.keyspace.arena, root));
  replyRootId(call, 'last-generated-id', LAST_ID);
  replyRootId(call, 'max-deleted-entry-id', DELETED_ID);
  call.reply.text('entries-added');
  call.reply.bigInteger(stream.entriesAdded);
  replyRootId(call, 'recorded-first-entry-id', FIRST_ID);
}

/** Fields of streams whose producers name themselves, or may. */
function replyProducers(call: Call, root: number): void {
  const { idempotency } = streamsOf(call);
  idempotency.open(root);
  preserveStream(call);
  idempotency.expire(call.keyspace.now);
  replyNumber(call, 'idmp-duration', idempotency.duration);
  replyNumber(call, 'idmp-maxsize', idempotency.size);
  replyNumber(call, 'pids-tracked', idempotency.producers);
  replyNumber(call, 'iids-tracked', idempotency.tracked);
  replyNumber(call, 'iids-added', idempotency.added);
  replyNumber(call, 'iids-duplicates', idempotency.duplicates);
}

function replyEnds(call: Call, root: number): void {
  const { reply } = call;
  const { cursor } = streamsOf(call).stream;
  replyNumber(call, 'groups', namesCount(call.keyspace.arena, root, GROUPS));
  reply.text('first-entry');
  if (cursor.first()) replyEntry(call, cursor);
  else reply.nullValue();
  reply.text('last-entry');
  if (cursor.last()) replyEntry(call, cursor);
  else reply.nullValue();
}

function replyFull(call: Call, root: number, count: number): void {
  const { reply } = call;
  const { arena, stream, groups } = streamsOf(call);
  const { cursor } = stream;
  const entries = Math.min(count, stream.length);
  reply.text('entries');
  reply.array(entries);
  for (let index = 0; index < entries; index++) {
    if (index === 0) cursor.first();
    else cursor.next();
    replyEntry(call, cursor);
  }
  const groupCount = namesCount(arena, root, GROUPS);
  reply.text('groups');
  reply.array(groupCount);
  for (let index = 0; index < groupCount; index++) {
    const group = namedAt(arena, root, GROUPS, index);
    groups.openGroup(group);
    replyGroup(call, groups, group, count);
  }
}

function replyGroup(call: Call, groups: Groups, group: number, count: number): void {
  const { reply } = call;
  const { pending } = groups;
  const released = countReleased(groups);
  reply.map(released > 0 ? 8 : 7);
  reply.text('name');
  replyName(call, group);
  replyProgress(call, group);
  replyNumber(call, 'pel-count', pending.count);
  if (released > 0) replyNumber(call, 'nacked-count', released);
  reply.text('pending');
  const entries = Math.min(count, pending.count);
  reply.array(entries);
  for (let index = 0; index < entries; index++) {
    if (index === 0) pending.first();
    else pending.next();
    pending.readId(id);
    reply.array(4);
    replyId(call, id);
    if (groups.owner === 0) reply.text('');
    else replyName(call, groups.owner);
    reply.integer(groups.delivered);
    replyDeliveries(call, groups);
  }
  reply.text('consumers');
  reply.array(groups.consumerCount);
  for (let index = 0; index < groups.consumerCount; index++)
    replyConsumer(call, groups, groups.consumerAt(index), count);
}

/** Pending entries of the open group that nobody owns. */
function countReleased(groups: Groups): number {
  let owned = 0;
  for (let index = 0; index < groups.consumerCount; index++) {
    groups.openConsumer(groups.consumerAt(index));
    owned += groups.owned.count;
  }
  return groups.pending.count - owned;
}

function replyConsumer(call: Call, groups: Groups, consumer: number, count: number): void {
  const { reply, keyspace } = call;
  const { owned, pending } = groups;
  groups.openConsumer(consumer);
  reply.map(5);
  reply.text('name');
  replyName(call, consumer);
  replyNumber(call, 'seen-time', getNumber(keyspace.arena, consumer, CONSUMER_SEEN));
  replyNumber(call, 'active-time', getNumber(keyspace.arena, consumer, CONSUMER_ACTIVE));
  replyNumber(call, 'pel-count', owned.count);
  reply.text('pending');
  const entries = Math.min(count, owned.count);
  reply.array(entries);
  for (let index = 0; index < entries; index++) {
    if (index === 0) owned.first();
    else owned.next();
    owned.readId(id);
    pending.find(id);
    reply.array(3);
    replyId(call, id);
    reply.integer(groups.delivered);
    replyDeliveries(call, groups);
  }
}

/** last-delivered-id, entries-read and lag of the open group. */
function replyProgress(call: Call, group: number): void {
  const { reply } = call;
  const streams = streamsOf(call);
  const read = getBig(streams.arena, group, GROUP_READ);
  reply.text('last-delivered-id');
  streams.groups.readLastId(id);
  replyId(call, id);
  reply.text('entries-read');
  if (read === BigInt(UNKNOWN)) reply.nullValue();
  else reply.bigInteger(read);
  const lag = lagOf(streams);
  reply.text('lag');
  if (lag === null) reply.nullValue();
  else reply.bigInteger(lag);
}

function replyNumber(call: Call, name: string, value: number): void {
  call.reply.text(name);
  call.reply.integer(value);
}

function replyRootId(call: Call, name: string, word: number): void {
  call.reply.text(name);
  streamsOf(call).stream.readRootId(word, id);
  replyId(call, id);
}
