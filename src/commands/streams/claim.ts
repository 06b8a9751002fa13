/** Cold. XCLAIM, XAUTOCLAIM and XNACK. */
import { XGROUP_CREATE_CONSUMER } from '../../keyspace/events.ts';
import { int64High, int64Low } from '../../memory/integers.ts';
import { setId, WideId } from '../../memory/wide-id.ts';
import { parseId } from '../../values/stream/id-text.ts';
import { CONSUMER_ACTIVE, CONSUMER_SEEN, setNumber } from '../../values/stream/layout.ts';
import type { Call } from '../call.ts';
import { SYNTAX } from '../errors.ts';
import {
  idArgument,
  idArguments,
  integerAt,
  lowerBound,
  preserveStream,
  replyEntry,
  replyId,
  streamsOf,
} from './access.ts';
import { idleOf, requireGroup } from './pending.ts';
import { propagateClaim, propagateConsumer, propagateLastId } from './propagation.ts';

const AUTOCLAIM_COUNT = 100;
/** How many pending entries XAUTOCLAIM looks at for each that it may claim. */
const ATTEMPTS_PER_ENTRY = 10;
const AUTOCLAIM_COUNT_MAX = 2 ** 59;
/** More entries than any memory holds. */
const COUNT_TOO_HIGH = 2 ** 40;
const TWO_32 = 2 ** 32;

const id = new WideId();
const lastId = new WideId();
const cursorId = new WideId();

/** What the options of one XCLAIM say. */
class ClaimOptions {
  firstOption = 0;
  idle = 0;
  /** -1 without IDLE or TIME. */
  delivered = -1;
  /** -1 without RETRYCOUNT. */
  deliveries = -1;
  deliveriesHigh = 0;
  deliveriesLow = 0;
  force = false;
  justIds = false;
  hasLastId = false;
}

/** XCLAIM key group consumer min-idle id [id ...] [IDLE ms] [TIME ms] [RETRYCOUNT n] [FORCE] [JUSTID] [LASTID id] */
export function xclaim(call: Call): void {
  const { arguments: words, keyspace } = call;
  if (!requireGroup(call)) return;
  preserveStream(call);
  const options = readOptions(call);
  if (options === null) return;
  const { groups, stream } = streamsOf(call);
  const key = words.copy(1);
  const group = words.copy(2);
  let lastIdMoved = false;
  if (options.hasLastId && groups.compareLastId(lastId) < 0) {
    groups.writeLastId(lastId);
    lastIdMoved = true;
  }
  const now = keyspace.now;
  const delivered = options.delivered < 0 || options.delivered > now ? now : options.delivered;
  const consumer = takeConsumer(call, 3);
  const claimed: WideId[] = [];
  for (let index = 5; index < options.firstOption; index++) {
    idArgument(call, index, id);
    const isPending = groups.pending.find(id);
    if (!stream.cursor.find(id)) {
      if (isPending) dropGone(call, key, group);
      if (isPending) lastIdMoved = false;
      continue;
    }
    if (!isPending && !options.force) continue;
    if (isPending && options.idle > 0 && idleOf(call, groups) < options.idle) continue;
    if (!groups.give(id, consumer, delivered)) groups.pending.find(id);
    groups.delivered = delivered;
    if (options.deliveries >= 0) groups.setDeliveries(options.deliveriesHigh, options.deliveriesLow);
    else if (!options.justIds) groups.countDelivery();
    claimed.push(Object.assign(new WideId(), id));
    setNumber(keyspace.arena, consumer, CONSUMER_ACTIVE, now);
    propagateClaim(call, key, group, id);
    lastIdMoved = false;
    keyspace.dirty++;
  }
  if (lastIdMoved) {
    keyspace.dirty++;
    propagateLastId(call, key, group);
  }
  call.propagateNothing();
  replyClaimed(call, claimed, options.justIds);
}

