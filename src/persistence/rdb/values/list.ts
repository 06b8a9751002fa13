/**
 * Warm. Lists in the forms of the RDB format.
 *
 *     LIST          elements
 *     ZIPLIST       one ziplist
 *     QUICKLIST     ziplists
 *     QUICKLIST_2   nodes: what it contains (1 an element, 2 a listpack), and that
 *
 * Each but the second begins with the length of what follows.
 */
import type { Keyspace } from '../../../keyspace/keyspace.ts';
import { TYPE_LIST as LIST } from '../../../keyspace/record.ts';
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from '../../../memory/arena.ts';
import { listpackBytes } from '../../../memory/listpack.ts';
import { decompressLzf } from '../../../memory/lzf.ts';
import { ENCODING_QUICKLIST } from '../../../values/encoding.ts';
import { streamOf } from '../../../values/list/compression.ts';
import type { ListValue } from '../../../values/list/list-value.ts';
import {
  BYTES,
  COMPRESSED,
  DATA,
  FIRST,
  freeNode,
  getField,
  KIND,
  NEXT,
  NODES,
  PLAIN,
} from '../../../values/list/node.ts';
import { closeGap } from '../../../values/list/node-ends.ts';
import { TYPE_LIST, TYPE_LIST_QUICKLIST, TYPE_LIST_QUICKLIST_2, TYPE_LIST_ZIPLIST } from '../format.ts';
import { RdbError, type RdbInput } from '../input.ts';
import { LARGE_VALUE_NODES, type NodeForm, NodePieces } from '../node-pieces.ts';
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
import { readListpack, readZiplist, writeBlock } from './packed.ts';

/** What a node contains. */
const CONTAINS_ELEMENT = 1;
const CONTAINS_LISTPACK = 2;
/** Nodes that are read between two yields: each has up to 64 KiB, or a long element. */
const PART_NODES = 8;

export const listCodec: ValueCodec = {
  type: LIST,
  forms: [TYPE_LIST, TYPE_LIST_ZIPLIST, TYPE_LIST_QUICKLIST, TYPE_LIST_QUICKLIST_2],

  formOf(): number {
    return TYPE_LIST_QUICKLIST_2;
  },

  write(output: RdbOutput, store: ValueStore, encoding: number, root: number): void {
    const { arena } = store;
    if (encoding !== ENCODING_QUICKLIST) {
      output.length(1);
      output.length(CONTAINS_LISTPACK);
      return writeBlock(output, arena, root, listpackBytes(arena, root));
    }
    output.length(getField(arena, root, NODES));
    for (let node = getField(arena, root, FIRST); node !== 0; node = getField(arena, node, NEXT))
      writeNode(output, arena, node);
  },

  pieces(target: RdbOutput, store: ValueStore, encoding: number, root: number): ValuePieces | null {
    const { arena } = store;
    if (encoding !== ENCODING_QUICKLIST || getField(arena, root, NODES) < LARGE_VALUE_NODES) return null;
    return new NodePieces(new ListForm(arena, root), root, target);
  },

  read(input: RdbInput, form: number, keyspace: Keyspace, into: DecodedValue): void {
    finish(readParts(input, form, keyspace, into));
  },

  readInParts(input: RdbInput, form: number, keyspace: Keyspace, into: DecodedValue): Parts {
    return readParts(input, form, keyspace, into);
  },
};

class ListForm implements NodeForm {
  readonly arena: Arena;
  readonly nodes: Int32Array;

  constructor(arena: Arena, root: number) {
    this.arena = arena;
    this.nodes = new Int32Array(getField(arena, root, NODES));
    let node = getField(arena, root, FIRST);
    for (let place = 0; node !== 0; place++, node = getField(arena, node, NEXT)) this.nodes[place] = node;
  }

  head(output: RdbOutput): void {
    output.length(this.nodes.length);
  }

