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
import { SEGMENT_MASK, SEGMENT_SHIFT } from '../../../memory/arena.ts';
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
  getField,
  KIND,
  NEXT,
  NODES,
  PLAIN,
} from '../../../values/list/node.ts';
import { closeGap } from '../../../values/list/node-ends.ts';
import { TYPE_LIST, TYPE_LIST_QUICKLIST, TYPE_LIST_QUICKLIST_2, TYPE_LIST_ZIPLIST } from '../format.ts';
import { RdbError, type RdbInput } from '../input.ts';
import type { RdbOutput } from '../output.ts';
import { LARGE_SEQUENCE_NODES, SequencePieces } from '../sequence-pieces.ts';
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
      writeNode(output, store, node);
  },

  pieces(_target: RdbOutput, store: ValueStore, encoding: number, root: number): ValuePieces | null {
    const { arena } = store;
    if (encoding !== ENCODING_QUICKLIST || getField(arena, root, NODES) < LARGE_SEQUENCE_NODES) return null;
    let node = 0;
    return new SequencePieces(root, (output) => {
      if (node === 0) {
        output.length(getField(arena, root, NODES));
        node = getField(arena, root, FIRST);
      }
      writeNode(output, store, node);
      node = getField(arena, node, NEXT);
      return node !== 0;
    });
  },

  read(input: RdbInput, form: number, keyspace: Keyspace, into: DecodedValue): void {
    finish(readParts(input, form, keyspace, into));
  },

  readInParts(input: RdbInput, form: number, keyspace: Keyspace, into: DecodedValue): Parts {
    return readParts(input, form, keyspace, into);
  },
};

function writeNode(output: RdbOutput, { arena }: ValueStore, node: number): void {
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
  into.root = 0;
  for (let done = 0; done < count; done += partSize) {
    if (done > 0) yield;
    list.open(ENCODING_QUICKLIST, root);
    try {
      for (let left = Math.min(partSize, count - done); left > 0; left--)
        readPart(input, form, keyspace, list);
    } catch (error) {
      list.long.free();
      throw error;
    }
  }
  list.open(ENCODING_QUICKLIST, root);
  if (list.count === 0) return list.long.free();
  // Redis leaves the oldest compact form a quicklist, however small.
  if (form !== TYPE_LIST_ZIPLIST) list.becomeShort();
  into.encoding = list.encoding;
  into.root = list.root;
}

/** Reads an element, or a node. */
function readPart(input: RdbInput, form: number, keyspace: Keyspace, list: ListValue): void {
  if (form === TYPE_LIST) {
    input.string();
    list.long.pushTail(input.stringBytes, input.stringStart, input.stringEnd);
  } else if (form === TYPE_LIST_QUICKLIST_2) {
    readNode(input, keyspace, list);
  } else {
    const listpack = readZiplist(input, keyspace, 0);
    if (listpack !== 0) list.long.appendListpack(listpack);
  }
}

function readNode(input: RdbInput, keyspace: Keyspace, list: ListValue): void {
  const { offset } = input;
  const container = input.length();
  if (container === CONTAINS_ELEMENT) {
    input.string();
    list.long.appendPlain(input.stringBytes, input.stringStart, input.stringEnd);
  } else if (container === CONTAINS_LISTPACK) {
    const listpack = readListpack(input, keyspace, 0);
    if (listpack !== 0) list.long.appendListpack(listpack);
  } else {
    throw new RdbError(`unknown container ${container} of a list's node`, offset);
  }
}
