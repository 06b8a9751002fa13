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
import type { DecodedValue, ValueCodec, ValueStore } from '../value-codec.ts';
import type { ValuePieces } from '../value-pieces.ts';
import { readListpack, readZiplist, writeBlock } from './packed.ts';

/** What a node contains. */
const CONTAINS_ELEMENT = 1;
const CONTAINS_LISTPACK = 2;

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

  pieces(store: ValueStore, encoding: number, root: number): ValuePieces | null {
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
    const { list } = keyspace.structures.lists;
    list.open(ENCODING_QUICKLIST, list.long.create());
    into.root = 0;
    try {
      if (form === TYPE_LIST) readElements(input, list);
      else if (form === TYPE_LIST_ZIPLIST) readZiplists(input, keyspace, list, 1);
      else if (form === TYPE_LIST_QUICKLIST) readZiplists(input, keyspace, list, input.length());
      else readNodes(input, keyspace, list);
    } catch (error) {
      list.long.free();
      throw error;
    }
    if (list.count === 0) return list.long.free();
    // Redis leaves the oldest compact form a quicklist, however small.
    if (form !== TYPE_LIST_ZIPLIST) list.becomeShort();
    into.encoding = list.encoding;
    into.root = list.root;
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

function readElements(input: RdbInput, list: ListValue): void {
  for (let left = input.length(); left > 0; left--) {
    input.string();
    list.long.pushTail(input.stringBytes, input.stringStart, input.stringEnd);
  }
}

function readZiplists(input: RdbInput, keyspace: Keyspace, list: ListValue, count: number): void {
  for (let left = count; left > 0; left--) {
    const listpack = readZiplist(input, keyspace, 0);
    if (listpack !== 0) list.long.appendListpack(listpack);
  }
}

function readNodes(input: RdbInput, keyspace: Keyspace, list: ListValue): void {
  for (let left = input.length(); left > 0; left--) {
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
}
