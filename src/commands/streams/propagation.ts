/** Cold. What replicas and the append-only file are told of entries that consumers were given. */
import { WideId } from '../../memory/wide-id.ts';
import { GROUP_READ, getBig } from '../../values/stream/layout.ts';
import { nameBytes, nameLength, nameStart } from '../../values/stream/name-list.ts';
import type { Call } from '../call.ts';
import { idWord, streamsOf } from './access.ts';
import { deliveriesOf } from './pending.ts';

const lastId = new WideId();

/** The found pending entry `id` has a new owner, or would have, were it not gone from the stream. */
export function propagateClaim(call: Call, key: Uint8Array, group: Uint8Array, id: WideId): void {
  if (!call.propagates) return;
  const { groups } = streamsOf(call);
  groups.readLastId(lastId);
  call.propagate(
    'XCLAIM',
    key,
    group,
    nameOf(call, groups.owner),
    '0',
    idWord(id),
    'TIME',
    String(groups.delivered),
    'RETRYCOUNT',
    String(deliveriesOf(groups)),
    'FORCE',
    'JUSTID',
    'LASTID',
    idWord(lastId),
  );
}

/** The open group was given entries. */
export function propagateLastId(call: Call, key: Uint8Array, group: Uint8Array): void {
  if (!call.propagates) return;
  const { groups, arena } = streamsOf(call);
  groups.readLastId(lastId);
  const read = String(getBig(arena, groups.group, GROUP_READ));
  call.propagate('XGROUP', 'SETID', key, group, idWord(lastId), 'ENTRIESREAD', read);
}

export function propagateConsumer(
  call: Call,
  key: Uint8Array,
  group: Uint8Array,
  consumer: Uint8Array,
): void {
  if (call.propagates) call.propagate('XGROUP', 'CREATECONSUMER', key, group, consumer);
}

function nameOf(call: Call, block: number): Uint8Array {
  const start = nameStart(block);
  return nameBytes(call.keyspace.arena, block).slice(start, start + nameLength(call.keyspace.arena, block));
}
