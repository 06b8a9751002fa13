/** Warm. HGETEX. */
import { HDEL, HEXPIRE, HPERSIST } from '../../keyspace/events.ts';
import { ENCODING_LISTPACK } from '../../values/encoding.ts';
import { NO_EXPIRY } from '../../values/hash/hash-value.ts';
import type { Call } from '../call.ts';
import { MISSING, REFUSED } from '../collections.ts';
import { wrongArity } from '../errors.ts';
import { EX, EXAT, optionAt, PERSIST, PX, PXAT } from '../strings/options.ts';
import { fieldCount } from './field-list.ts';
import { writeField } from './get.ts';
import { hashOf, isOpen, keep, keepChanged, keepRemoved, openToWrite } from './lookup.ts';
import { fieldMoment } from './moment.ts';

/** What a request wants done with the fields that it reads. */
const NOTHING = -2;

/** HGETEX key [EX seconds|PX milliseconds|EXAT seconds|PXAT milliseconds|PERSIST] FIELDS numfields field [field ...] */
export function hgetex(call: Call): void {
  const { arguments: words, reply, keyspace } = call;
  const outcome = openToWrite(call);
  if (outcome === REFUSED) return;
  const option = optionAt(words, 2);
  const timed = option === EX || option === PX || option === EXAT || option === PXAT;
  let expiry = option === PERSIST ? NO_EXPIRY : NOTHING;
  if (timed) {
    expiry = optionMoment(call, option, 3, 'hgetex');
    if (Number.isNaN(expiry)) return;
  }
  const list = timed ? 4 : option === PERSIST ? 3 : 2;
  if (list + 1 === words.count && words.is(list, 'fields')) return reply.error(wrongArity('hgetex'));
  const count = fieldCount(call, list);
  if (count < 0) return;
  reply.array(count);
  const first = words.count - count;
  if (outcome === MISSING) {
    for (let i = 0; i < count; i++) reply.nullValue();
    return;
  }
  const hash = hashOf(call);
  if (expiry !== NOTHING) {
    keyspace.arena.reserve(4 * 1024 * 1024 + words.count * 256);
    if (hash.encoding === ENCODING_LISTPACK) {
      hash.allowExpiries();
      keep(call);
    }
  }
  const deletes = timed && keyspace.deletesExpired && expiry <= keyspace.now;
  const changed: Uint8Array[] = [];
  for (let i = first; i < words.count; i++) {
    writeField(call, i);
    if (!isOpen() || hash.place === 0 || expiry === NOTHING) continue;
    if (deletes) hash.removeFound();
    else if (hash.expiry === expiry) continue;
    else hash.setExpiry(words.bytes, words.start(i), words.end(i), expiry);
    changed.push(words.copy(i));
  }
  if (changed.length > 0) settle(call, changed, expiry, deletes);
}

function settle(call: Call, changed: Uint8Array[], expiry: number, deletes: boolean): void {
  const { arguments: words, keyspace, database } = call;
  const key = words.copy(1);
  if (!isOpen()) keyspace.changed(database, HDEL, words.bytes, words.start(1), words.end(1));
  else if (deletes) keepRemoved(call);
  else keepChanged(call, expiry === NO_EXPIRY ? HPERSIST : HEXPIRE);
  keyspace.countElements(changed.length);
  if (!call.propagates) return;
  if (deletes) call.propagateWords(['HDEL', key, ...changed]);
  else if (expiry === NO_EXPIRY) call.propagateWords(['HPERSIST', key, ...words.copyAll().slice(3)]);
  else call.propagateWords(['HPEXPIREAT', key, String(expiry), ...words.copyAll().slice(4)]);
}

/** The moment that an option (EX, PX, EXAT or PXAT) with the operand at word `index` names; NaN after an error. */
export function optionMoment(call: Call, option: number, index: number, command: string): number {
  const unit = option === EX || option === EXAT ? 1000 : 1;
  const base = option === EX || option === PX ? call.keyspace.now : 0;
  return fieldMoment(call, index, unit, base, command);
}
