/** Cold. Checks a whole stream. For tests. */
import { IdTree } from '../../memory/id-tree.ts';
import { ID_WORDS } from '../../memory/id-tree-node.ts';
import { listpackBytes } from '../../memory/listpack.ts';
import { compareIds, isZeroId, WideId } from '../../memory/wide-id.ts';
import type { Groups } from './groups.ts';
import { FIRST_ID, GROUPS, LAST_ID, NODES } from './layout.ts';
import { namedAt, namesCount } from './name-list.ts';
import { liveEntries } from './node.ts';
import { NODE_SLACK_BYTES, type Stream } from './stream.ts';

/** Throws when an invariant of a stream or of its groups does not hold. */
export function verifyStream(stream: Stream, groups: Groups, root: number): void {
  stream.open(root);
  verifyNodes(stream, root);
  verifyEntries(stream);
  for (let index = 0; index < namesCount(stream.arena, root, GROUPS); index++) {
    groups.openGroup(namedAt(stream.arena, root, GROUPS, index));
    verifyGroup(groups);
  }
}

function verifyNodes(stream: Stream, root: number): void {
  const { arena } = stream;
  const nodes = new IdTree(arena, 1);
  nodes.open(root, NODES);
  nodes.verify();
  let live = 0;
  for (let more = nodes.first(); more; more = nodes.next()) {
    const node = nodes.words[nodes.at + ID_WORDS];
    const used = listpackBytes(arena, node);
    if (used + NODE_SLACK_BYTES > arena.sizeOf(node)) throw new Error('Stream: a node without slack');
    if (liveEntries(arena, node) === 0) throw new Error('Stream: a node without entries');
    live += liveEntries(arena, node);
  }
  if (live !== stream.length) throw new Error(`Stream: ${live} entries in nodes, accounted ${stream.length}`);
}

function verifyEntries(stream: Stream): void {
  const { cursor } = stream;
  const previous = new WideId();
  const first = new WideId();
  stream.readRootId(FIRST_ID, first);
  let entries = 0;
  for (let more = cursor.first(); more; more = cursor.next()) {
    const { id } = cursor;
    if (entries === 0 && compareIds(id, first) !== 0) throw new Error('Stream: the first id is another');
    if (entries > 0 && compareIds(id, previous) <= 0) throw new Error('Stream: entries out of order');
    if (stream.compareRootId(LAST_ID, id) < 0) throw new Error('Stream: an entry above the last id');
    Object.assign(previous, id);
    entries++;
  }
  if (entries === 0 && !isZeroId(first)) throw new Error('Stream: a first id without entries');
  if (entries !== stream.length) throw new Error(`Stream: ${entries} entries, accounted ${stream.length}`);
}

function verifyGroup(groups: Groups): void {
  const { pending, owned } = groups;
  const id = new WideId();
  pending.verify();
  let ownerless = 0;
  for (let more = pending.first(); more; more = pending.next()) if (groups.owner === 0) ownerless++;
  let total = 0;
  for (let index = 0; index < groups.consumerCount; index++) {
    const consumer = groups.consumerAt(index);
    groups.openConsumer(consumer);
    owned.verify();
    total += owned.count;
    for (let more = owned.first(); more; more = owned.next()) {
      owned.readId(id);
      if (!pending.find(id) || groups.owner !== consumer)
        throw new Error('Stream: a consumer owns what is not its own');
    }
  }
  if (total + ownerless !== pending.count) throw new Error('Stream: pending entries of nobody');
}
