/** Hot. Writes streams in the forms that stream.ts tells of. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from '../../../memory/arena.ts';
import type { IdTree } from '../../../memory/id-tree.ts';
import { ID_WORDS } from '../../../memory/id-tree-node.ts';
import { listpackBytes } from '../../../memory/listpack.ts';
import { WideId } from '../../../memory/wide-id.ts';
import { DELIVERED, DELIVERIES, type Groups } from '../../../values/stream/groups.ts';
import {
  CONSUMER_ACTIVE,
  CONSUMER_SEEN,
  DELETED_ID,
  ENTRIES_ADDED,
  FIRST_ID,
  GROUP_READ,
  GROUPS,
  getNumber,
  getWord,
  LAST_ID,
  LENGTH,
  NODES,
} from '../../../values/stream/layout.ts';
import { nameBytes, namedAt, nameLength, nameStart, namesCount } from '../../../values/stream/name-list.ts';
import type { StreamStructure } from '../../../values/stream/structure.ts';
import {
  TYPE_STREAM_LISTPACKS_2,
  TYPE_STREAM_LISTPACKS_3,
  TYPE_STREAM_LISTPACKS_4,
  TYPE_STREAM_LISTPACKS_5,
  versionOfForm,
} from '../format.ts';
import type { RdbOutput } from '../output.ts';
import { writeIdempotency } from './stream-idempotency.ts';

const ID_BYTES = ID_WORDS * 4;
const TWO_32 = 2 ** 32;
const id = new WideId();

/** Writes an entry of a tree, which stands at words[at, ...). */
export type TreeEntryWriter = (output: RdbOutput, words: Int32Array, at: number) => void;

/** Where the rest of a stream goes, behind its nodes. */
export interface RestSink {
  readonly output: RdbOutput;
  /** Takes the length and the entries of a tree, which may be written later. */
  tree(block: number, tree: IdTree, entry: TreeEntryWriter): void;
}

/** The form for readers of a version, or the oldest that has room for all that a stream knows. */
export function streamForm({ groups, idempotency }: StreamStructure, root: number, version: number): number {
  if (hasReleased(groups, root)) return TYPE_STREAM_LISTPACKS_5;
  idempotency.open(root);
  if (idempotency.isUsed) return TYPE_STREAM_LISTPACKS_4;
  return version >= versionOfForm(TYPE_STREAM_LISTPACKS_3)
    ? TYPE_STREAM_LISTPACKS_3
    : TYPE_STREAM_LISTPACKS_2;
}

/** Whether some pending entry has no owner. */
function hasReleased(groups: Groups, root: number): boolean {
  const { arena } = groups;
  for (let index = namesCount(arena, root, GROUPS) - 1; index >= 0; index--) {
    groups.openGroup(namedAt(arena, root, GROUPS, index));
    let left = groups.pending.count;
    for (let consumer = groups.consumerCount - 1; consumer >= 0; consumer--) {
      groups.openConsumer(groups.consumerAt(consumer));
      left -= groups.owned.count;
    }
    if (left > 0) return true;
  }
  return false;
}

/** Writes a stream as it is. */
export function writeStream(output: RdbOutput, streams: StreamStructure, root: number): void {
  const { arena, nodes } = streams;
  nodes.open(root, NODES);
  output.length(nodes.count);
  for (let more = nodes.first(); more; more = nodes.next())
    writeStreamNode(output, arena, nodes.words[nodes.at + ID_WORDS], nodes.words, nodes.at);
  writeStreamRest({ output, tree: (_block, tree, entry) => writeTree(output, tree, entry) }, streams, root);
}

/** Writes a node whose master entry's id stands at words[at, ...). */
export function writeStreamNode(
  output: RdbOutput,
  arena: Arena,
  node: number,
  words: Int32Array,
  at: number,
): void {
  output.length(ID_BYTES);
  writeRawId(output, words, at);
  const start = (node & SEGMENT_MASK) << 3;
  output.string(arena.bytes[node >>> SEGMENT_SHIFT], start, start + listpackBytes(arena, node));
}

