/** Hot. A long list: listpacks in a chain. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from '../../memory/arena.ts';
import {
  AFTER,
  appendEntry,
  BEFORE,
  createListpack,
  deleteEntries,
  entryAt,
  firstEntry,
  insertEntry,
  type ListpackEntry,
  lastEntry,
  listpackBytes,
  listpackCount,
  nextEntry,
  previousEntry,
  replaceEntry,
} from '../../memory/listpack.ts';
import { compressNode, decompressNode, packNode } from './compression.ts';
import type { ListLimits } from './limits.ts';
import {
  BYTES,
  COMPRESSED,
  COUNT,
  createNode,
  DATA,
  FIRST,
  freeNode,
  getField,
  HEADER_BYTES,
  KIND,
  LAST,
  NEXT,
  NODES,
  PACKED,
  PLAIN,
  PREVIOUS,
  setField,
  TOTAL,
} from './node.ts';
import { closeGap, popBack, popFront, pushBack, pushFront, readBack, readFront } from './node-ends.ts';

/** Two listpacks in one need only one header and end. */
const JOINED_BYTES = 7;

/**
 * A flyweight: one instance is moved from list to list (`root`, the header). `node` and `position` are the place: an entry of
 * the node's listpack, or position 0 in a plain node.
 *
 * Invariants:
 * 1. No node is empty; TOTAL and NODES are the sums.
 * 2. Nodes split, join and stay alone as Redis's do, so that both servers agree about when a list is short (`list-value.ts`).
 */
export class Quicklist {
  readonly arena: Arena;
  readonly limits: ListLimits;
  readonly element: ListpackEntry;
  root = 0;
  node = 0;
  position = 0;
  /** A node of the middle that was decompressed to be read, to be compressed again when the place leaves it; 0 for none. */
  #reopened = 0;

  constructor(arena: Arena, limits: ListLimits, element: ListpackEntry) {
    this.arena = arena;
    this.limits = limits;
    this.element = element;
  }

  open(root: number): void {
    this.root = root;
    this.node = 0;
    this.#reopened = 0;
  }

  /** A list without elements. May throw OutOfMemory. */
  create(): number {
    const { arena } = this;
    const root = arena.allocate(HEADER_BYTES);
    for (const field of [FIRST, LAST, TOTAL, NODES]) setField(arena, root, field, 0);
    this.open(root);
    return root;
  }

  get count(): number {
    return getField(this.arena, this.root, TOTAL);
  }

  get nodes(): number {
    return getField(this.arena, this.root, NODES);
  }

  /** Puts a node with a whole listpack, which it takes over, behind the others. May throw OutOfMemory; then it is freed. */
  appendListpack(listpack: number): void {
    const { arena } = this;
    const count = listpackCount(arena, listpack);
    const node = createNode(arena, listpack, count, listpackBytes(arena, listpack), PACKED);
    this.#link(node, getField(arena, this.root, LAST), AFTER);
    this.#addTotal(count);
  }

