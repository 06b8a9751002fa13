/** Warm. HRANDFIELD. */
import { int64High, int64Low } from '../../memory/integers.ts';
import { ReferenceList } from '../../memory/reference-list.ts';
import type { HashValue } from '../../values/hash/hash-value.ts';
import type { Call } from '../call.ts';
import { MISSING, REFUSED } from '../collections.ts';
import { SYNTAX } from '../errors.ts';
import { longArgument } from '../long-argument.ts';
import { pickDifferent, shuffleFront } from '../sample.ts';
import { countVisible, hashOf, isHidden, isOpen, openToRead, reclaimExpired } from './lookup.ts';

/** Where less than one in so many is wanted, single ones are picked; else all are looked at. */
const PICKED_SHARE = 3;
/** Picks that may meet a field that has expired before all are looked at. */
const TRIES = 20;

const all = new ReferenceList();

/** HRANDFIELD key [count [WITHVALUES]] */
export function hrandfield(call: Call): void {
  const { arguments: words, reply } = call;
  if (words.count === 2) return replyOne(call);
  const count = longArgument(call, 2);
  if (Number.isNaN(count)) return;
  const values = words.count === 4 && words.is(3, 'withvalues');
  if (words.count > 4 || (words.count === 4 && !values)) return reply.error(SYNTAX);
  if (values && !Number.isFinite(count) && isBeyondHalf()) return reply.error('ERR value is out of range');
  const outcome = openToRead(call);
  if (outcome === REFUSED) return;
  if (outcome !== MISSING) reclaimExpired(call);
  const visible = outcome === MISSING || !isOpen() ? 0 : countVisible(call);
  if (count === 0 || visible === 0) return reply.array(0);
  if (count < 0) replyRepeating(call, -count, visible, values);
  else replyDifferent(call, count, visible, values);
}

/** Whether twice the count that was just read exceeds 64 bits. */
function isBeyondHalf(): boolean {
  const half = 0x40000000;
  return int64High >= half || int64High < -half || (int64High === -half && int64Low === 0);
}

function replyOne(call: Call): void {
  const outcome = openToRead(call);
  if (outcome === REFUSED) return;
  if (outcome !== MISSING) reclaimExpired(call);
  if (outcome === MISSING || !isOpen() || countVisible(call) === 0) return call.reply.nullValue();
  const hash = hashOf(call);
  pickVisible(call, hash);
  hash.readField();
  call.reply.bulk(hash.field.bytes, hash.field.start, hash.field.end);
}

/** Goes to a field at random that has not expired. REQUIRES: there is one. */
function pickVisible(call: Call, hash: HashValue): void {
  const { random } = call.keyspace;
  for (let tries = 0; tries < TRIES; tries++) {
    hash.pick((bound) => random.below(bound));
    if (!isHidden(call, hash)) return;
  }
  gather(call, hash);
  hash.place = all.items[random.below(all.count)];
}

function replyRepeating(call: Call, count: number, visible: number, values: boolean): void {
  const hash = hashOf(call);
  const { random } = call.keyspace;
  const few = visible !== hash.count;
  if (few) gather(call, hash);
  announce(call, count, values);
  for (let i = 0; i < count; i++) {
    if (few) hash.place = all.items[random.below(all.count)];
    else hash.pick((bound) => random.below(bound));
    write(call, hash, values);
  }
}

function replyDifferent(call: Call, count: number, visible: number, values: boolean): void {
  const hash = hashOf(call);
  const { random } = call.keyspace;
  const wanted = Math.min(count, visible);
  let list = all;
  if (visible === hash.count && wanted * PICKED_SHARE < visible) {
    list = pickDifferent(wanted, () => {
      hash.pick((bound) => random.below(bound));
      return hash.place;
    });
  } else {
    gather(call, hash);
    if (wanted < visible) shuffleFront(all, wanted, (bound) => random.below(bound));
  }
  announce(call, wanted, values);
  for (let i = 0; i < wanted; i++) {
    hash.place = list.items[i];
    write(call, hash, values);
  }
}

/** Fills `all` with the places of the fields that have not expired. */
function gather(call: Call, hash: HashValue): void {
  all.clear();
  hash.begin();
  while (hash.next()) if (!isHidden(call, hash)) all.add(hash.place);
}

function announce(call: Call, count: number, values: boolean): void {
  call.reply.array(values && call.reply.version === 2 ? count * 2 : count);
}

function write(call: Call, hash: HashValue, values: boolean): void {
  const { reply } = call;
  if (values && reply.version === 3) reply.array(2);
  hash.readField();
  reply.bulk(hash.field.bytes, hash.field.start, hash.field.end);
  if (!values) return;
  hash.readValue();
  reply.bulk(hash.value.bytes, hash.value.start, hash.value.end);
}