function readOptions(call: Call): ClaimOptions | null {
  const { arguments: words, reply, keyspace } = call;
  const options = new ClaimOptions();
  const idle = integerAt(call, 4);
  if (Number.isNaN(idle)) return refuse(call, 'ERR Invalid min-idle-time argument for XCLAIM');
  options.idle = Math.max(0, idle);
  let index = 5;
  while (index < words.count && parseId(words.bytes, words.start(index), words.end(index), id, false) !== 0)
    index++;
  options.firstOption = index;
  for (; index < words.count; index++) {
    const hasMore = index + 1 < words.count;
    if (words.is(index, 'force')) options.force = true;
    else if (words.is(index, 'justid')) options.justIds = true;
    else if (words.is(index, 'idle') && hasMore) {
      const value = integerAt(call, ++index);
      if (Number.isNaN(value)) return refuse(call, 'ERR Invalid IDLE option argument for XCLAIM');
      options.delivered = keyspace.now - value;
    } else if (words.is(index, 'time') && hasMore) {
      options.delivered = integerAt(call, ++index);
      if (Number.isNaN(options.delivered)) return refuse(call, 'ERR Invalid TIME option argument for XCLAIM');
    } else if (words.is(index, 'retrycount') && hasMore) {
      options.deliveries = integerAt(call, ++index);
      if (Number.isNaN(options.deliveries))
        return refuse(call, 'ERR Invalid RETRYCOUNT option argument for XCLAIM');
      const isWide = options.deliveries === Number.POSITIVE_INFINITY;
      options.deliveriesHigh = isWide ? int64High : Math.floor(options.deliveries / TWO_32);
      options.deliveriesLow = isWide ? int64Low : options.deliveries | 0;
    } else if (words.is(index, 'lastid') && hasMore) {
      if (!idArgument(call, ++index, lastId)) return null;
      options.hasLastId = true;
    } else {
      reply.error(`ERR Unrecognized XCLAIM option '${words.quoted(index, Number.POSITIVE_INFINITY)}'`);
      return null;
    }
  }
  return options;
}

function refuse(call: Call, error: string): null {
  call.reply.error(error);
  return null;
}

/** The open group's consumer that a word names, which is made if there is none, and is seen now. */
export function takeConsumer(call: Call, index: number, key = 1, group = 2): number {
  const { arguments: words, keyspace, database } = call;
  const { groups } = streamsOf(call);
  const start = words.start(index);
  const end = words.end(index);
  let consumer = groups.findConsumer(words.bytes, start, end);
  if (consumer === 0) {
    consumer = groups.createConsumer(words.bytes, start, end, keyspace.now);
    keyspace.dirty++;
    keyspace.announce(database, XGROUP_CREATE_CONSUMER, words.bytes, words.start(key), words.end(key));
    propagateConsumer(call, words.copy(key), words.copy(group), words.copy(index));
  }
  setNumber(keyspace.arena, consumer, CONSUMER_SEEN, keyspace.now);
  return consumer;
}

/** Takes a pending entry off that is gone from the stream. */
function dropGone(call: Call, key: Uint8Array, group: Uint8Array): void {
  const { groups } = streamsOf(call);
  groups.acknowledge(id);
  call.keyspace.dirty++;
  if (call.propagates) call.propagate('XACK', key, group, idText());
}

function idText(): string {
  const ms = (BigInt(id.msHigh >>> 0) << 32n) | BigInt(id.msLow >>> 0);
  return `${ms}-${(BigInt(id.seqHigh >>> 0) << 32n) | BigInt(id.seqLow >>> 0)}`;
}

function replyClaimed(call: Call, claimed: readonly WideId[], justIds: boolean): void {
  const { cursor } = streamsOf(call).stream;
  call.reply.array(claimed.length);
  for (const one of claimed) {
    if (justIds) replyId(call, one);
    else if (cursor.find(one)) replyEntry(call, cursor);
    else call.reply.nullValue();
  }
}

