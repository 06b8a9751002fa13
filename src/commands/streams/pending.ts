/** Cold. XPENDING. */
import { compareIds, WideId } from '../../memory/wide-id.ts';
import type { Groups } from '../../values/stream/groups.ts';
import { nameBytes, nameLength, nameStart } from '../../values/stream/name-list.ts';
import type { Call } from '../call.ts';
import { NOT_AN_INTEGER, SYNTAX } from '../errors.ts';
import {
  integerAt,
  lowerBound,
  nameWord,
  openGroup,
  REFUSED,
  readStream,
  replyId,
  streamsOf,
  upperBound,
} from './access.ts';

const low = new WideId();
const high = new WideId();
const id = new WideId();
const LONG_BITS = 64n;

/** XPENDING key group [[IDLE min] start end count [consumer]] */
export function xpending(call: Call): void {
  const { arguments: words, reply } = call;
  if (words.count === 3) return summary(call);
  if (words.count < 6 || words.count > 9) return reply.error(SYNTAX);
  let first = 3;
  let idle = 0;
  if (words.is(3, 'idle')) {
    idle = integerAt(call, 4);
    if (Number.isNaN(idle)) return reply.error(NOT_AN_INTEGER);
    if (words.count < 8) return reply.error(SYNTAX);
    first = 5;
  }
  const count = integerAt(call, first + 2);
  if (Number.isNaN(count)) return reply.error(NOT_AN_INTEGER);
  if (!lowerBound(call, first, low) || !upperBound(call, first + 1, high)) return;
  if (!requireGroup(call)) return;
  detail(call, idle, count, words.count > first + 3 ? first + 3 : 0);
}

/** Opens the group of words 1 and 2. Returns false after having replied with an error. */
export function requireGroup(call: Call): boolean {
  const root = readStream(call, 1);
  if (root === REFUSED) return false;
  if (root !== 0 && openGroup(call, root, 2)) return true;
  call.reply.error(`NOGROUP No such key '${nameWord(call, 1)}' or consumer group '${nameWord(call, 2)}'`);
  return false;
}

function summary(call: Call): void {
  const { reply } = call;
  if (!requireGroup(call)) return;
  const { groups } = streamsOf(call);
  const { pending, owned } = groups;
  reply.array(4);
  reply.integer(pending.count);
  if (pending.count === 0) {
    reply.nullValue();
    reply.nullValue();
    return reply.nullArray();
  }
  for (const isFirst of [true, false]) {
    if (isFirst) pending.first();
    else pending.last();
    pending.readId(id);
    replyId(call, id);
  }
  const owners: number[] = [];
  for (let index = 0; index < groups.consumerCount; index++) {
    groups.openConsumer(groups.consumerAt(index));
    if (owned.count > 0) owners.push(groups.consumerAt(index));
  }
  reply.array(owners.length);
  for (const consumer of owners) {
    groups.openConsumer(consumer);
    reply.array(2);
    replyName(call, consumer);
    reply.text(String(owned.count));
  }
}

function detail(call: Call, idle: number, count: number, consumerWord: number): void {
  const { arguments: words, reply } = call;
  const { groups } = streamsOf(call);
  if (
    consumerWord !== 0 &&
    groups.findConsumer(words.bytes, words.start(consumerWord), words.end(consumerWord)) === 0
  )
    return reply.array(0);
  const entries = walk(call, groups, idle, count, consumerWord !== 0, null);
  reply.array(entries);
  walk(call, groups, idle, count, consumerWord !== 0, replyPending);
}

/** Goes through pending entries of the range that are idle enough; returns how many. */
function walk(
  call: Call,
  groups: Groups,
  idle: number,
  count: number,
  ofConsumer: boolean,
  visit: ((call: Call, groups: Groups) => void) | null,
): number {
  const { pending, owned } = groups;
  const tree = ofConsumer ? owned : pending;
  let entries = 0;
  for (let more = tree.seek(low); more && entries < count; more = tree.next()) {
    tree.readId(id);
    if (compareIds(id, high) > 0) break;
    if (ofConsumer) pending.find(id);
    if (idle > 0 && idleOf(call, groups) < idle) continue;
    visit?.(call, groups);
    entries++;
  }
  return entries;
}

function replyPending(call: Call, groups: Groups): void {
  const { reply } = call;
  reply.array(4);
  replyId(call, id);
  if (groups.owner === 0) reply.text('');
  else replyName(call, groups.owner);
  reply.integer(groups.owner === 0 ? -1 : Math.max(0, idleOf(call, groups)));
  replyDeliveries(call, groups);
}

/** Milliseconds since the found entry was delivered; no limit for one that nobody has. */
export function idleOf(call: Call, groups: Groups): number {
  return groups.owner === 0 ? Number.POSITIVE_INFINITY : call.keyspace.now - groups.delivered;
}

export function replyName(call: Call, block: number): void {
  const { arena } = call.keyspace;
  const start = nameStart(block);
  call.reply.bulk(nameBytes(arena, block), start, start + nameLength(arena, block));
}

/** How often the found entry was delivered. */
export function replyDeliveries(call: Call, groups: Groups): void {
  if (groups.deliveries <= Number.MAX_SAFE_INTEGER) call.reply.integer(groups.deliveries);
  else call.reply.bigInteger(deliveriesOf(groups));
}

export function deliveriesOf(groups: Groups): bigint {
  const bits = (BigInt(groups.deliveriesHigh) << 32n) | BigInt(groups.deliveriesLow >>> 0);
  return BigInt.asIntN(Number(LONG_BITS), bits);
}