  node(output: RdbOutput, place: number): void {
    writeNode(output, this.arena, this.nodes[place]);
  }

  free(node: number): void {
    freeNode(this.arena, node);
  }
}

function writeNode(output: RdbOutput, arena: Arena, node: number): void {
  closeGap(arena, node);
  const kind = getField(arena, node, KIND);
  const bytes = getField(arena, node, BYTES);
  output.length(kind === PLAIN ? CONTAINS_ELEMENT : CONTAINS_LISTPACK);
  if (kind === COMPRESSED) {
    const stream = streamOf(arena, node);
    const unpacked = new Uint8Array(bytes);
    if (!decompressLzf(stream.bytes, stream.start, stream.end, unpacked, 0, bytes))
      throw new Error('List: a compressed node is damaged');
    return output.string(unpacked, 0, bytes);
  }
  const data = getField(arena, node, DATA);
  const start = (data & SEGMENT_MASK) << 3;
  output.string(arena.bytes[data >>> SEGMENT_SHIFT], start, start + bytes);
}

function* readParts(input: RdbInput, form: number, keyspace: Keyspace, into: DecodedValue): Parts {
  const { list } = keyspace.structures.lists;
  const count = form === TYPE_LIST_ZIPLIST ? 1 : input.length();
  const partSize = form === TYPE_LIST ? PART_ELEMENTS : PART_NODES;
  const root = list.long.create();
  const progress = { form, left: count, container: 0 };
  into.root = 0;
  try {
    for (let more = count > 0; more; ) {
      list.open(ENCODING_QUICKLIST, root);
      more = readSome(input, keyspace, list, progress, partSize);
      if (more) yield;
    }
  } catch (error) {
    list.open(ENCODING_QUICKLIST, root);
    list.long.free();
    throw error;
  }
  list.open(ENCODING_QUICKLIST, root);
  if (list.count === 0) return list.long.free();
  // Redis leaves the oldest compact form a quicklist, however small.
  if (form !== TYPE_LIST_ZIPLIST) list.becomeShort();
  into.encoding = list.encoding;
  into.root = list.root;
}

/** How far a list has been read. */
interface Progress {
  readonly form: number;
  /** Elements or nodes that are still to be read. */
  left: number;
  /** What the node contains whose bytes come next; 0 before that is known. */
  container: number;
}

/** Reads up to `count` elements or nodes; returns whether there are more. */
function readSome(
  input: RdbInput,
  keyspace: Keyspace,
  list: ListValue,
  progress: Progress,
  count: number,
): boolean {
  for (let some = count; some > 0 && progress.left > 0; some--) {
    if (progress.form === TYPE_LIST_QUICKLIST_2 && progress.container === 0) readContainer(input, progress);
    if (input.gather()) return true;
    readPart(input, keyspace, list, progress);
    progress.container = 0;
    progress.left--;
  }
  return progress.left > 0;
}

function readContainer(input: RdbInput, progress: Progress): void {
  const { offset } = input;
  const container = input.length();
  if (container !== CONTAINS_ELEMENT && container !== CONTAINS_LISTPACK)
    throw new RdbError(`unknown container ${container} of a list's node`, offset);
  progress.container = container;
}

/** Reads an element, or what a node contains. */
function readPart(input: RdbInput, keyspace: Keyspace, list: ListValue, { form, container }: Progress): void {
  if (form === TYPE_LIST || container === CONTAINS_ELEMENT) {
    input.string();
    const { stringBytes, stringStart, stringEnd } = input;
    if (form === TYPE_LIST) list.long.pushTail(stringBytes, stringStart, stringEnd);
    else list.long.appendPlain(stringBytes, stringStart, stringEnd);
    return;
  }
  const listpack =
    form === TYPE_LIST_QUICKLIST_2 ? readListpack(input, keyspace, 0) : readZiplist(input, keyspace, 0);
  if (listpack !== 0) list.long.appendListpack(listpack);
}