/** XAUTOCLAIM key group consumer min-idle start [COUNT n] [JUSTID] */
export function xautoclaim(call: Call): void {
  const { arguments: words, reply, keyspace } = call;
  const idle = integerAt(call, 4);
  if (Number.isNaN(idle)) return reply.error('ERR Invalid min-idle-time argument for XAUTOCLAIM');
  if (!lowerBound(call, 5, cursorId)) return;
  let count = AUTOCLAIM_COUNT;
  let justIds = false;
  for (let index = 6; index < words.count; index++) {
    if (words.is(index, 'count') && index + 1 < words.count) {
      // Rounded is good enough for what is too much anyway.
      count = Number.isNaN(integerAt(call, ++index)) ? Number.NaN : Number(words.text(index));
      if (!(count >= 1 && count < AUTOCLAIM_COUNT_MAX)) return reply.error('ERR COUNT must be > 0');
    } else if (words.is(index, 'justid')) {
      justIds = true;
    } else {
      return reply.error(SYNTAX);
    }
  }
  if (!requireGroup(call)) return;
  preserveStream(call);
  if (count > COUNT_TOO_HIGH)
    return reply.error('ERR Insufficient memory, failed allocating transient memory, COUNT too high.');
  const consumer = takeConsumer(call, 3);
  const { groups, stream } = streamsOf(call);
  const { pending } = groups;
  const key = words.copy(1);
  const group = words.copy(2);
  const claimed: WideId[] = [];
  const gone: WideId[] = [];
  let left = count;
  let more = pending.seek(cursorId);
  for (let attempts = count * ATTEMPTS_PER_ENTRY; attempts > 0 && left > 0 && more; attempts--) {
    pending.readId(id);
    if (!stream.cursor.find(id)) {
      dropGone(call, key, group);
      gone.push(Object.assign(new WideId(), id));
      left--;
      more = pending.seek(id);
      continue;
    }
    if (idleOf(call, groups) >= idle || idle <= 0) {
      groups.handOver(id, consumer);
      groups.delivered = keyspace.now;
      if (!justIds) groups.countDelivery();
      setNumber(keyspace.arena, consumer, CONSUMER_ACTIVE, keyspace.now);
      claimed.push(Object.assign(new WideId(), id));
      propagateClaim(call, key, group, id);
      keyspace.dirty++;
      left--;
    }
    more = pending.next();
  }
  if (more) pending.readId(cursorId);
  else setId(cursorId, 0, 0, 0, 0);
  call.propagateNothing();
  reply.array(3);
  replyId(call, cursorId);
  replyClaimed(call, claimed, justIds);
  reply.array(gone.length);
  for (const one of gone) replyId(call, one);
}

/** XNACK key group SILENT|FAIL|FATAL IDS n id [id ...] [RETRYCOUNT n] [FORCE] */
export function xnack(call: Call): void {
  const { arguments: words, reply, keyspace } = call;
  const mode = ['silent', 'fail', 'fatal'].findIndex((name) => words.is(3, name));
  if (mode < 0 || !words.is(4, 'ids')) return reply.error(SYNTAX);
  const count = integerAt(call, 5);
  if (!(count > 0)) return reply.error('ERR Number of IDs must be a positive integer');
  if (count > words.count - 6)
    return reply.error('ERR The `numids` parameter must match the number of arguments');
  const behind = 6 + count;
  let deliveries = -1;
  let force = false;
  for (let index = behind; index < words.count; index++) {
    if (words.is(index, 'force')) {
      force = true;
    } else if (words.is(index, 'retrycount') && index + 1 < words.count) {
      deliveries = integerAt(call, ++index);
      if (!(deliveries >= 0)) return reply.error('ERR Invalid RETRYCOUNT option argument for XNACK');
    } else {
      return reply.error(SYNTAX);
    }
  }
  if (!idArguments(call, 6, behind, id) || !requireGroup(call)) return;
  preserveStream(call);
  const { groups, stream } = streamsOf(call);
  let released = 0;
  for (let index = 6; index < behind; index++) {
    idArgument(call, index, id);
    const isPending = groups.pending.find(id);
    if (!isPending && !(force && stream.cursor.find(id))) continue;
    if (isPending) {
      groups.handOver(id, 0);
    } else {
      groups.give(id, 0, 0);
      groups.setDeliveries(0, 0);
    }
    groups.delivered = 0;
    setRetries(call, mode, deliveries);
    released++;
  }
  keyspace.dirty += released;
  // Readers may claim it at once.
  if (released > 0 && call.waiting !== null) call.waiting.touch(call, 1);
  reply.integer(released);
}

/** Sets how often the found entry counts as delivered: as told, one less, as it is, or as often as can be. */
function setRetries(call: Call, mode: number, deliveries: number): void {
  const { groups } = streamsOf(call);
  if (deliveries >= 0) groups.setDeliveries(Math.floor(deliveries / TWO_32), deliveries | 0);
  else if (mode === 2) groups.setDeliveries(0x7fffffff, -1);
  else if (mode === 0 && groups.deliveries > 0) {
    const low = groups.deliveriesLow;
    groups.setDeliveries(low === 0 ? groups.deliveriesHigh - 1 : groups.deliveriesHigh, (low - 1) | 0);
  }
}
