/**
 * Warm. Streams in the forms of the RDB format.
 *
 *     nodes: id of the master entry (16 bytes, most significant first, a string), listpack ...
 *     length, last id; from form 19 on: first id, greatest id deleted, entries ever added
 *     groups: name, last id; from 19 on: entries read; pending entries: id (16 bytes), time, deliveries ...
 *         consumers: name, seen; from 21 on: active; ids that it owns (16 bytes) ...
 *         from 27 on: ids that nobody owns (16 bytes) ...
 *     from 26 on: ids of producers, see stream-idempotency.ts
 *
 * Lists begin with their length. Ids are two lengths of 64 bits where nothing else is said; times are 8 bytes.
 */
import type { Keyspace } from '../../../keyspace/keyspace.ts';
import { TYPE_STREAM } from '../../../keyspace/record.ts';
import { type Arena, copyBytes, SEGMENT_MASK, SEGMENT_SHIFT } from '../../../memory/arena.ts';
import { IdTree } from '../../../memory/id-tree.ts';
import { ID_WORDS } from '../../../memory/id-tree-node.ts';
import { verifyListpack } from '../../../memory/listpack.ts';
import { compareIds, copyId, setId, WideId } from '../../../memory/wide-id.ts';
import { ENCODING_STREAM } from '../../../values/encoding.ts';
import type { Groups } from '../../../values/stream/groups.ts';
import { entriesUpTo } from '../../../values/stream/lag.ts';
import {
  CONSUMER_ACTIVE,
  CONSUMER_SEEN,
  DELETED_ID,
  ENTRIES_ADDED,
  GROUP_READ,
  LAST_ID,
  LENGTH,
  NODES,
  setNumber,
  setWord,
} from '../../../values/stream/layout.ts';
import { NODE_SLACK_BYTES } from '../../../values/stream/stream.ts';
import type { StreamStructure } from '../../../values/stream/structure.ts';
import { verifyNode } from '../../../values/stream/verify-node.ts';
import {
  TYPE_STREAM_LISTPACKS,
  TYPE_STREAM_LISTPACKS_2,
  TYPE_STREAM_LISTPACKS_3,
  TYPE_STREAM_LISTPACKS_4,
  TYPE_STREAM_LISTPACKS_5,
} from '../format.ts';
import { RdbError, type RdbInput } from '../input.ts';
import { LARGE_VALUE_NODES } from '../node-pieces.ts';
import type { RdbOutput } from '../output.ts';
import {
  type DecodedValue,
  finish,
  PART_ELEMENTS,
  type Parts,
  type ValueCodec,
  type ValueStore,
} from '../value-codec.ts';
import type { ValuePieces } from '../value-pieces.ts';
import { readIdempotency } from './stream-idempotency.ts';
import { streamForm, writeStream } from './stream-output.ts';
import { StreamPieces } from './stream-pieces.ts';

const ID_BYTES = 16;
/** Nodes that are read between two yields: each has 4 KiB, as streams are by themselves. */
const PART_NODES = 8;
const id = new WideId();
const idBytes = new Uint8Array(ID_BYTES);

export const streamCodec: ValueCodec = {
  type: TYPE_STREAM,
  forms: [
    TYPE_STREAM_LISTPACKS,
    TYPE_STREAM_LISTPACKS_2,
    TYPE_STREAM_LISTPACKS_3,
    TYPE_STREAM_LISTPACKS_4,
    TYPE_STREAM_LISTPACKS_5,
  ],

  formOf({ structures }: ValueStore, _encoding: number, root: number, version: number): number {
    return streamForm(structures.streams, root, version);
  },

  write(output: RdbOutput, { structures }: ValueStore, _encoding: number, root: number): void {
    writeStream(output, structures.streams, root);
  },

  pieces(target: RdbOutput, store: ValueStore, _encoding: number, root: number): ValuePieces | null {
    const { streams } = store.structures;
    streams.nodes.open(root, NODES);
    if (streams.nodes.count < LARGE_VALUE_NODES) return null;
    return new StreamPieces(root, streams, target);
  },

  read(input: RdbInput, form: number, keyspace: Keyspace, into: DecodedValue): void {
    finish(readParts(input, form, keyspace, into));
  },

  readInParts(input: RdbInput, form: number, keyspace: Keyspace, into: DecodedValue): Parts {
    return readParts(input, form, keyspace, into);
  },
};

