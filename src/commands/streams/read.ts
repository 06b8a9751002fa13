/** Hot. XREAD and XREADGROUP. */
import { TYPE_STREAM } from '../../keyspace/record.ts';
import { copyId, decrementId, incrementId, isMaximumId, setId, WideId } from '../../memory/wide-id.ts';
import { advanceGroup } from '../../values/stream/lag.ts';
import { CONSUMER_ACTIVE, LAST_ID, setNumber } from '../../values/stream/layout.ts';
import { replyNullArray } from '../blocking.ts';
import type { Call } from '../call.ts';
import {
  idArgument,
  idWord,
  nameWord,
  openGroup,
  preserveStream,
  REFUSED,
  readStream,
  replyEntry,
  replyId,
  replyPairs,
  rereadStream,
  streamsOf,
} from './access.ts';
import { takeConsumer } from './claim.ts';
import { propagateClaim, propagateLastId } from './propagation.ts';
import { countRange } from './range.ts';
import { NO_CLAIM, NO_WAITING, ReadOptions } from './read-options.ts';
import { claimable, claimableAt, countHistory, replyClaimable, replyHistory } from './read-pending.ts';

/** What a pending entry takes in its group and with its consumer, in nodes half full; and new spans for these. */
const PENDING_BYTES_MAX = 128;
const SLACK_BYTES = 1 << 20;
const DOLLAR = 0x24;
const PLUS = 0x2b;
const GREATER = 0x3e;
/** What is read of a stream: entries behind an id; those that the group was not given yet; those that the consumer has. */
const BEHIND = 0;
const NEWS = 1;
const HISTORY = 2;

/** What is read of one stream. */
class Reading {
  kind = BEHIND;
  readonly start = new WideId();
  /** Entries to be replied, pending ones that are claimed not counted. */
  count = 0;
  claimed: WideId[] = [];
  isServed = false;
}

const options = new ReadOptions();
const MAXIMUM = new WideId();
setId(MAXIMUM, -1, -1, -1, -1);
const from = new WideId();
let readings: Reading[] = [];

/** XREAD [COUNT n] [MAXCOUNT n] [MAXSIZE bytes] [BLOCK ms] STREAMS key [key ...] id [id ...] */
export function xread(call: Call): void {
  if (options.read(call, false)) readStreams(call);
}

/** XREADGROUP GROUP group consumer [COUNT n] [MAXCOUNT n] [MAXSIZE bytes] [BLOCK ms] [CLAIM ms] [NOACK] STREAMS key ... id ... */
export function xreadgroup(call: Call): void {
  if (options.read(call, true)) readStreams(call);
}

function readStreams(call: Call): void {
  readings = [];
  for (let index = 0; index < options.streams; index++) {
    const reading = new Reading();
    if (!prepare(call, index, reading)) return;
    readings.push(reading);
  }
  let served = 0;
  let left = options.countMax;
  let bytes = options.bytesMax;
  for (const [index, reading] of readings.entries()) {
    if (left <= 0 || bytes <= 0) break;
    plan(call, index, reading, left);
    if (Number.isFinite(bytes)) bytes -= fitBytes(call, reading, bytes, served === 0);
    if (!reading.isServed) continue;
    served++;
    left -= reading.count + reading.claimed.length;
  }
  if (served === 0) finishEmpty(call);
  else reply(call, served);
  if (options.group !== 0) call.propagateNothing();
}

/** Finds out what is wanted of a stream. Returns false after having replied with an error. */
function prepare(call: Call, index: number, reading: Reading): boolean {
  const { arguments: words } = call;
  const key = options.firstKey + index;
  const word = key + options.streams;
  const root = readStream(call, key);
  if (root === REFUSED) return false;
  if (options.group !== 0 && (root === 0 || !openGroup(call, root, options.group))) {
    const group = nameWord(call, options.group);
    return fail(
      call,
      `NOGROUP No such key '${nameWord(call, key)}' or consumer group '${group}' in XREADGROUP with GROUP option`,
    );
  }
  const sign = words.length(word) === 1 ? words.bytes[words.start(word)] : 0;
  if (sign === DOLLAR || sign === PLUS) {
    if (options.group !== 0) return failMeaningless(call, sign);
    if (root !== 0) readEnd(call, sign, reading.start);
    return true;
  }
  if (sign === GREATER) {
    reading.kind = NEWS;
    return (
      options.group !== 0 ||
      fail(
        call,
        'ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.',
      )
    );
  }
  if (!idArgument(call, word, reading.start)) return false;
  // Behind the greatest id there is no history: it stands for ">".
  if (options.group !== 0) reading.kind = isMaximumId(reading.start) ? NEWS : HISTORY;
  return true;
}