  /** Puts a node with one element of its own behind the others. May throw OutOfMemory; then nothing has changed. */
  appendPlain(bytes: Uint8Array, start: number, end: number): void {
    const { arena } = this;
    const node = createNode(arena, this.#copyOf(bytes, start, end), 1, end - start, PLAIN);
    this.#link(node, getField(arena, this.root, LAST), AFTER);
    this.#addTotal(1);
  }

  pushHead(bytes: Uint8Array, start: number, end: number): void {
    const { arena, root } = this;
    const node = getField(arena, root, FIRST);
    if (node !== 0 && this.#allows(node, end - start)) {
      this.#beforeChange(node);
      decompressNode(arena, node);
      pushFront(arena, node, bytes, start, end);
      this.#addTotal(1);
    } else {
      this.#addNode(node, BEFORE, bytes, start, end);
    }
    if (this.limits.compressDepth > 0) this.#settle();
  }

  pushTail(bytes: Uint8Array, start: number, end: number): void {
    const { arena, root } = this;
    const node = getField(arena, root, LAST);
    if (node !== 0 && this.#allows(node, end - start)) {
      this.#beforeChange(node);
      decompressNode(arena, node);
      pushBack(arena, node, bytes, start, end);
      this.#addTotal(1);
    } else {
      this.#addNode(node, AFTER, bytes, start, end);
    }
    if (this.limits.compressDepth > 0) this.#settle();
  }

  /** Reads the first (BEFORE) or last element. REQUIRES: there is one. */
  readEnd(which: 0 | 1): void {
    const { arena, root, element } = this;
    const node = getField(arena, root, which === BEFORE ? FIRST : LAST);
    decompressNode(arena, node);
    if (this.#isPlain(node)) this.#readPlain(node);
    else if (which === BEFORE) readFront(arena, node, element);
    else readBack(arena, node, element);
  }

  /** Removes the first (BEFORE) or last element, which `readEnd` has read. */
  removeEnd(which: 0 | 1): void {
    const { arena, root } = this;
    const node = getField(arena, root, which === BEFORE ? FIRST : LAST);
    this.#addTotal(-1);
    if (getField(arena, node, COUNT) === 1) {
      this.#dropNode(node);
      this.#settle();
      return;
    }
    this.#beforeChange(node);
    if (which === BEFORE) popFront(arena, node);
    else popBack(arena, node);
  }

  /** Goes to the element at `index`, counted from the end if it is negative, and reads it; returns whether there is one. */
  seek(index: number): boolean {
    const { arena, root, count } = this;
    const wanted = index < 0 ? index + count : index;
    if (wanted < 0 || wanted >= count) return false;
    let left = wanted;
    let node: number;
    if (wanted * 2 <= count) {
      node = getField(arena, root, FIRST);
      for (; left >= getField(arena, node, COUNT); node = getField(arena, node, NEXT))
        left -= getField(arena, node, COUNT);
    } else {
      node = getField(arena, root, LAST);
      let behind = count - wanted;
      for (; behind > getField(arena, node, COUNT); node = getField(arena, node, PREVIOUS))
        behind -= getField(arena, node, COUNT);
      left = getField(arena, node, COUNT) - behind;
    }
    this.#enter(node);
    this.position = this.#isPlain(node) ? 0 : entryAt(arena, getField(arena, node, DATA), left);
    this.#read();
    return true;
  }

  /** Goes to the element behind and reads it; returns whether there is one. */
  next(): boolean {
    const { arena, node } = this;
    if (!this.#isPlain(node)) {
      const next = nextEntry(arena, getField(arena, node, DATA), this.position);
      if (next !== 0) {
        this.position = next;
        this.#read();
        return true;
      }
    }
    return this.#goToFirst(getField(arena, node, NEXT));
  }

  /** Goes to the first element of the node behind and reads it; returns whether there is one. */
  nextNode(): boolean {
    return this.#goToFirst(getField(this.arena, this.node, NEXT));
  }

  /** Where the entry of the place begins in its segment; -1 if the element has a node of its own. */
  get entryStart(): number {
    const data = getField(this.arena, this.node, DATA);
    return this.position === 0 ? -1 : ((data & SEGMENT_MASK) << 3) + this.position;
  }

  /** The segment in which the place's node has its data. */
  get segment(): Uint8Array {
    return this.arena.bytes[getField(this.arena, this.node, DATA) >>> SEGMENT_SHIFT];
  }

  /** Goes to the element before and reads it; returns whether there is one. */
  previous(): boolean {
    const { arena, node } = this;
    if (!this.#isPlain(node)) {
      const previous = previousEntry(arena, getField(arena, node, DATA), this.position);
      if (previous !== 0) {
        this.position = previous;
        this.#read();
        return true;
      }
    }
    return this.#goToLast(getField(arena, node, PREVIOUS));
  }

  /** Puts an element BEFORE or AFTER the one at the place, which is of no use afterwards. */
  insert(where: 0 | 1, bytes: Uint8Array, start: number, end: number): void {
    const { arena, limits, node, position } = this;
    const length = end - start;
    const isPlain = this.#isPlain(node);
    const data = getField(arena, node, DATA);
    const atEdge =
      isPlain ||
      (where === AFTER ? nextEntry(arena, data, position) : previousEntry(arena, data, position)) === 0;
    if (!isPlain && this.#allows(node, length)) {
      this.#beforeChange(node);
      const moved = insertEntry(arena, data, position, where, bytes, start, end);
      this.#changed(node, moved, 1);
    } else if (atEdge) {
      const neighbour = getField(arena, node, where === AFTER ? NEXT : PREVIOUS);
      if (neighbour !== 0 && this.#allows(neighbour, length))
        this.#pushInto(neighbour, where === AFTER ? BEFORE : AFTER, bytes, start, end);
      else this.#addNode(node, where, bytes, start, end);
    } else {
      // The place is in the middle of a node without room.
      const rest = this.#split(node, position, where);
      if (limits.isLarge(length)) {
        this.#addNode(node, where, bytes, start, end);
      } else {
        this.#pushInto(rest, where === AFTER ? BEFORE : AFTER, bytes, start, end);
        this.#joinAround(node);
      }
    }
    this.#settle();
  }

  /** Gives the element at the place another text; the place is of no use afterwards. */
  replace(bytes: Uint8Array, start: number, end: number): void {
    const { arena, node, position } = this;
    const isLarge = this.limits.isLarge(end - start);
    this.#beforeChange(node);
    if (!this.#isPlain(node) && !isLarge) {
      this.#changed(node, replaceEntry(arena, getField(arena, node, DATA), position, bytes, start, end), 0);
      return;
    }
    if (this.#isPlain(node) && isLarge) {
      const block = this.#copyOf(bytes, start, end);
      arena.free(getField(arena, node, DATA));
      setField(arena, node, DATA, block);
      setField(arena, node, BYTES, end - start);
      return;
    }
    // One has a node of its own and the other has not: the new one comes in front of the old one, which goes.
    const behind = this.count;
    const index = this.#indexOfPlace();
    this.insert(AFTER, bytes, start, end);
    if (this.count !== behind + 1) throw new Error('List: an element was not inserted');
    this.removeRange(index, 1);
  }

  /** Removes the element at the place, and goes to the one behind, or with `backwards` before; returns whether there is one. */
  remove(backwards: boolean): boolean {
    const { arena, node, position } = this;
    const count = getField(arena, node, COUNT);
    this.#addTotal(-1);
    if (count === 1) {
      const neighbour = getField(arena, node, backwards ? PREVIOUS : NEXT);
      this.#dropNode(node);
      this.#settle();
      return backwards ? this.#goToLast(neighbour) : this.#goToFirst(neighbour);
    }
    this.#beforeChange(node);
    const data = getField(arena, node, DATA);
    const before = backwards ? previousEntry(arena, data, position) : 0;
    const shrunk = deleteEntries(arena, data, position, 1);
    setField(arena, node, DATA, shrunk);
    setField(arena, node, COUNT, count - 1);
    setField(arena, node, BYTES, listpackBytes(arena, shrunk));
    if (backwards) {
      this.position = before;
      if (before === 0) return this.#goToLast(getField(arena, node, PREVIOUS));
    } else if (position === listpackBytes(arena, shrunk) - 1) {
      return this.#goToFirst(getField(arena, node, NEXT));
    }
    this.#read();
    return true;
  }

  /** Removes `count` elements from the one at `index` (0 or more) on; the place is of no use afterwards. */
  removeRange(index: number, count: number): void {
    const { arena } = this;
    if (count <= 0 || !this.seek(index)) return;
    let left = Math.min(count, this.count - index);
    this.#addTotal(-left);
    let { node } = this;
    let within = this.#indexInNode();
    while (left > 0) {
      const next = getField(arena, node, NEXT);
      const own = getField(arena, node, COUNT);
      const going = Math.min(left, own - within);
      if (going === own) {
        this.#dropNode(node);
      } else {
        this.#beforeChange(node);
        packNode(arena, node);
        const data = getField(arena, node, DATA);
        const shrunk = deleteEntries(arena, data, entryAt(arena, data, within), going);
        setField(arena, node, DATA, shrunk);
        setField(arena, node, COUNT, own - going);
        setField(arena, node, BYTES, listpackBytes(arena, shrunk));
      }
      left -= going;
      within = 0;
      node = next;
    }
    this.node = 0;
    this.#settle();
  }

  /** The listpack of the only node, taken out of the list, which is gone. REQUIRES: one node, with an open listpack. */
  becomeListpack(): number {
    const { arena, root } = this;
    const node = getField(arena, root, FIRST);
    this.#beforeChange(node);
    closeGap(arena, node);
    const data = getField(arena, node, DATA);
    arena.free(node);
    arena.free(root);
    return data;
  }

  free(): void {
    while (this.freeSome(1024) !== 0);
  }

  /** Frees about `blocks` blocks from the front; returns the root of what is left, 0 when nothing is. */
  freeSome(blocks: number): number {
    const { arena, root } = this;
    let node = getField(arena, root, FIRST);
    for (let freed = 0; node !== 0 && freed < blocks; freed += 2) {
      const next = getField(arena, node, NEXT);
      freeNode(arena, node);
      node = next;
    }
    setField(arena, root, FIRST, node);
    if (node !== 0) return root;
    arena.free(root);
    return 0;
  }

  /** Puts an element at the front (BEFORE) or end of a node. */
  #pushInto(node: number, where: 0 | 1, bytes: Uint8Array, start: number, end: number): void {
    const { arena } = this;
    this.#beforeChange(node);
    decompressNode(arena, node);
    if (where === BEFORE) pushFront(arena, node, bytes, start, end);
    else pushBack(arena, node, bytes, start, end);
    this.#addTotal(1);
  }

  /** Puts a node with one element beside another one; 0 for a list without nodes. */
  #addNode(beside: number, where: 0 | 1, bytes: Uint8Array, start: number, end: number): void {
    const { arena } = this;
    const length = end - start;
    let node: number;
    if (this.limits.isLarge(length)) {
      node = createNode(arena, this.#copyOf(bytes, start, end), 1, length, PLAIN);
    } else {
      const empty = createListpack(arena, length);
      let data = empty;
      try {
        data = appendEntry(arena, empty, bytes, start, end);
      } catch (error) {
        arena.free(empty);
        throw error;
      }
      node = createNode(arena, data, 1, listpackBytes(arena, data), PACKED);
    }
    this.#link(node, beside, where);
    this.#addTotal(1);
  }

  #copyOf(bytes: Uint8Array, start: number, end: number): number {
    const { arena } = this;
    const block = arena.allocate(Math.max(1, end - start));
    arena.bytes[block >>> SEGMENT_SHIFT].set(bytes.subarray(start, end), (block & SEGMENT_MASK) << 3);
    return block;
  }

  /** A node's listpack has changed by `added` elements. */
  #changed(node: number, data: number, added: number): void {
    const { arena } = this;
    setField(arena, node, DATA, data);
    setField(arena, node, COUNT, getField(arena, node, COUNT) + added);
    setField(arena, node, BYTES, listpackBytes(arena, data));
    if (added !== 0) this.#addTotal(added);
  }

