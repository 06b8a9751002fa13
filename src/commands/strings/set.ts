/** Hot. Commands that replace whole strings. */
import { DEL, EXPIRE, SET } from '../../keyspace/events.ts';
import { TYPE_STRING, typeOf } from '../../keyspace/record.ts';
import { KEEP_EXPIRY, NO_EXPIRY, setString } from '../../keyspace/string-value.ts';
import type { Call } from '../call.ts';
import { SYNTAX, WRONG_TYPE } from '../errors.ts';
import { CONDITION_NONE, CONDITION_NX, CONDITION_XX, conditionHolds, conditionOption } from './condition.ts';
import { EXPIRY_EX, EXPIRY_NONE, EXPIRY_PX, expiryMoment, expiryOption } from './expiry-option.ts';

/** SET key value [NX|XX|IFEQ value|IFNE value|IFDEQ digest|IFDNE digest] [GET] [EX s|PX ms|EXAT s|PXAT ms|KEEPTTL] */
export function set(call: Call): void {
  if (call.arguments.count > 3) {
    setWithOptions(call);
    return;
  }
  const { arguments: words } = call;
  const record = call.database.write(words.bytes, words.start(1), words.end(1));
  store(call, record, 1, 2, NO_EXPIRY);
  call.reply.ok();
}

function setWithOptions(call: Call): void {
  const { arguments: words, reply } = call;
  let condition = CONDITION_NONE;
  let operand = 0;
  let wantsOld = false;
  let keepsExpiry = false;
  let expiry = EXPIRY_NONE;
  let moment = 0;
  for (let i = 3; i < words.count; i++) {
    const found = conditionOption(call, i);
    if (found !== CONDITION_NONE && condition === CONDITION_NONE) {
      condition = found;
      if (found !== CONDITION_NX && found !== CONDITION_XX) operand = ++i;
      if (operand >= words.count) return reply.error(SYNTAX);
    } else if (found === condition && (found === CONDITION_NX || found === CONDITION_XX)) {
    } else if (words.is(i, 'get')) {
      wantsOld = true;
    } else if (words.is(i, 'keepttl') && expiry === EXPIRY_NONE) {
      keepsExpiry = true;
    } else {
      const option = expiryOption(call, i);
      if (option === EXPIRY_NONE || expiry !== EXPIRY_NONE || keepsExpiry || i + 1 >= words.count)
        return reply.error(SYNTAX);
      expiry = option;
      moment = ++i;
    }
  }
  const expires = expiry === EXPIRY_NONE ? NO_EXPIRY : expiryMoment(call, expiry, moment, 'set');
  if (expiry !== EXPIRY_NONE && expires < 0) return;
  conditionalSet(call, condition, operand, wantsOld, keepsExpiry ? KEEP_EXPIRY : expires);
}

function conditionalSet(
  call: Call,
  condition: number,
  operand: number,
  wantsOld: boolean,
  expiry: number,
): void {
  const { arguments: words, reply, view, database } = call;
  const { arena } = call.keyspace;
  const record = database.write(words.bytes, words.start(1), words.end(1));
  if (wantsOld && record !== 0 && typeOf(arena, record) !== TYPE_STRING) return reply.error(WRONG_TYPE);
  const verdict = conditionHolds(call, record, condition, operand);
  if (verdict < 0) return;
  if (wantsOld && record !== 0) {
    view.read(arena, record);
    reply.bulk(view.bytes, view.start, view.end);
  } else if (wantsOld || verdict === 0) {
    reply.nullValue();
  }
  if (verdict === 0) return;
  storeUntil(call, record, 1, 2, expiry);
  if (!wantsOld) reply.ok();
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
  setFor(call, EXPIRY_EX, 'setex');
}

/** PSETEX key milliseconds value */
export function psetex(call: Call): void {
  setFor(call, EXPIRY_PX, 'psetex');
}

function setFor(call: Call, option: number, command: string): void {
  const { arguments: words } = call;
  const expiry = expiryMoment(call, option, 2, command);
  if (expiry < 0) return;
  const record = call.database.write(words.bytes, words.start(1), words.end(1));
  storeUntil(call, record, 1, 3, expiry);
  call.reply.ok();
}

/** GETSET key value */
export function getset(call: Call): void {
  const { arguments: words, reply, view } = call;
  const { arena } = call.keyspace;
  const record = call.database.write(words.bytes, words.start(1), words.end(1));
  if (record === 0) {
    reply.nullValue();
  } else if (typeOf(arena, record) !== TYPE_STRING) {
    return reply.error(WRONG_TYPE);
  } else {
    view.read(arena, record);
    reply.bulk(view.bytes, view.start, view.end);
  }
  store(call, record, 1, 2, NO_EXPIRY);
  if (call.propagates) call.propagate('SET', words.copy(1), words.copy(2));
}

/** MSET key value [key value ...] */
export function mset(call: Call): void {
  const { arguments: words } = call;
  if (words.count % 2 === 0) return call.reply.error("ERR wrong number of arguments for 'mset' command");
  setPairs(call, 1, words.count, NO_EXPIRY);
  call.reply.ok();
}

/** MSETNX key value [key value ...]: sets all if none exists. */
export function msetnx(call: Call): void {
  const { arguments: words } = call;
  if (words.count % 2 === 0) return call.reply.error("ERR wrong number of arguments for 'msetnx' command");
  for (let i = 1; i < words.count; i += 2) {
    if (call.database.write(words.bytes, words.start(i), words.end(i)) !== 0) return call.reply.flag(false);
  }
  setPairs(call, 1, words.count, NO_EXPIRY);
  call.reply.flag(true);
}

/** Sets the keys at words `from`, `from` + 2, ... below `to` to the words behind them. */
export function setPairs(call: Call, from: number, to: number, expiry: number): void {
  const { arguments: words, database } = call;
  for (let i = from; i < to; i += 2) {
    const record = database.write(words.bytes, words.start(i), words.end(i));
    store(call, record, i, i + 1, expiry);
  }
}

/** `store`, and what an expiry brings: its event, its absolute form for replicas, and deletion if it is past. */
export function storeUntil(call: Call, record: number, key: number, value: number, expiry: number): void {
  const { arguments: words, keyspace, database } = call;
  if (expiry < 0) return store(call, record, key, value, expiry);
  if (expiry <= keyspace.now && keyspace.deletesExpired) {
    deletePast(call, record, key);
    return;
  }
  store(call, record, key, value, expiry);
  if (keyspace.listener !== null)
    keyspace.listener.changed(database, EXPIRE, words.bytes, words.start(key), words.end(key));
  if (call.propagates) call.propagate('SET', words.copy(key), words.copy(value), 'PXAT', String(expiry));
}

/** A value that would have expired already: the key goes instead. */
function deletePast(call: Call, record: number, key: number): void {
  const { arguments: words, keyspace, database } = call;
  if (record === 0) return;
  database.removeFound(record);
  keyspace.changed(database, DEL, words.bytes, words.start(key), words.end(key));
  if (call.propagates) call.propagate('DEL', words.copy(key));
}

/** Sets the key just looked up (word `key`, `record`) to word `value`. */
export function store(call: Call, record: number, key: number, value: number, expiry: number): void {
  const { arguments: words, database } = call;
  const { bytes, offsets } = words;
  const keyStart = offsets[key << 1];
  const keyEnd = offsets[(key << 1) + 1];
  setString(
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
  call.keyspace.changed(database, SET, bytes, keyStart, keyEnd);
}
