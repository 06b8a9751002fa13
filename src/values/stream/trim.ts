/** Hot. Takes the oldest entries off a stream. */
import { compareIds, setId, WideId } from '../../memory/wide-id.ts';
import { KEEP_REFERENCES, mayDelete } from './references.ts';
import type { StreamStructure } from './structure.ts';

export const NO_TRIMMING = 0;
export const TO_LENGTH = 1;
export const TO_ID = 2;

/** What is to stay. */
export class TrimRequest {
  /** NO_TRIMMING, TO_LENGTH or TO_ID. */
  strategy: number = NO_TRIMMING;
  /** TO_LENGTH: so many entries stay. */
  length = 0;
  /** TO_ID: this one and those above stay. */
  readonly id = new WideId();
  /** Whether only whole nodes go. */
  approximate = false;
  /** How many entries may go at most, a node's worth at a time; 0 for any number. */
  limit = 0;
  /** What becomes of references to entries that go; see references.ts. */
  references: number = KEEP_REFERENCES;
}

const MAXIMUM = new WideId();
setId(MAXIMUM, -1, -1, -1, -1);
const target = new WideId();

/** Trims the open stream; returns how many entries went. */
export function trimStream(streams: StreamStructure, request: TrimRequest): number {
  const { stream } = streams;
  const toLength = request.strategy === TO_LENGTH;
  const keep = toLength ? request.length : 0;
  const below = toLength ? MAXIMUM : request.id;
  if (toLength && stream.length <= keep) return 0;
  const removed =
    request.references === KEEP_REFERENCES
      ? dropEntries(streams, request, keep, below)
      : dropReferenced(streams, request, keep, below);
  if (removed > 0) stream.findFirst();
  return removed;
}

function dropEntries(streams: StreamStructure, request: TrimRequest, keep: number, below: WideId): number {
  const { stream } = streams;
  let removed = 0;
  while (stream.length > keep) {
    const entries = stream.firstNodeEntries();
    if (request.limit > 0 && removed + entries > request.limit) break;
    const isWhole =
      request.strategy === TO_LENGTH ? stream.length - entries >= keep : stream.isFirstNodeBelow(below);
    if (!isWhole) return request.approximate ? removed : removed + stream.dropFromFirstNode(keep, below);
    stream.dropFirstNode();
    removed += entries;
  }
  return removed;
}

/** As `dropEntries`, one entry at a time, each with its references or not at all. */
function dropReferenced(streams: StreamStructure, request: TrimRequest, keep: number, below: WideId): number {
  const { stream } = streams;
  const { cursor } = stream;
  let removed = 0;
  let node = 0;
  for (let more = cursor.first(); more; ) {
    if (stream.length <= keep || compareIds(cursor.id, below) >= 0) break;
    if (request.approximate && cursor.node !== node) {
      node = cursor.node;
      const entries = cursor.liveInNode;
      if (request.limit > 0 && removed + entries > request.limit) break;
      const isWhole =
        request.strategy === TO_LENGTH ? stream.length - entries >= keep : cursor.isNodeBelow(below);
      if (!isWhole) break;
    }
    Object.assign(target, cursor.id);
    if (mayDelete(streams, target, request.references)) {
      stream.removeUnderCursor();
      removed++;
      more = cursor.seek(target);
    } else {
      more = cursor.next();
    }
  }
  return removed;
}
