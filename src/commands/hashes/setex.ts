/** Warm. HSETEX. */
import { DEL, HDEL, HEXPIRE, HSET } from '../../keyspace/events.ts';
import { KEEP_EXPIRY, NO_EXPIRY } from '../../values/hash/hash-value.ts';
import type { Call } from '../call.ts';
import { MISSING, REFUSED } from '../collections.ts';
import { NOT_AN_INTEGER, SYNTAX, wrongArity } from '../errors.ts';
import { readLong } from '../long-argument.ts';
import { EX, EXAT, KEEPTTL, optionAt, PX, PXAT } from '../strings/options.ts';
import { optionMoment } from './getex.ts';
import { deleteHash, findField, hashOf, isOpen, keepChanged, openOrCreate, openToWrite } from './lookup.ts';
import { prepareFor, setFields } from './set.ts';

/** How much of an unknown word its error shows. */
const QUOTED_BYTES_MAX = 32768;
const FIELDS_MAX = 2 ** 31 - 1;

/** What `readOptions` has read. */
let expiry = NO_EXPIRY;
let isTimed = false;
/** The word of the expiry's option. */
let expiryIndex = 0;
/** 'fnx', 'fxx' or ''. */
let condition = '';
/** Whether the hash must be missing ('nx') or there ('xx'); '' if that is all the same. */
let existence = '';
/** The first field's word. */
let first = 0;

/** HSETEX key [NX|XX] [FNX|FXX] [EX s|PX ms|EXAT s|PXAT ms|KEEPTTL] FIELDS numfields field value [field value ...] */
export function hsetex(call: Call): void {
  const { keyspace, reply } = call;
  if (!readOptions(call)) return;
  const outcome = openToWrite(call);
  if (outcome === REFUSED) return;
  const isMissing = outcome === MISSING;
  if (isMissing ? existence === 'xx' || condition === 'fxx' : existence === 'nx') return reply.flag(false);
  if (condition !== '' && !fieldsAllow(call)) return reply.flag(false);
  if (!openOrCreate(call)) return;
  if (isTimed && keyspace.deletesExpired && expiry <= keyspace.now) return setExpired(call);
  setFields(call, first, expiry);
  keepChanged(call, HSET);
  const { arguments: words, database } = call;
  keyspace.countElements((words.count - first) >> 1);
  if (isTimed) keyspace.announce(database, HEXPIRE, words.bytes, words.start(1), words.end(1));
  reply.flag(true);
  if (call.propagates && (isTimed || existence !== '')) propagate(call);
}

/** Fields whose time has come already are as good as deleted. */
function setExpired(call: Call): void {
  const { arguments: words, keyspace, database, reply } = call;
  const hash = hashOf(call);
  // As if they had been there for a moment.
  prepareFor(call, first);
  hash.allowExpiries();
  for (let i = first; i < words.count; i += 2)
    if (hash.find(words.bytes, words.start(i), words.end(i))) hash.removeFound();
  keepChanged(call, HSET);
  keyspace.countElements((words.count - first) >> 1);
  keyspace.announce(database, HDEL, words.bytes, words.start(1), words.end(1));
  const fields = Array.from({ length: (words.count - first) / 2 }, (_, index) =>
    words.copy(first + index * 2),
  );
  if (call.propagates) call.propagateWords(['HDEL', words.copy(1), ...fields]);
  reply.flag(true);
  if (hash.count > 0) return;
  deleteHash(call);
  keyspace.announce(database, DEL, words.bytes, words.start(1), words.end(1));
}

/** The request with the moment in place of the time to live, and without what Redis does not know of conditions. */
function propagate(call: Call): void {
  const told: (Uint8Array | string)[] = call.arguments.copyAll();
  if (isTimed) told.splice(expiryIndex, 2, 'PXAT', String(expiry));
  call.propagateWords(told.filter((_, index) => index < 2 || index >= first || !isExistence(call, index)));
}

function isExistence({ arguments: words }: Call, index: number): boolean {
  return words.is(index, 'nx') || words.is(index, 'xx');
}

/** Whether none (FNX) or all (FXX) of the fields are there. */
function fieldsAllow(call: Call): boolean {
  const { arguments: words } = call;
  for (let i = first; i < words.count; i += 2)
    if ((isOpen() && findField(call, i)) === (condition === 'fnx')) return false;
  return true;
}

/** Reads all words but the fields; returns false after having replied with an error. */
function readOptions(call: Call): boolean {
  const { arguments: words } = call;
  expiry = NO_EXPIRY;
  isTimed = false;
  condition = '';
  existence = '';
  let hasExpiry = false;
  for (let i = 2; i < words.count; i++) {
    if (words.is(i, 'fields')) return readCount(call, i + 1);
    const option = optionAt(words, i);
    if (words.is(i, 'fnx') || words.is(i, 'fxx')) {
      if (condition !== '') return fail(call, 'ERR Only one of FXX or FNX arguments can be specified');
      condition = words.is(i, 'fnx') ? 'fnx' : 'fxx';
    } else if (isExistence(call, i)) {
      const named = words.is(i, 'nx') ? 'nx' : 'xx';
      if (existence !== '' && existence !== named) return fail(call, SYNTAX);
      existence = named;
    } else if (option === KEEPTTL || option === EX || option === PX || option === EXAT || option === PXAT) {
      if (hasExpiry)
        return fail(call, 'ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified');
      hasExpiry = true;
      if (option === KEEPTTL) {
        expiry = KEEP_EXPIRY;
        continue;
      }
      isTimed = true;
      expiryIndex = i;
      i++;
      if (i >= words.count) return fail(call, NOT_AN_INTEGER);
      expiry = optionMoment(call, option, i, 'hsetex');
      if (Number.isNaN(expiry)) return false;
    } else {
      return fail(call, `ERR unknown argument: ${words.quoted(i, QUOTED_BYTES_MAX)}`);
    }
  }
  return fail(call, wrongArity('hsetex'));
}

/** Reads the number of fields at word `index`, behind which the fields have to be. */
function readCount(call: Call, index: number): boolean {
  const { arguments: words } = call;
  // A number and one pair is the least.
  if (words.count - index < 3) return fail(call, wrongArity('hsetex'));
  const count = readLong(call, index);
  if (!(count >= 1 && count <= FIELDS_MAX)) return fail(call, 'ERR invalid number of fields');
  first = index + 1;
  return count * 2 === words.count - first || fail(call, wrongArity('hsetex'));
}

function fail(call: Call, error: string): false {
  call.reply.error(error);
  return false;
}
