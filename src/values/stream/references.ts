/** Cold. What becomes of the references that consumer groups have to an entry that is to be deleted. */
import type { WideId } from '../../memory/wide-id.ts';
import { GROUPS } from './layout.ts';
import { namedAt, namesCount } from './name-list.ts';
import type { StreamStructure } from './structure.ts';

/** They stay, and name an entry that there is no more. */
export const KEEP_REFERENCES = 0;
/** They go with it. */
export const DELETE_REFERENCES = 1;
/** The entry goes only if every group has been given it and has acknowledged it. */
export const ACKNOWLEDGED_ONLY = 2;

/**
 * Whether an entry of the open stream may be deleted; drops its references, if they are to be. Opens groups.
 */
export function mayDelete(streams: StreamStructure, id: WideId, references: number): boolean {
  if (references === KEEP_REFERENCES) return true;
  if (references === ACKNOWLEDGED_ONLY) return !isReferenced(streams, id);
  const { arena, groups, stream } = streams;
  for (let index = namesCount(arena, stream.root, GROUPS) - 1; index >= 0; index--) {
    groups.openGroup(namedAt(arena, stream.root, GROUPS, index));
    groups.acknowledge(id);
  }
  return true;
}

/** Whether any group has yet to be given an entry, or has it among its pending ones. */
function isReferenced(streams: StreamStructure, id: WideId): boolean {
  const { arena, groups, stream } = streams;
  for (let index = namesCount(arena, stream.root, GROUPS) - 1; index >= 0; index--) {
    groups.openGroup(namedAt(arena, stream.root, GROUPS, index));
    if (groups.compareLastId(id) < 0 || groups.pending.find(id)) return true;
  }
  return false;
}