function* readParts(input: RdbInput, form: number, keyspace: Keyspace, into: DecodedValue): Parts {
  const { streams } = keyspace.structures;
  const root = streams.stream.create();
  try {
    const last = yield* readNodes(input, streams, root);
    readHead(input, streams, root, form, last);
    yield* readGroups(input, streams, root, form);
    if (form >= TYPE_STREAM_LISTPACKS_4) {
      streams.idempotency.open(root);
      readIdempotency(input, streams.idempotency, keyspace.hashKey);
    }
  } catch (error) {
    streams.free(ENCODING_STREAM, root);
    throw error;
  }
  into.encoding = ENCODING_STREAM;
  into.root = root;
}

/** Returns the id of the last entry. */
function* readNodes(
  input: RdbInput,
  { arena }: StreamStructure,
  root: number,
): Generator<undefined, WideId, undefined> {
  const nodes = new IdTree(arena, 1);
  nodes.open(root, NODES);
  const master = new WideId();
  const last = new WideId();
  const count = input.length();
  let length = 0;
  for (let index = 0; index < count; index++) {
    if (index % PART_NODES === PART_NODES - 1) yield;
    const { offset } = input;
    input.string();
    if (input.stringEnd - input.stringStart !== ID_BYTES) throw new RdbError('an id of a wrong size', offset);
    takeRawId(input);
    copyId(id, master);
    while (input.gather()) yield;
    length += readNode(input, arena, nodes, master, last, index === 0);
  }
  setWord(arena, root, LENGTH, length | 0);
  return last;
}

/** Reads a node whose master entry has this id; returns how many entries it has, and sets `last` to the last one's id. */
function readNode(
  input: RdbInput,
  arena: Arena,
  nodes: IdTree,
  master: WideId,
  last: WideId,
  isFirst: boolean,
): number {
  const { offset } = input;
  input.string();
  input.sanitizations++;
  const { stringBytes: bytes, stringStart: start, stringEnd: end } = input;
  const live = verifyListpack(bytes, start, end, true)
    ? verifyNode(bytes, start, end, master, isFirst ? null : last, last)
    : -1;
  if (live < 0) throw new RdbError('stream listpack integrity check failed', offset);
  addNode(arena, nodes, master, bytes, start, end);
  return live;
}

function addNode(
  arena: Arena,
  nodes: IdTree,
  master: WideId,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  const node = arena.allocate(end - start + NODE_SLACK_BYTES);
  copyBytes(bytes, start, arena.bytes[node >>> SEGMENT_SHIFT], (node & SEGMENT_MASK) << 3, end - start);
  try {
    nodes.insert(master);
  } catch (error) {
    arena.free(node);
    throw error;
  }
  nodes.words[nodes.at + ID_WORDS] = node;
}

function readHead(input: RdbInput, streams: StreamStructure, root: number, form: number, last: WideId): void {
  const { arena, stream } = streams;
  const { offset } = input;
  stream.open(root);
  const length = input.length();
  if (length !== stream.length) throw new RdbError('a stream of another length than it says', offset);
  readId(input);
  if (length > 0 && compareIds(id, last) < 0) throw new RdbError('an entry above the last id', offset);
  stream.writeRootId(LAST_ID, id);
  stream.findFirst();
  if (form === TYPE_STREAM_LISTPACKS) {
    setNumber(arena, root, ENTRIES_ADDED, length);
    return;
  }
  readId(input);
  readId(input);
  stream.writeRootId(DELETED_ID, id);
  input.long();
  setWord(arena, root, ENTRIES_ADDED, input.longHigh);
  setWord(arena, root, ENTRIES_ADDED + 1, input.longLow);
}

