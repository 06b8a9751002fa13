/** Hot. Commands that replace a whole string. */
import { EXPIRE, SET } from '../../keyspace/events.ts';
import { TYPE_STRING, typeOf } from '../../keyspace/record.ts';
import { NO_EXPIRY, setString } from '../../keyspace/string-value.ts';
import type { Call } from '../call.ts';
import { SYNTAX, WRONG_TYPE } from '../errors.ts';
import { conditionHolds } from './condition.ts';
import { expiryMoment, expiryOption, momentText, placeMoment } from './expiry-moment.ts';
import { EX, IFEQ, KEEPTTL, NX, PX, PXAT, SET_OPTIONS, StringOptions, XX } from './options.ts';

/** What setting a single string may take besides its bytes: a new span and the growth of the tables. */
const SLACK_BYTES = 4 * 1024 * 1024;

const options = new StringOptions();

/** SET key value [NX|XX|IFEQ value|IFNE value|IFDEQ digest|IFDNE digest] [GET] [EX s|PX ms|EXAT s|PXAT ms|KEEPTTL] */
export function set(call: Call): void {
  const { arguments: words } = call;
  if (words.count > 3) return setWithOptions(call);
  const record = call.database.write(words.bytes, words.start(1), words.end(1));
  store(call, record, 1, 2, NO_EXPIRY);
  call.reply.ok();
}

function setWithOptions(call: Call): void {
  const { arguments: words, reply } = call;
  if (!options.read(words, 3, SET_OPTIONS)) return reply.error(SYNTAX);
  const expiry = expiryOption(call, options, 'set');
  if (Number.isNaN(expiry)) return;
  const record = call.database.write(words.bytes, words.start(1), words.end(1));
  if (options.wantsOld && !isAbsentOrString(call, record)) return refuseOld(call);
  const verdict = conditionHolds(call, record, options.condition, options.operand);
  if (verdict < 0) return;
  if (options.wantsOld) replyOld(call, record, verdict);
  else if (verdict === 0) reply.nullValue();
  if (verdict === 0) return;
  store(call, record, 1, 2, expiry);
  if (!options.wantsOld) reply.ok();
  if (call.propagates) propagateSet(call, expiry);
}

/**
 * What others are told of a SET with options: a moment in place of a span of time, no condition that looks at the value,
 * and no GET (which stays only beside a PXAT, where Redis too tells the request as it came).
 */
function propagateSet(call: Call, expiry: number): void {
  const { arguments: words } = call;
  const { condition, time } = options;
  const looksAtValue = condition >= IFEQ;
  if (expiry >= 0 && (time !== PXAT || looksAtValue))
    return call.propagate('SET', words.copy(1), words.copy(2), 'PXAT', momentText(expiry));
  if (expiry >= 0 || !(options.wantsOld || looksAtValue)) return;
  const kept: (string | Uint8Array)[] = ['SET', words.copy(1), words.copy(2)];
  if (condition === NX || condition === XX) kept.push(condition === NX ? 'NX' : 'XX');
  if (time === KEEPTTL) kept.push('KEEPTTL');
  call.propagateWords(kept);
}

/** SETNX key value */
export function setnx(call: Call): void {
  const { arguments: words } = call;
  const record = call.database.write(words.bytes, words.start(1), words.end(1));
  if (record === 0) store(call, 0, 1, 2, NO_EXPIRY);
  call.reply.flag(record === 0);
}

/** SETEX key seconds value */
export function setex(call: Call): void {
  setFor(call, EX, 'setex');
}

/** PSETEX key milliseconds value */
export function psetex(call: Call): void {
  setFor(call, PX, 'psetex');
}

function setFor(call: Call, option: number, command: string): void {
  const { arguments: words } = call;
  const expiry = expiryMoment(call, option, 2, command);
  if (Number.isNaN(expiry)) return;
  const record = call.database.write(words.bytes, words.start(1), words.end(1));
  store(call, record, 1, 3, expiry);
  call.reply.ok();
  if (call.propagates) call.propagate('SET', words.copy(1), words.copy(3), 'PXAT', momentText(expiry));
}

/** GETSET key value */
export function getset(call: Call): void {
  const { arguments: words } = call;
  const record = call.database.write(words.bytes, words.start(1), words.end(1));
  if (!isAbsentOrString(call, record)) return refuseOld(call);
  replyOld(call, record, 1);
  store(call, record, 1, 2, NO_EXPIRY);
  if (call.propagates) call.propagate('SET', words.copy(1), words.copy(2));
}

/** The old value is no string: it was read none the less. */
function refuseOld(call: Call): void {
  call.keyspace.hits++;
  call.reply.error(WRONG_TYPE);
}

function isAbsentOrString(call: Call, record: number): boolean {
  return record === 0 || typeOf(call.keyspace.arena, record) === TYPE_STRING;
}

/**
 * Replies with the string that was there (null for none), which counts as reading it. If it is going to be replaced, sees
 * first that this will not fail for want of memory: an error cannot follow a part of a reply.
 */
function replyOld(call: Call, record: number, isReplaced: number): void {
  const { arguments: words, keyspace, database, reply, view } = call;
  if (isReplaced !== 0) keyspace.arena.reserve(words.length(1) + words.length(2) + SLACK_BYTES);
  if (record === 0) {
    keyspace.missed(database, words.bytes, words.start(1), words.end(1));
    return reply.nullValue();
  }
  keyspace.hits++;
  view.read(keyspace.arena, record);
  reply.bulk(view.bytes, view.start, view.end);
}

/**
 * Sets the key just looked up (word `key`, `record`) to word `value`; `expiry` as for `setString`, or WIDE_MOMENT. A moment
 * that is past is kept like any other: the next lookup finds the key expired.
 */
export function store(call: Call, record: number, key: number, value: number, expiry: number): void {
  const { arguments: words, database, keyspace } = call;
  const { bytes, offsets } = words;
  const keyStart = offsets[key << 1];
  const keyEnd = offsets[(key << 1) + 1];
  const stored = setString(
    database,
    record,
    bytes,
    keyStart,
    keyEnd,
    bytes,
    offsets[value << 1],
    offsets[(value << 1) + 1],
    expiry,
  );
  keyspace.changed(database, SET, bytes, keyStart, keyEnd);
  if (expiry < 0) return;
  placeMoment(database, stored, expiry);
  keyspace.announce(database, EXPIRE, bytes, keyStart, keyEnd);
}
