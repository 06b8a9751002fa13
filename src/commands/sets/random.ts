/** Warm. Commands that choose members at random. */
import { SPOP } from '../../keyspace/events.ts';
import { ReferenceList } from '../../memory/reference-list.ts';
import type { SetValue } from '../../values/set/set-value.ts';
import type { Call } from '../call.ts';
import { MISSING, REFUSED } from '../collections.ts';
import { SYNTAX } from '../errors.ts';
import { longArgument, readLong } from '../long-argument.ts';
import { pickDifferent, shuffleFront } from '../sample.ts';
import { keepChanged, openToRead, openToWrite, setOf } from './lookup.ts';

/** Where less than one in so many is wanted, single ones are picked; else all are looked at. */
const PICKED_SHARE = 3;
/** Members in one command for replicas. */
const BATCH = 1024;

const all = new ReferenceList();

/** SRANDMEMBER key [count] */
export function srandmember(call: Call): void {
  const { arguments: words, reply } = call;
  const set = setOf(call);
  if (words.count > 3) return reply.error(SYNTAX);
  const count = words.count === 3 ? longArgument(call, 2) : 1;
  if (Number.isNaN(count)) return;
  const outcome = openToRead(call, 1, set);
  if (outcome === REFUSED) return;
  if (words.count === 2) {
    if (outcome === MISSING) return reply.nullValue();
    set.pick(below(call));
    return writeMember(call, set);
  }
  if (outcome === MISSING || count === 0) return reply.array(0);
  if (count < 0) replyRepeating(call, set, -count);
  else replyDifferent(call, set, Math.min(count, set.count));
}

/** SPOP key [count] */
export function spop(call: Call): void {
  const { arguments: words, reply } = call;
  if (words.count > 3) return reply.error(SYNTAX);
  if (words.count === 3) return popSeveral(call);
  const outcome = openToWrite(call, 1);
  if (outcome === REFUSED) return;
  if (outcome === MISSING) return reply.nullValue();
  const set = setOf(call);
  set.pick(below(call));
  const member = set.member.bytes.slice(set.member.start, set.member.end);
  set.removePlace();
  keepChanged(call, 1, SPOP);
  reply.bulk(member, 0, member.length);
  if (call.propagates) call.propagate('SREM', words.copy(1), member);
}

function popSeveral(call: Call): void {
  const { arguments: words, reply } = call;
  const count = readLong(call, 2);
  if (!(count >= 0)) return reply.error('ERR value is out of range, must be positive');
  const outcome = openToWrite(call, 1);
  if (outcome === REFUSED) return;
  if (outcome === MISSING || count === 0) return reply.set(0);
  const set = setOf(call);
  const wanted = Math.min(count, set.count);
  const takesAll = wanted === set.count;
  const popped: Uint8Array[] = [];
  reply.set(wanted);
  for (let i = 0; i < wanted; i++) {
    set.pick(below(call));
    writeMember(call, set);
    if (call.propagates && !takesAll) popped.push(set.member.bytes.slice(set.member.start, set.member.end));
    set.removePlace();
  }
  keepChanged(call, 1, SPOP);
  call.keyspace.countElements(wanted);
  if (!call.propagates) return;
  if (takesAll) call.propagateDeletion(1, call.keyspace.lazyFree.unlinksEmptied);
  for (let i = 0; i < popped.length; i += BATCH)
    call.propagateWords(['SREM', words.copy(1), ...popped.slice(i, i + BATCH)]);
}

function replyRepeating(call: Call, set: SetValue, count: number): void {
  call.reply.array(count);
  const random = below(call);
  for (let i = 0; i < count; i++) {
    set.pick(random);
    writeMember(call, set);
  }
}

function replyDifferent(call: Call, set: SetValue, wanted: number): void {
  let list = all;
  if (wanted * PICKED_SHARE < set.count) {
    const random = below(call);
    list = pickDifferent(wanted, () => {
      set.pick(random);
      return set.place;
    });
  } else {
    all.clear();
    set.begin();
    while (set.next()) all.add(set.place);
    if (wanted < all.count) shuffleFront(all, wanted, below(call));
  }
  call.reply.array(wanted);
  for (let i = 0; i < wanted; i++) {
    set.place = list.items[i];
    set.readPlace();
    writeMember(call, set);
  }
}

function below(call: Call): (bound: number) => number {
  const { random } = call.keyspace;
  return (bound) => random.below(bound);
}

function writeMember(call: Call, set: SetValue): void {
  call.reply.bulk(set.member.bytes, set.member.start, set.member.end);
}
