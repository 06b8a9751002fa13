/** Cold. What XREADGROUP replies of entries that are pending already. */
import { compareIds, incrementId, WideId } from '../../memory/wide-id.ts';
import type { Call } from '../call.ts';
import { replyEntry, replyId, replyPairs, streamsOf } from './access.ts';
import { idleOf, replyDeliveries } from './pending.ts';
import { propagateClaim } from './propagation.ts';

const id = new WideId();

/** Puts the cursor of the open consumer's ids behind `start`. Returns false if none are there. */
function seekBehind(call: Call, start: WideId): boolean {
  Object.assign(id, start);
  return incrementId(id) && streamsOf(call).groups.owned.seek(id);
}

/** How many of the open consumer's pending entries are behind `start`, `most` at most. */
export function countHistory(call: Call, start: WideId, most: number): number {
  const { owned } = streamsOf(call).groups;
  let count = 0;
  for (let more = seekBehind(call, start); more && count < most; more = owned.next()) count++;
  return count;
}

/** Replies with `count` of them: those that were deleted without fields. */
export function replyHistory(call: Call, start: WideId, count: number): void {
  const { reply, keyspace } = call;
  const { groups, stream } = streamsOf(call);
  const { owned, pending } = groups;
  reply.array(count);
  let more = seekBehind(call, start);
  for (let left = count; left > 0 && more; left--) {
    owned.readId(id);
    if (stream.cursor.find(id)) {
      replyEntry(call, stream.cursor);
      pending.find(id);
      groups.delivered = keyspace.now;
      groups.countDelivery();
    } else {
      reply.array(2);
      replyId(call, id);
      reply.nullArray();
    }
    more = owned.next();
  }
}

/** Pending entries of the open group, and in the stream, that were idle for so long: those idle longest, by id. */
export function claimable(call: Call, idle: number, most: number): WideId[] {
  const { groups, stream } = streamsOf(call);
  const { pending } = groups;
  const found: { id: WideId; idle: number }[] = [];
  for (let more = pending.first(); more; more = pending.next()) {
    const since = idleOf(call, groups);
    if (since < idle) continue;
    const one = new WideId();
    pending.readId(one);
    if (stream.cursor.find(one)) found.push({ id: one, idle: since });
  }
  if (found.length > most) {
    found.sort((a, b) => (a.idle === b.idle ? compareIds(a.id, b.id) : b.idle - a.idle));
    found.length = most;
    found.sort((a, b) => compareIds(a.id, b.id));
  }
  return found.map((one) => one.id);
}

/**
 * When the first pending entry of the open group will have been idle for so long, in milliseconds of the epoch; infinite if
 * none is pending.
 */
export function claimableAt(call: Call, idle: number): number {
  const { groups, stream } = streamsOf(call);
  const { pending } = groups;
  let earliest = Number.POSITIVE_INFINITY;
  for (let more = pending.first(); more; more = pending.next()) {
    pending.readId(id);
    if (stream.cursor.find(id))
      earliest = Math.min(earliest, call.keyspace.now - idleOf(call, groups) + idle);
  }
  return earliest;
}

/** Gives a pending entry to a consumer, and replies with it, how long it was idle, and how often it had been delivered. */
export function replyClaimable(
  call: Call,
  claimed: WideId,
  consumer: number,
  key: Uint8Array,
  group: Uint8Array,
): void {
  const { reply, keyspace } = call;
  const { groups, stream } = streamsOf(call);
  groups.pending.find(claimed);
  stream.cursor.find(claimed);
  reply.array(4);
  replyId(call, claimed);
  replyPairs(call, stream.cursor);
  reply.integer(groups.owner === 0 ? -1 : Math.max(0, keyspace.now - groups.delivered));
  replyDeliveries(call, groups);
  groups.handOver(claimed, consumer);
  groups.delivered = keyspace.now;
  groups.countDelivery();
  keyspace.dirty++;
  propagateClaim(call, key, group, claimed);
}
