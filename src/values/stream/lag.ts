/** Cold. How many entries a group has read, and how many are left, as far as that can be known without counting. */
import { compareIds, isZeroId, WideId } from '../../memory/wide-id.ts';
import { DELETED_ID, FIRST_ID, GROUP_READ, getNumber, LAST_ID, setNumber } from './layout.ts';
import type { StreamStructure } from './structure.ts';

/** It cannot be known. */
export const UNKNOWN = -1;

const deleted = new WideId();
const first = new WideId();
const last = new WideId();

/**
 * How many entries were added up to an id, that one included: known for ids at the stream's ends, as long as no entry in
 * between was deleted.
 */
export function entriesUpTo({ stream }: StreamStructure, id: WideId): number {
  const added = stream.entriesAdded;
  if (added === 0) return 0;
  stream.readRootId(LAST_ID, last);
  const toLast = compareIds(id, last);
  if (stream.length === 0 && toLast <= 0) return added;
  stream.readRootId(DELETED_ID, deleted);
  if (!isZeroId(id) && compareIds(id, deleted) < 0) return UNKNOWN;
  if (toLast === 0) return added;
  if (toLast > 0) return UNKNOWN;
  stream.readRootId(FIRST_ID, first);
  if (!isZeroId(deleted) && compareIds(deleted, first) >= 0) return UNKNOWN;
  const toFirst = compareIds(id, first);
  if (toFirst < 0) return added - stream.length;
  return toFirst === 0 ? added - stream.length + 1 : UNKNOWN;
}

/** Whether an entry behind `id` may have been deleted. */
function mayHaveGaps({ stream }: StreamStructure, id: WideId): boolean {
  if (stream.length === 0) return false;
  stream.readRootId(DELETED_ID, deleted);
  return !isZeroId(deleted) && compareIds(id, deleted) <= 0;
}

/** How many entries the open group has yet to be given. */
export function lagOf(streams: StreamStructure): number {
  const { stream, groups, arena } = streams;
  if (stream.entriesAdded === 0) return 0;
  const read = getNumber(arena, groups.group, GROUP_READ);
  groups.readLastId(last);
  const id = Object.assign(new WideId(), last);
  if (read !== UNKNOWN && !mayHaveGaps(streams, id)) return stream.entriesAdded - read;
  const upTo = entriesUpTo(streams, id);
  return upTo === UNKNOWN ? UNKNOWN : stream.entriesAdded - upTo;
}

/** The open group is given the entry `id`, which is above its last one: counts that, and makes it the last one. */
export function advanceGroup(streams: StreamStructure, id: WideId): void {
  const { stream, groups, arena } = streams;
  const read = getNumber(arena, groups.group, GROUP_READ);
  stream.readRootId(FIRST_ID, first);
  const isBehindFirst = groups.compareLastId(first) >= 0;
  if (read !== UNKNOWN && isBehindFirst && !mayHaveGaps(streams, id))
    setNumber(arena, groups.group, GROUP_READ, read + 1);
  else if (stream.entriesAdded > 0) setNumber(arena, groups.group, GROUP_READ, entriesUpTo(streams, id));
  groups.writeLastId(id);
}