/** The id behind which reading starts for "$", the last one ever; and for "+", the one before the last that is there. */
function readEnd(call: Call, sign: number, start: WideId): void {
  const { stream } = streamsOf(call);
  stream.readRootId(LAST_ID, start);
  if (sign === DOLLAR || !stream.cursor.last()) return;
  copyId(stream.cursor.id, start);
  decrementId(start);
}

function failMeaningless(call: Call, sign: number): boolean {
  const name = String.fromCharCode(sign);
  const rest =
    sign === DOLLAR
      ? 'you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.'
      : 'you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The + ID would just return an empty result set.';
  return fail(call, `ERR The ${name} ID is meaningless in the context of XREADGROUP: ${rest}`);
}

/** Moves the flyweights to the stream and group of a reading, again. Returns false if the stream is gone. */
function reopen(call: Call, index: number): boolean {
  return openGroupOf(call, rereadStream(call, options.firstKey + index));
}

function openGroupOf(call: Call, root: number): boolean {
  if (root === 0 || options.group === 0) return root !== 0;
  preserveStream(call);
  return openGroup(call, root, options.group);
}

/** Finds out how many entries a stream has for the reader. */
function plan(call: Call, index: number, reading: Reading, left: number): void {
  if (!openGroupOf(call, readStream(call, options.firstKey + index))) return;
  const { stream, groups } = streamsOf(call);
  if (options.group !== 0) {
    const consumer = takeConsumer(call, options.group + 1, options.firstKey + index, options.group);
    groups.openConsumer(consumer);
  }
  const most = Math.min(left, options.count === 0 ? Number.POSITIVE_INFINITY : options.count);
  if (reading.kind === HISTORY) {
    reading.isServed = true;
    reading.count = countHistory(call, reading.start, most);
    return;
  }
  if (reading.kind === NEWS) {
    if (options.claim !== NO_CLAIM) reading.claimed = claimable(call, options.claim, most);
    groups.readLastId(reading.start);
  }
  const before = plannedBefore(call, index, reading);
  copyId(reading.start, from);
  if (incrementId(from))
    reading.count = Math.max(
      0,
      countRange(stream, from, MAXIMUM, most - reading.claimed.length + before, false) - before,
    );
  reading.isServed = reading.count + reading.claimed.length > 0;
}

/** Entries that the group is given by this very request before, when it names a stream twice. */
function plannedBefore(call: Call, index: number, reading: Reading): number {
  let planned = 0;
  if (reading.kind === NEWS)
    for (let other = 0; other < index; other++)
      if (
        readings[other].kind === NEWS &&
        call.arguments.equal(options.firstKey + other, options.firstKey + index)
      )
        planned += readings[other].count;
  return planned;
}

/** Lets go of entries that would be too many bytes; the first of all stays. Returns the bytes of those that are left. */
function fitBytes(call: Call, reading: Reading, bytesMax: number, isFirst: boolean): number {
  if (!reading.isServed || reading.kind === HISTORY || reading.count === 0) return 0;
  const { cursor } = streamsOf(call).stream;
  copyId(reading.start, from);
  incrementId(from);
  let bytes = 0;
  let count = 0;
  for (let more = cursor.seek(from); more && count < reading.count; more = cursor.next()) {
    const isKept = bytes + cursor.entryBytes <= bytesMax || (isFirst && count === 0);
    if (!isKept) break;
    bytes += cursor.entryBytes;
    count++;
  }
  reading.count = count;
  reading.isServed = count + reading.claimed.length > 0;
  return bytes;
}

/** Nothing is there: waits for it, or says so. */
function finishEmpty(call: Call): void {
  if (options.until === NO_WAITING) return call.reply.nullArray();
  const { arguments: words } = call;
  const { bytes, count } = words;
  const offsets = words.offsets.slice(0, count * 2);
  words.assign(fixedWords(call));
  call.block({
    keys: readings.map((_, index) => options.firstKey + index),
    type: TYPE_STREAM,
    triesWithoutKey: options.group !== 0,
    until: options.until,
    timedOut: replyNullArray,
    again: nextClaim(call),
  });
  words.bytes = bytes;
  words.count = count;
  words.offsets.set(offsets);
}