function* readGroups(input: RdbInput, streams: StreamStructure, root: number, form: number): Parts {
  const { groups } = streams;
  for (let left = input.length(); left > 0; left--) {
    const group = readGroup(input, streams, root, form);
    yield* readEach(
      input,
      () => groups.openGroup(group),
      (offset) => readPending(input, groups, offset),
    );
    for (let consumers = input.length(); consumers > 0; consumers--) {
      groups.openGroup(group);
      const consumer = readConsumer(input, groups, form);
      const open = (): void => groups.openGroup(group);
      yield* readEach(input, open, (offset) => readOwned(input, groups, consumer, offset));
    }
    if (form < TYPE_STREAM_LISTPACKS_5) continue;
    yield* readEach(
      input,
      () => groups.openGroup(group),
      (offset) => readReleased(input, groups, offset),
    );
  }
}

/** Reads a number, and then as many of something; `open` puts flyweights where they have to stand. */
function* readEach(input: RdbInput, open: () => void, read: (offset: number) => void): Parts {
  const count = input.length();
  for (let done = 0; done < count; done++) {
    if (done % PART_ELEMENTS === 0) {
      if (done > 0) yield;
      open();
    }
    read(input.offset);
  }
}

/** Reads what a group begins with; returns the group. */
function readGroup(input: RdbInput, streams: StreamStructure, root: number, form: number): number {
  const { arena, groups } = streams;
  const { offset } = input;
  input.string();
  const name = input.stringBytes.slice(input.stringStart, input.stringEnd);
  readId(input);
  if (groups.find(root, name, 0, name.length) !== 0) throw new RdbError('a group twice', offset);
  const read = form === TYPE_STREAM_LISTPACKS ? entriesUpTo(streams, id) : 0n;
  const group = groups.create(root, name, 0, name.length, id, read);
  if (form !== TYPE_STREAM_LISTPACKS) {
    input.long();
    setWord(arena, group, GROUP_READ, input.longHigh);
    setWord(arena, group, GROUP_READ + 1, input.longLow);
  }
  return group;
}

function readPending(input: RdbInput, groups: Groups, offset: number): void {
  readRawId(input);
  const time = input.integer64();
  input.long();
  if (!groups.give(id, 0, time)) throw new RdbError('a pending entry twice', offset);
  groups.setDeliveries(input.longHigh, input.longLow);
}

/** A pending entry that nobody owns, which is known by then. */
function readReleased(input: RdbInput, groups: Groups, offset: number): void {
  readRawId(input);
  if (!groups.pending.find(id) || groups.owner !== 0)
    throw new RdbError('an entry that nobody owns is not pending, or somebody owns it', offset);
}

/** Reads what a consumer begins with; returns the consumer. */
function readConsumer(input: RdbInput, groups: Groups, form: number): number {
  const { arena } = groups;
  const { offset } = input;
  input.string();
  const { stringBytes, stringStart, stringEnd } = input;
  if (groups.findConsumer(stringBytes, stringStart, stringEnd) !== 0)
    throw new RdbError('a consumer twice', offset);
  const consumer = groups.createConsumer(stringBytes, stringStart, stringEnd, 0);
  const seen = input.integer64();
  setNumber(arena, consumer, CONSUMER_SEEN, seen);
  setNumber(arena, consumer, CONSUMER_ACTIVE, form >= TYPE_STREAM_LISTPACKS_3 ? input.integer64() : seen);
  return consumer;
}

/** An entry that a consumer owns. */
function readOwned(input: RdbInput, groups: Groups, consumer: number, offset: number): void {
  readRawId(input);
  if (!groups.pending.find(id) || groups.owner !== 0)
    throw new RdbError('a consumer owns what is not pending, or not its own', offset);
  groups.handOver(id, consumer);
}

function readRawId(input: RdbInput): void {
  input.raw(ID_BYTES);
  takeRawId(input);
}

/** Sets `id` from the last string. */
function takeRawId(input: RdbInput): void {
  copyBytes(input.stringBytes, input.stringStart, idBytes, 0, ID_BYTES);
  setId(id, wordAt(0), wordAt(4), wordAt(8), wordAt(12));
}

function wordAt(at: number): number {
  return (idBytes[at] << 24) | (idBytes[at + 1] << 16) | (idBytes[at + 2] << 8) | idBytes[at + 3];
}

function readId(input: RdbInput): void {
  input.long();
  const { longHigh, longLow } = input;
  input.long();
  setId(id, longHigh, longLow, input.longHigh, input.longLow);
}
