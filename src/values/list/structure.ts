/** Warm. What the keyspace does with lists. */
import type { Arena } from '../../memory/arena.ts';
import { SEGMENT_MASK, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { listpackBytes, listpackCount, verifyListpack } from '../../memory/listpack.ts';
import { ENCODING_QUICKLIST } from '../encoding.ts';
import type { DigestSink, Structure } from '../structure.ts';
import { streamOf } from './compression.ts';
import type { ListValue } from './list-value.ts';
import {
  BYTES,
  COMPRESSED,
  COUNT,
  createNode,
  DATA,
  FIRST,
  getField,
  KIND,
  LAST,
  NEXT,
  NODES,
  PACKED,
  PREVIOUS,
  setField,
  TOTAL,
} from './node.ts';
import { closeGap } from './node-ends.ts';

export class ListStructure implements Structure {
  readonly list: ListValue;
  readonly #arena: Arena;
  readonly #others: ListValue[] = [];

  constructor(list: ListValue) {
    this.list = list;
    this.#arena = list.arena;
  }

  /** More flyweights, for commands that work on several lists together. */
  another(index: number): ListValue {
    while (this.#others.length <= index) this.#others.push(this.list.another());
    return this.#others[index];
  }

  count(encoding: number, root: number): number {
    return encoding === ENCODING_QUICKLIST
      ? getField(this.#arena, root, TOTAL)
      : listpackCount(this.#arena, root);
  }

  effort(encoding: number, root: number): number {
    return encoding === ENCODING_QUICKLIST ? getField(this.#arena, root, NODES) * 2 + 1 : 1;
  }

  free(encoding: number, root: number): void {
    if (encoding !== ENCODING_QUICKLIST) {
      this.#arena.free(root);
      return;
    }
    this.list.open(encoding, root);
    this.list.long.free();
  }

  freeSome(encoding: number, root: number, blocks: number): number {
    if (encoding !== ENCODING_QUICKLIST) {
      this.#arena.free(root);
      return 0;
    }
    this.list.open(encoding, root);
    return this.list.long.freeSome(blocks);
  }

  copy(encoding: number, root: number): number {
    if (encoding !== ENCODING_QUICKLIST) return this.#copyBlock(root, listpackBytes(this.#arena, root));
    const { long } = this.list;
    const copy = long.create();
    try {
      for (
        let node = getField(this.#arena, root, FIRST);
        node !== 0;
        node = getField(this.#arena, node, NEXT)
      )
        this.#appendCopy(copy, node);
    } catch (error) {
      long.open(copy);
      long.free();
      throw error;
    }
    return copy;
  }

  bytes(encoding: number, root: number, samples: number): number {
    const arena = this.#arena;
    if (encoding !== ENCODING_QUICKLIST) return arena.sizeOf(root);
    const nodes = getField(arena, root, NODES);
    const wanted = samples === 0 ? nodes : Math.min(samples, nodes);
    let sampled = 0;
    let node = getField(arena, root, FIRST);
    for (let i = 0; i < wanted; i++, node = getField(arena, node, NEXT))
      sampled += arena.sizeOf(node) + arena.sizeOf(getField(arena, node, DATA));
    return arena.sizeOf(root) + (wanted === 0 ? 0 : Math.round((sampled / wanted) * nodes));
  }

  digest(encoding: number, root: number, sink: DigestSink): void {
    const { list } = this;
    list.open(encoding, root);
    for (let isThere = list.seek(0); isThere; isThere = list.next())
      sink.mix(list.element.bytes, list.element.start, list.element.end);
  }

  verify(encoding: number, root: number): void {
    const arena = this.#arena;
    if (encoding !== ENCODING_QUICKLIST) {
      this.#verifyListpack(root, listpackCount(arena, root));
      return;
    }
    let total = 0;
    let nodes = 0;
    let before = 0;
    for (let node = getField(arena, root, FIRST); node !== 0; node = getField(arena, node, NEXT)) {
      const count = getField(arena, node, COUNT);
      if (getField(arena, node, PREVIOUS) !== before) throw new Error('List: nodes are not linked back');
      if (count === 0) throw new Error('List: an empty node');
      closeGap(arena, node);
      if (getField(arena, node, KIND) === PACKED) {
        this.#verifyListpack(getField(arena, node, DATA), count);
        if (listpackBytes(arena, getField(arena, node, DATA)) !== getField(arena, node, BYTES))
          throw new Error('List: a node of another size than accounted');
      }
      total += count;
      nodes++;
      before = node;
    }
    if (getField(arena, root, LAST) !== before) throw new Error('List: the last node is not the last');
    if (getField(arena, root, TOTAL) !== total || getField(arena, root, NODES) !== nodes)
      throw new Error(`List: ${total} elements in ${nodes} nodes, accounted otherwise`);
  }

  #verifyListpack(listpack: number, count: number): void {
    const arena = this.#arena;
    const start = (listpack & SEGMENT_MASK) << 3;
    const bytes = arena.bytes[listpack >>> SEGMENT_SHIFT];
    if (!verifyListpack(bytes, start, start + listpackBytes(arena, listpack), true))
      throw new Error('List: a damaged listpack');
    if (listpackCount(arena, listpack) !== count)
      throw new Error('List: a listpack of another count than accounted');
  }

  /** Puts a copy of a node behind those of the list `root`. */
  #appendCopy(root: number, node: number): void {
    const arena = this.#arena;
    closeGap(arena, node);
    const kind = getField(arena, node, KIND);
    const bytes = getField(arena, node, BYTES);
    let size = bytes;
    if (kind === COMPRESSED) {
      const stream = streamOf(arena, node);
      size = stream.end - stream.start + 4;
    }
    const data = this.#copyBlock(getField(arena, node, DATA), Math.max(1, size));
    const copy = createNode(arena, data, getField(arena, node, COUNT), bytes, kind);
    const last = getField(arena, root, LAST);
    setField(arena, copy, PREVIOUS, last);
    setField(arena, last === 0 ? root : last, last === 0 ? FIRST : NEXT, copy);
    setField(arena, root, LAST, copy);
    setField(arena, root, NODES, getField(arena, root, NODES) + 1);
    setField(arena, root, TOTAL, getField(arena, root, TOTAL) + getField(arena, node, COUNT));
  }

  #copyBlock(block: number, bytes: number): number {
    const copy = this.#arena.allocate(bytes);
    this.#arena.copy(block, 0, copy, 0, bytes);
    return copy;
  }
}