/** When an entry that is pending now can be claimed, if that is wanted. */
function nextClaim(call: Call): number {
  if (options.claim === NO_CLAIM) return Number.POSITIVE_INFINITY;
  const moments = readings.map(({ kind }, index) =>
    kind === NEWS && reopen(call, index) ? claimableAt(call, options.claim) : Number.POSITIVE_INFINITY,
  );
  return Math.min(...moments);
}

/** The request's words with the ids that "$" and "+" stand for now: they are to mean the same when it is executed again. */
function fixedWords(call: Call): Uint8Array[] {
  const { arguments: words } = call;
  const fixed = words.copyAll();
  for (const [index, reading] of readings.entries()) {
    const word = options.firstKey + options.streams + index;
    const sign = words.length(word) === 1 ? words.bytes[words.start(word)] : 0;
    if (sign === DOLLAR || sign === PLUS) fixed[word] = idWord(reading.start);
  }
  return fixed;
}

function reply(call: Call, served: number): void {
  const { arguments: words, reply } = call;
  if (reply.version === 3) reply.map(served);
  else reply.array(served);
  for (const [index, reading] of readings.entries()) {
    if (!reading.isServed || !reopen(call, index)) continue;
    if (reply.version === 2) reply.array(2);
    const key = options.firstKey + index;
    reply.bulk(words.bytes, words.start(key), words.end(key));
    if (reading.kind === BEHIND) replyBehind(call, reading);
    else replyToConsumer(call, index, reading);
  }
}

function replyBehind(call: Call, reading: Reading): void {
  const { cursor } = streamsOf(call).stream;
  call.reply.array(reading.count);
  copyId(reading.start, from);
  incrementId(from);
  cursor.seek(from);
  for (let left = reading.count; left > 0; left--) {
    replyEntry(call, cursor);
    if (left > 1) cursor.next();
  }
}

function replyToConsumer(call: Call, index: number, reading: Reading): void {
  const { arguments: words, keyspace } = call;
  const { groups } = streamsOf(call);
  const consumer = groups.findConsumer(
    words.bytes,
    words.start(options.group + 1),
    words.end(options.group + 1),
  );
  if (reading.kind === HISTORY) return replyHistory(call, reading.start, historyCount(call, reading));
  if (!options.acknowledged || reading.claimed.length > 0)
    setNumber(keyspace.arena, consumer, CONSUMER_ACTIVE, keyspace.now);
  call.reply.array(reading.count + reading.claimed.length);
  const key = words.copy(options.firstKey + index);
  const group = words.copy(options.group);
  for (const id of reading.claimed) replyClaimable(call, id, consumer, key, group);
  if (reading.count === 0) return;
  // Without memory nothing is given: an entry must not count as delivered and be pending for nobody.
  keyspace.arena.reserve(reading.count * PENDING_BYTES_MAX + SLACK_BYTES);
  giveNews(call, reading.count, consumer, key, group);
  keyspace.dirty++;
  propagateLastId(call, key, group);
}

/** What was planned, and what this very request has made pending since. */
function historyCount(call: Call, reading: Reading): number {
  if (Number.isFinite(options.countMax)) return reading.count;
  return countHistory(call, reading.start, options.count === 0 ? Number.POSITIVE_INFINITY : options.count);
}

/** Replies with the next entries of the open group, which become pending for the consumer. */
function giveNews(call: Call, count: number, consumer: number, key: Uint8Array, group: Uint8Array): void {
  const streams = streamsOf(call);
  const { groups } = streams;
  const { cursor } = streams.stream;
  groups.readLastId(from);
  incrementId(from);
  cursor.seek(from);
  for (let left = count; left > 0; left--) {
    advanceGroup(streams, cursor.id);
    if (options.claim === NO_CLAIM) {
      replyEntry(call, cursor);
    } else {
      call.reply.array(4);
      replyId(call, cursor.id);
      replyPairs(call, cursor);
      call.reply.integer(0);
      call.reply.integer(0);
    }
    if (!options.acknowledged) {
      if (!groups.give(cursor.id, consumer, call.keyspace.now)) {
        groups.delivered = call.keyspace.now;
        groups.setDeliveries(0, 1);
      }
      propagateClaim(call, key, group, cursor.id);
    }
    if (left > 1) cursor.next();
  }
}

function fail(call: Call, error: string): false {
  call.reply.error(error);
  return false;
}
