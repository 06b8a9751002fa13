/** Warm. Commands that let fields expire, or stay. */
import { HEXPIRE, HPERSIST } from '../../keyspace/events.ts';
import { ENCODING_LISTPACK } from '../../values/encoding.ts';
import { type HashValue, NO_EXPIRY } from '../../values/hash/hash-value.ts';
import type { Call } from '../call.ts';
import { MISSING, REFUSED } from '../collections.ts';
import { fieldCount } from './field-list.ts';
import { hashOf, keep, keepChanged, keepRemoved, openToWrite } from './lookup.ts';
import { fieldMoment } from './moment.ts';

const SECONDS = 1000;
const MILLISECONDS = 1;

/** What becomes of a field. */
const NO_FIELD = -2;
const UNCHANGED = 0;
const SET = 1;
const DELETED = 2;

const NO_CONDITION = '';
const NOT_POSITIVE = 'ERR Parameter `numFields` should be greater than 0';

/** HEXPIRE key seconds [NX|XX|GT|LT] FIELDS numfields field [field ...] */
export function hexpire(call: Call): void {
  setExpiries(call, 'hexpire', SECONDS, call.keyspace.now);
}

/** HPEXPIRE key milliseconds [NX|XX|GT|LT] FIELDS numfields field [field ...] */
export function hpexpire(call: Call): void {
  setExpiries(call, 'hpexpire', MILLISECONDS, call.keyspace.now);
}

/** HEXPIREAT key unix-time-seconds [NX|XX|GT|LT] FIELDS numfields field [field ...] */
export function hexpireat(call: Call): void {
  setExpiries(call, 'hexpireat', SECONDS, 0);
}

/** HPEXPIREAT key unix-time-milliseconds [NX|XX|GT|LT] FIELDS numfields field [field ...] */
export function hpexpireat(call: Call): void {
  setExpiries(call, 'hpexpireat', MILLISECONDS, 0);
}

/** HPERSIST key FIELDS numfields field [field ...] */
export function hpersist(call: Call): void {
  const { arguments: words, reply } = call;
  const outcome = openToWrite(call);
  if (outcome === REFUSED) return;
  const count = fieldCount(call, 2);
  if (count < 0) return;
  const first = words.count - count;
  const hash = hashOf(call);
  reply.array(count);
  let changed = false;
  for (let i = first; i < words.count; i++) {
    const present = outcome !== MISSING && hash.find(words.bytes, words.start(i), words.end(i));
    if (!present || hash.isExpired(call.keyspace.now)) {
      reply.integer(NO_FIELD);
      continue;
    }
    const expires = hash.expiry !== NO_EXPIRY;
    reply.integer(expires ? 1 : -1);
    if (!expires) continue;
    hash.setExpiry(words.bytes, words.start(i), words.end(i), NO_EXPIRY);
    changed = true;
  }
  if (changed) keepChanged(call, HPERSIST);
}

function setExpiries(call: Call, command: string, unit: number, base: number): void {
  const { arguments: words, reply } = call;
  const outcome = openToWrite(call);
  if (outcome === REFUSED) return;
  const moment = fieldMoment(call, 2, unit, base, command);
  if (Number.isNaN(moment)) return;
  const condition = conditionAt(call, 3);
  const count = fieldCount(call, condition === NO_CONDITION ? 3 : 4, NOT_POSITIVE);
  if (count < 0) return;
  reply.array(count);
  const first = words.count - count;
  if (outcome === MISSING) {
    for (let i = 0; i < count; i++) reply.integer(NO_FIELD);
    return;
  }
  call.keyspace.arena.reserve(4 * 1024 * 1024 + words.count * 256);
  const hash = hashOf(call);
  if (hash.encoding === ENCODING_LISTPACK) {
    hash.allowExpiries();
    keep(call);
  }
  const done: number[] = [];
  for (let i = first; i < words.count; i++) {
    const what = setExpiry(call, hash, i, condition, moment);
    done.push(what);
    reply.integer(what);
  }
  settle(call, done, first, moment);
}

/** Tells of what was done with the fields from word `first` on. */
function settle(call: Call, done: readonly number[], first: number, moment: number): void {
  const { arguments: words } = call;
  const countOf = (what: number): number => done.filter((each) => each === what).length;
  const isSet = done.includes(SET);
  const isDeleted = done.includes(DELETED);
  if (isSet) {
    keepChanged(call, HEXPIRE);
    call.keyspace.countElements(countOf(SET));
  }
  if (isDeleted) {
    keepRemoved(call);
    call.keyspace.countElements(countOf(DELETED));
  }
  if (!call.propagates) return;
  const fields = (what: number): Uint8Array[] =>
    done.flatMap((each, index) => (each === what ? [words.copy(first + index)] : []));
  if (isSet) {
    const set = fields(SET);
    const options = words.copyAll().slice(3, first - 1);
    const count = String(set.length);
    call.propagateWords(['HPEXPIREAT', words.copy(1), String(moment), ...options, count, ...set]);
  }
  if (isDeleted) call.propagateWords(['HDEL', words.copy(1), ...fields(DELETED)]);
}

function setExpiry(call: Call, hash: HashValue, index: number, condition: string, moment: number): number {
  const { arguments: words, keyspace } = call;
  if (!hash.find(words.bytes, words.start(index), words.end(index))) return NO_FIELD;
  if (!holds(condition, hash.expiry, moment)) return UNCHANGED;
  if (keyspace.deletesExpired && moment <= keyspace.now) {
    hash.removeFound();
    return DELETED;
  }
  hash.setExpiry(words.bytes, words.start(index), words.end(index), moment);
  return SET;
}

/** The condition that word `index` is, '' if it is none. */
function conditionAt(call: Call, index: number): string {
  const { arguments: words } = call;
  return ['nx', 'xx', 'gt', 'lt'].find((condition) => words.is(index, condition)) ?? NO_CONDITION;
}

/** Whether a field's expiry allows the new one. No expiry is later than any. */
function holds(condition: string, old: number, moment: number): boolean {
  if (condition === 'nx') return old === NO_EXPIRY;
  if (condition === 'xx') return old !== NO_EXPIRY;
  if (condition === 'gt') return old !== NO_EXPIRY && moment > old;
  return condition !== 'lt' || old === NO_EXPIRY || moment < old;
}
