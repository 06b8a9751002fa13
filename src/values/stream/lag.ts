/** Cold. How many entries a group has read, and how many are left, as far as that can be known without counting. */
import { compareIds, isZeroId, WideId } from '../../memory/wide-id.ts';
import { countUp, DELETED_ID, FIRST_ID, GROUP_READ, getBig, getNumber, LAST_ID, setBig } from './layout.ts';
import type { StreamStructure } from './structure.ts';

/** How many entries a group has read when that cannot be known. */
export const UNKNOWN = -1;
const UNKNOWN_COUNT = -1n;

const deleted = new WideId();
const first = new WideId();
const last = new WideId();
const given = new WideId();

/**
 * How many entries were added up to an id, that one included: known for ids at the stream's ends, as long as no entry in
 * between was deleted; -1 otherwise. REQUIRES: the stream is open.
 */
export function entriesUpTo({ stream }: StreamStructure, id: WideId): bigint {
  const added = stream.entriesAdded;
  if (added === 0n) return 0n;
  stream.readRootId(LAST_ID, last);
  const toLast = compareIds(id, last);
  if (stream.length === 0 && toLast <= 0) return added;
  stream.readRootId(DELETED_ID, deleted);
  if (!isZeroId(id) && compareIds(id, deleted) < 0) return UNKNOWN_COUNT;
  if (toLast === 0) return added;
  if (toLast > 0) return UNKNOWN_COUNT;
  stream.readRootId(FIRST_ID, first);
  if (!isZeroId(deleted) && compareIds(deleted, first) >= 0) return UNKNOWN_COUNT;
  const toFirst = compareIds(id, first);
  const before = added - BigInt(stream.length);
  if (toFirst < 0) return before;
  return toFirst === 0 ? before + 1n : UNKNOWN_COUNT;
}

/** Whether an entry behind `id` may have been deleted. */
function mayHaveGaps({ stream }: StreamStructure, id: WideId): boolean {
  if (stream.length === 0) return false;
  stream.readRootId(DELETED_ID, deleted);
  return !isZeroId(deleted) && compareIds(id, deleted) <= 0;
}

/** How many entries the open group has yet to be given; null if that cannot be known. */
export function lagOf(streams: StreamStructure): bigint | null {
  const { stream, groups, arena } = streams;
  if (stream.entriesAdded === 0n || stream.length === 0) return 0n;
  groups.readLastId(given);
  stream.readRootId(FIRST_ID, first);
  stream.readRootId(DELETED_ID, deleted);
  // Whatever was counted, all that is there is still to come.
  if (compareIds(given, first) < 0 && compareIds(deleted, first) < 0) return BigInt(stream.length);
  const read = getBig(arena, groups.group, GROUP_READ);
  if (read !== UNKNOWN_COUNT && !mayHaveGaps(streams, given))
    return BigInt.asIntN(64, stream.entriesAdded - read);
  const upTo = entriesUpTo(streams, given);
  return upTo === UNKNOWN_COUNT ? null : stream.entriesAdded - upTo;
}

/** The open group is given the entry `id`, which is above its last one: counts that, and makes it the last one. */
export function advanceGroup(streams: StreamStructure, id: WideId): void {
  const { stream, groups, arena } = streams;
  const read = getNumber(arena, groups.group, GROUP_READ);
  stream.readRootId(FIRST_ID, first);
  groups.readLastId(given);
  const isBehindFirst = compareIds(given, first) >= 0;
  if (read !== UNKNOWN && isBehindFirst && !mayHaveGaps(streams, given))
    countUp(arena, groups.group, GROUP_READ);
  else if (stream.entriesAdded > 0n) setBig(arena, groups.group, GROUP_READ, entriesUpTo(streams, id));
  groups.writeLastId(id);
}