/** Writes what comes behind the nodes. The flyweights of `streams` are moved about. */
export function writeStreamRest(sink: RestSink, streams: StreamStructure, root: number): void {
  const { arena, groups, idempotency } = streams;
  const form = streamForm(streams, root, sink.output.version);
  writeState(sink.output, arena, root);
  const count = namesCount(arena, root, GROUPS);
  sink.output.length(count);
  for (let index = 0; index < count; index++)
    writeGroup(sink, groups, namedAt(arena, root, GROUPS, index), form);
  if (form < TYPE_STREAM_LISTPACKS_4) return;
  idempotency.open(root);
  writeIdempotency(sink.output, idempotency);
}

/** Writes the length and the entries of a tree. */
export function writeTree(output: RdbOutput, tree: IdTree, entry: TreeEntryWriter): void {
  output.length(tree.count);
  for (let more = tree.first(); more; more = tree.next()) entry(output, tree.words, tree.at);
}

function writeState(output: RdbOutput, arena: Arena, root: number): void {
  output.length(getWord(arena, root, LENGTH) >>> 0);
  for (const word of [LAST_ID, FIRST_ID, DELETED_ID])
    for (const half of [word, word + 2]) writeLong(output, arena, root, half);
  writeLong(output, arena, root, ENTRIES_ADDED);
}

function writeGroup(sink: RestSink, groups: Groups, group: number, form: number): void {
  const { arena } = groups;
  groups.openGroup(group);
  writeName(sink.output, arena, group);
  groups.readLastId(id);
  sink.output.length64(id.msHigh, id.msLow);
  sink.output.length64(id.seqHigh, id.seqLow);
  writeLong(sink.output, arena, group, GROUP_READ);
  sink.tree(group, groups.pending, writePending);
  sink.output.length(groups.consumerCount);
  for (let index = 0; index < groups.consumerCount; index++)
    writeConsumer(sink, groups, groups.consumerAt(index), form);
  if (form >= TYPE_STREAM_LISTPACKS_5) writeReleased(sink.output, groups);
}

function writeConsumer(sink: RestSink, groups: Groups, consumer: number, form: number): void {
  const { arena } = groups;
  const { output } = sink;
  groups.openConsumer(consumer);
  writeName(output, arena, consumer);
  output.integer64(getNumber(arena, consumer, CONSUMER_SEEN));
  if (form >= TYPE_STREAM_LISTPACKS_3) output.integer64(getNumber(arena, consumer, CONSUMER_ACTIVE));
  sink.tree(consumer, groups.owned, writeRawId);
}

function writePending(output: RdbOutput, words: Int32Array, at: number): void {
  writeRawId(output, words, at);
  output.integer64(words[at + DELIVERED] * TWO_32 + (words[at + DELIVERED + 1] >>> 0));
  output.length64(words[at + DELIVERIES], words[at + DELIVERIES + 1]);
}

/** The pending entries that nobody owns. */
function writeReleased(output: RdbOutput, groups: Groups): void {
  const { pending } = groups;
  let count = 0;
  for (let more = pending.first(); more; more = pending.next()) if (groups.owner === 0) count++;
  output.length(count);
  for (let more = pending.first(); more; more = pending.next())
    if (groups.owner === 0) writeRawId(output, pending.words, pending.at);
}

function writeName(output: RdbOutput, arena: Arena, block: number): void {
  const start = nameStart(block);
  output.string(nameBytes(arena, block), start, start + nameLength(arena, block));
}

/** The id at words[at, ...), most significant byte first. */
function writeRawId(output: RdbOutput, words: Int32Array, at: number): void {
  for (let word = 0; word < ID_WORDS; word++) output.word(words[at + word]);
}

function writeLong(output: RdbOutput, arena: Arena, block: number, word: number): void {
  output.length64(getWord(arena, block, word), getWord(arena, block, word + 1));
}