  /** Splits a node's listpack BEFORE or AFTER a place: that side of it becomes a node of its own, which is returned. */
  #split(node: number, position: number, where: 0 | 1): number {
    const { arena } = this;
    this.#beforeChange(node);
    const data = getField(arena, node, DATA);
    const count = getField(arena, node, COUNT);
    const before = this.#indexInNode() + (where === AFTER ? 1 : 0);
    const bytes = listpackBytes(arena, data);
    const copy = arena.allocate(bytes);
    arena.copy(data, 0, copy, 0, bytes);
    const cut = where === AFTER ? nextEntry(arena, data, position) : position;
    const first = firstEntry(arena, copy);
    const rest =
      where === AFTER
        ? deleteEntries(arena, copy, first, before)
        : deleteEntries(arena, copy, cut, count - before);
    const restCount = where === AFTER ? count - before : before;
    const made = createNode(arena, rest, restCount, listpackBytes(arena, rest), PACKED);
    const kept =
      where === AFTER
        ? deleteEntries(arena, data, cut, count - before)
        : deleteEntries(arena, data, first, before);
    setField(arena, node, DATA, kept);
    setField(arena, node, COUNT, count - restCount);
    setField(arena, node, BYTES, listpackBytes(arena, kept));
    this.#link(made, node, where);
    return made;
  }

  /** Joins the neighbours of a node, and it with them, where they fit together. */
  #joinAround(center: number): void {
    const { arena } = this;
    const previous = getField(arena, center, PREVIOUS);
    if (previous !== 0) this.#joinWithNext(getField(arena, previous, PREVIOUS));
    const next = getField(arena, center, NEXT);
    if (next !== 0) this.#joinWithNext(next);
    const before = getField(arena, center, PREVIOUS);
    const joined = before !== 0 && this.#joinWithNext(before) ? before : center;
    this.#joinWithNext(joined);
  }

  /** Moves what the next node has to this one, if they fit together; returns whether they did. */
  #joinWithNext(node: number): boolean {
    const { arena } = this;
    const next = node === 0 ? 0 : getField(arena, node, NEXT);
    if (next === 0 || this.#isPlain(node) || this.#isPlain(next)) return false;
    const count = getField(arena, node, COUNT) + getField(arena, next, COUNT);
    const bytes = getField(arena, node, BYTES) + getField(arena, next, BYTES) - JOINED_BYTES;
    if (this.limits.isExceeded(bytes, count)) return false;
    this.#beforeChange(node);
    packNode(arena, node);
    packNode(arena, next);
    const data = joinListpacks(arena, getField(arena, node, DATA), getField(arena, next, DATA), count);
    setField(arena, node, DATA, data);
    setField(arena, node, COUNT, count);
    setField(arena, node, BYTES, listpackBytes(arena, data));
    this.#dropNode(next);
    return true;
  }

  /** Compresses the nodes behind the first and before the last `compressDepth`, which are not to be compressed themselves. */
  #settle(): void {
    const depth = this.limits.compressDepth;
    if (depth === 0) return;
    const { arena, root } = this;
    const middle = this.nodes > depth * 2;
    for (const [end, step] of [
      [FIRST, NEXT],
      [LAST, PREVIOUS],
    ] as const) {
      let node = getField(arena, root, end);
      for (let i = 0; i < depth && node !== 0; i++, node = getField(arena, node, step))
        decompressNode(arena, node);
      if (middle && node !== 0 && node !== this.node) compressNode(arena, node);
    }
  }

  #link(node: number, beside: number, where: 0 | 1): void {
    const { arena, root } = this;
    const before = where === AFTER ? beside : beside === 0 ? 0 : getField(arena, beside, PREVIOUS);
    const behind = where === AFTER ? (beside === 0 ? 0 : getField(arena, beside, NEXT)) : beside;
    setField(arena, node, PREVIOUS, before);
    setField(arena, node, NEXT, behind);
    if (before === 0) setField(arena, root, FIRST, node);
    else setField(arena, before, NEXT, node);
    if (behind === 0) setField(arena, root, LAST, node);
    else setField(arena, behind, PREVIOUS, node);
    setField(arena, root, NODES, getField(arena, root, NODES) + 1);
  }

  /** Takes a node out; it is freed with its data, unless somebody wants it. */
  #dropNode(node: number): void {
    const { arena, root } = this;
    const before = getField(arena, node, PREVIOUS);
    const behind = getField(arena, node, NEXT);
    if (before === 0) setField(arena, root, FIRST, behind);
    else setField(arena, before, NEXT, behind);
    if (behind === 0) setField(arena, root, LAST, before);
    else setField(arena, behind, PREVIOUS, before);
    setField(arena, root, NODES, getField(arena, root, NODES) - 1);
    if (arena.nodeWatchers.of(root)?.removed(node) !== true) freeNode(arena, node);
    if (this.#reopened === node) this.#reopened = 0;
    if (this.node === node) this.node = 0;
  }

  /** What is in a node is about to change. */
  #beforeChange(node: number): void {
    this.arena.nodeWatchers.of(this.root)?.changing(node);
  }

  #addTotal(change: number): void {
    const { root } = this;
    this.arena.words[root >>> SEGMENT_SHIFT][((root & SEGMENT_MASK) << 1) + TOTAL] += change;
  }

  #allows(node: number, length: number): boolean {
    const words = this.arena.words[node >>> SEGMENT_SHIFT];
    const at = (node & SEGMENT_MASK) << 1;
    return words[at + KIND] !== PLAIN && this.limits.allows(words[at + BYTES], words[at + COUNT], length);
  }

  #isPlain(node: number): boolean {
    return getField(this.arena, node, KIND) === PLAIN;
  }

  #goToFirst(node: number): boolean {
    if (node === 0) return false;
    this.#enter(node);
    this.position = this.#isPlain(node) ? 0 : firstEntry(this.arena, getField(this.arena, node, DATA));
    this.#read();
    return true;
  }

  #goToLast(node: number): boolean {
    if (node === 0) return false;
    this.#enter(node);
    this.position = this.#isPlain(node) ? 0 : lastEntry(this.arena, getField(this.arena, node, DATA));
    this.#read();
    return true;
  }

  /** Makes a node the place's, with a listpack that can be read. */
  #enter(node: number): void {
    const { arena } = this;
    if (this.#reopened !== 0 && this.#reopened !== node) {
      compressNode(arena, this.#reopened);
      this.#reopened = 0;
    }
    closeGap(arena, node);
    if (getField(arena, node, KIND) === COMPRESSED) {
      decompressNode(arena, node);
      this.#reopened = node;
    }
    this.node = node;
  }

  #read(): void {
    const { arena, node, position } = this;
    if (position === 0) this.#readPlain(node);
    else this.element.read(arena, getField(arena, node, DATA), position);
  }

  #readPlain(node: number): void {
    const { arena, element } = this;
    const data = getField(arena, node, DATA);
    element.bytes = arena.bytes[data >>> SEGMENT_SHIFT];
    element.start = (data & SEGMENT_MASK) << 3;
    element.end = element.start + getField(arena, node, BYTES);
  }

  #indexInNode(): number {
    const { arena, node, position } = this;
    if (position === 0) return 0;
    const data = getField(arena, node, DATA);
    let index = 0;
    for (let at = firstEntry(arena, data); at !== position; at = nextEntry(arena, data, at)) index++;
    return index;
  }

  #indexOfPlace(): number {
    const { arena } = this;
    let index = this.#indexInNode();
    for (let node = getField(arena, this.node, PREVIOUS); node !== 0; node = getField(arena, node, PREVIOUS))
      index += getField(arena, node, COUNT);
    return index;
  }
}

/** Puts the entries of the second listpack behind those of the first; returns the first, where it is now. */
function joinListpacks(arena: Arena, first: number, second: number, count: number): number {
  const HEADER = 6;
  const own = listpackBytes(arena, first);
  const added = listpackBytes(arena, second) - HEADER - 1;
  const joined = arena.resize(first, own + added, own);
  arena.copy(second, HEADER, joined, own - 1, added + 1);
  const bytes = arena.bytes[joined >>> SEGMENT_SHIFT];
  const start = (joined & SEGMENT_MASK) << 3;
  setField(arena, joined, 0, own + added);
  bytes[start + 4] = Math.min(count, 65535);
  bytes[start + 5] = Math.min(count, 65535) >>> 8;
  return joined;
}
