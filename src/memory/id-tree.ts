/** Hot. A map from 128-bit ids to a few words, in order of the ids: a B+tree. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from './arena.ts';
import {
  capacityOf,
  childAt,
  childIndex,
  closeEntry,
  countOf,
  createNode,
  ENTRIES_MAX,
  growNode,
  ID_WORDS,
  INNER_ENTRY,
  levelOf,
  lowerBound,
  NODE_HEADER,
  NODE_NEXT,
  NODE_PREVIOUS,
  nodeIndex,
  nodeWords,
  openEntry,
  setCount,
} from './id-tree-node.ts';
import { compareIdAt, compareIds, copyId, readId, WideId, writeId } from './wide-id.ts';

/** Words of a tree's state. */
export const TREE_WORDS = 4;
const ROOT = 0;
const COUNT = 1;
const FIRST = 2;
const LAST = 3;
/** Levels of a tree whose nodes hold no more than two entries, with 2^32 of them; the real ones have six at most. */
const LEVELS_MAX = 33;
/** Below this many entries a node is joined with a neighbour, if both take no more than JOINED_MAX. */
const SPARSE = 16;
const JOINED_MAX = 48;
/** Splitting takes a node a level, each perhaps from a new span. */
const SPLIT_BYTES_MAX = 1 << 20;

/**
 * A flyweight: `open` moves it to a tree, whose state is four words in a block of the owner's:
 *
 *     root, number of entries, first leaf, last leaf          all 0 for a tree without entries
 *
 * It has a cursor: after a method that says so, the entry's id is at words[at], its value at words[at + ID_WORDS].
 * Changing the tree through another flyweight, or inserting and removing, makes a cursor worthless unless stated.
 *
 * Leaves are filled from left to right without gaps by ids that grow, as those of streams do, because a split at the end
 * leaves the old leaf full. Nodes are blocks that grow with what is in them, so that small trees are small.
 *
 * Invariants:
 * 1. Ids strictly grow through the chain of leaves; all leaves are at level 0, children one level below their parents.
 * 2. The id of child i > 0 of an inner node is above all ids under child i - 1 and not above those under child i; the id
 *    of child 0 means nothing.
 * 3. No node is empty; an inner root has two children at least.
 */
export class IdTree {
  readonly arena: Arena;
  /** Words of an entry, its id among them. */
  readonly entryWords: number;
  words: Int32Array;
  at = 0;
  #leaf = 0;
  #index = 0;
  #block = 0;
  #state: Int32Array;
  #stateAt = 0;
  readonly #path = new Int32Array(LEVELS_MAX);
  readonly #pathIndex = new Int32Array(LEVELS_MAX);
  readonly #scratch = new WideId();

  constructor(arena: Arena, valueWords: number) {
    this.arena = arena;
    this.entryWords = ID_WORDS + valueWords;
    this.words = arena.words[0];
    this.#state = arena.words[0];
  }

  /** Moves to the tree whose state begins at word `offset` of a block, whose watcher is told of the leaves that change. */
  open(block: number, offset: number): void {
    this.#block = block;
    this.#state = this.arena.words[block >>> SEGMENT_SHIFT];
    this.#stateAt = ((block & SEGMENT_MASK) << 1) + offset;
  }

  get count(): number {
    return this.#state[this.#stateAt + COUNT] >>> 0;
  }

  /** Puts the cursor on an id. Returns whether it is there. */
  find(id: WideId): boolean {
    return this.seek(id) && compareIdAt(this.words, this.at, id) === 0;
  }

  /** Puts the cursor on the first id that is not below `id`. Returns false if there is none. */
  seek(id: WideId): boolean {
    if (this.#state[this.#stateAt + ROOT] === 0) return false;
    this.#descend(id);
    const leaf = this.#leaf;
    if (this.#index < countOf(this.arena, leaf)) return this.#point(leaf, this.#index);
    const next = nodeWords(this.arena, leaf)[nodeIndex(leaf) + NODE_NEXT];
    return next !== 0 && this.#point(next, 0);
  }

  /** Puts the cursor on the last id that is not above `id`. Returns false if there is none. */
  seekBack(id: WideId): boolean {
    if (!this.seek(id)) return this.last();
    return compareIdAt(this.words, this.at, id) === 0 || this.previous();
  }

  /** Puts the cursor on the first entry. Returns false if there is none. */
  first(): boolean {
    const leaf = this.#state[this.#stateAt + FIRST];
    return leaf !== 0 && this.#point(leaf, 0);
  }

  /** Puts the cursor on the last entry. Returns false if there is none. */
  last(): boolean {
    const leaf = this.#state[this.#stateAt + LAST];
    return leaf !== 0 && this.#point(leaf, countOf(this.arena, leaf) - 1);
  }

  /** Moves the cursor on. Returns false, and leaves it, at the last entry. */
  next(): boolean {
    const leaf = this.#leaf;
    if (this.#index + 1 < countOf(this.arena, leaf)) return this.#point(leaf, this.#index + 1);
    const next = nodeWords(this.arena, leaf)[nodeIndex(leaf) + NODE_NEXT];
    return next !== 0 && this.#point(next, 0);
  }

  /** Moves the cursor back. Returns false, and leaves it, at the first entry. */
  previous(): boolean {
    if (this.#index > 0) return this.#point(this.#leaf, this.#index - 1);
    const leaf = this.#leaf;
    const previous = nodeWords(this.arena, leaf)[nodeIndex(leaf) + NODE_PREVIOUS];
    return previous !== 0 && this.#point(previous, countOf(this.arena, previous) - 1);
  }

  /** The id under the cursor. */
  readId(id: WideId): void {
    readId(this.words, this.at, id);
  }

  /**
   * Adds an id, with anything as value, and puts the cursor on it; only that when it is there already. Returns whether it
   * was added. May throw OutOfMemory; then nothing has changed.
   */
  insert(id: WideId): boolean {
    if (this.#state[this.#stateAt + ROOT] === 0) this.#plant();
    else if (this.#isBehindLast(id)) this.#index++;
    else {
      this.#descend(id);
      const leaf = this.#leaf;
      if (this.#index < countOf(this.arena, leaf)) {
        this.#point(leaf, this.#index);
        if (compareIdAt(this.words, this.at, id) === 0) return false;
      }
    }
    this.#beforeChange(this.#leaf);
    this.#makeRoom();
    this.at = openEntry(this.arena, this.#leaf, this.#index, this.entryWords);
    this.words = nodeWords(this.arena, this.#leaf);
    writeId(this.words, this.at, id);
    this.#state[this.#stateAt + COUNT]++;
    return true;
  }

  /** Removes an id. Returns whether it was there. */
  remove(id: WideId): boolean {
    if (!this.find(id)) return false;
    this.removeFound();
    return true;
  }

  /** Removes the entry under the cursor. */
  removeFound(): void {
    const { arena } = this;
    this.readId(this.#scratch);
    this.#descend(this.#scratch);
    this.#beforeChange(this.#leaf);
    closeEntry(arena, this.#leaf, this.#index, this.entryWords);
    this.#state[this.#stateAt + COUNT]--;
    this.#repair(this.#leaf, levelOf(arena, this.#state[this.#stateAt + ROOT]));
  }

  /** Entries of the last leaf, on whose first one the cursor is put. REQUIRES: the tree is not empty. */
  enterLastLeaf(): number {
    const leaf = this.#state[this.#stateAt + LAST];
    this.#point(leaf, 0);
    return countOf(this.arena, leaf);
  }

  /** Removes all entries of the last leaf. REQUIRES: the tree is not empty. */
  dropLastLeaf(): void {
    const { arena } = this;
    const count = this.enterLastLeaf();
    this.readId(this.#scratch);
    this.#descend(this.#scratch);
    this.#beforeChange(this.#leaf);
    setCount(arena, this.#leaf, 0);
    this.#state[this.#stateAt + COUNT] -= count;
    this.#repair(this.#leaf, levelOf(arena, this.#state[this.#stateAt + ROOT]));
  }

  /** To be called before the value under the cursor changes. */
  changing(): void {
    this.#beforeChange(this.#leaf);
  }

  /** All leaves in their order. */
  leaves(): Int32Array {
    const { arena } = this;
    const leaves: number[] = [];
    for (let leaf = this.#state[this.#stateAt + FIRST]; leaf !== 0; ) {
      leaves.push(leaf);
      leaf = nodeWords(arena, leaf)[nodeIndex(leaf) + NODE_NEXT];
    }
    return new Int32Array(leaves);
  }

  /** Bytes of the tree's blocks. */
  get bytes(): number {
    const root = this.#state[this.#stateAt + ROOT];
    return root === 0 ? 0 : this.#bytesUnder(root);
  }

  /** Throws when an invariant does not hold. For tests. */
  verify(): void {
    const state = this.#state;
    const root = state[this.#stateAt + ROOT];
    const leaves: number[] = [];
    if (root !== 0) this.#verifyNode(root, null, null, true, leaves);
    if (root === 0 && (state[this.#stateAt + FIRST] | state[this.#stateAt + LAST]) !== 0)
      throw new Error('IdTree: leaves without a root');
    let entries = 0;
    for (const [position, leaf] of leaves.entries()) {
      const words = nodeWords(this.arena, leaf);
      const base = nodeIndex(leaf);
      if (
        words[base + NODE_PREVIOUS] !== (leaves[position - 1] ?? 0) ||
        words[base + NODE_NEXT] !== (leaves[position + 1] ?? 0)
      )
        throw new Error('IdTree: the chain of leaves is broken');
      entries += countOf(this.arena, leaf);
    }
    if (entries !== this.count) throw new Error(`IdTree: ${entries} entries, accounted ${this.count}`);
    if (
      root !== 0 &&
      (state[this.#stateAt + FIRST] !== leaves[0] || state[this.#stateAt + LAST] !== leaves.at(-1))
    )
      throw new Error('IdTree: first or last leaf is wrong');
  }

  /** A leaf is about to change, or to go. */
  #beforeChange(leaf: number): void {
    this.arena.nodeWatchers.of(this.#block)?.changing(leaf);
  }

  #point(leaf: number, index: number): true {
    this.#leaf = leaf;
    this.#index = index;
    this.words = nodeWords(this.arena, leaf);
    this.at = nodeIndex(leaf) + NODE_HEADER + index * this.entryWords;
    return true;
  }

  /** Finds the leaf and place for an id, and notes the way: `#path` and `#pathIndex` by level. */
  #descend(id: WideId): void {
    const { arena } = this;
    let node = this.#state[this.#stateAt + ROOT];
    for (let level = levelOf(arena, node); level > 0; level--) {
      const index = childIndex(arena, node, id);
      this.#path[level] = node;
      this.#pathIndex[level] = index;
      node = childAt(arena, node, index);
    }
    this.#leaf = node;
    this.#index = lowerBound(arena, node, this.entryWords, id);
  }

  /** Whether an id belongs behind all others, into a last leaf with room; the cursor is on the last entry then. */
  #isBehindLast(id: WideId): boolean {
    const leaf = this.#state[this.#stateAt + LAST];
    const count = countOf(this.arena, leaf);
    if (count === capacityOf(this.arena, leaf)) return false;
    this.#point(leaf, count - 1);
    return compareIdAt(this.words, this.at, id) < 0;
  }

  #plant(): void {
    const leaf = createNode(this.arena, 0, 0, this.entryWords);
    this.#state[this.#stateAt + ROOT] = leaf;
    this.#state[this.#stateAt + FIRST] = leaf;
    this.#state[this.#stateAt + LAST] = leaf;
    this.#leaf = leaf;
    this.#index = 0;
  }

  /** Sees that the leaf has room for another entry. REQUIRES: `#descend`, if it is full. */
  #makeRoom(): void {
    const { arena } = this;
    const capacity = capacityOf(arena, this.#leaf);
    if (countOf(arena, this.#leaf) < capacity) return;
    if (capacity < ENTRIES_MAX) {
      const moved = growNode(arena, this.#leaf, this.entryWords);
      if (moved !== this.#leaf) this.#leafMoved(moved);
      this.#leaf = moved;
      return;
    }
    const limit = arena.reserveSteps(SPLIT_BYTES_MAX);
    this.#splitLeaf();
    arena.limit(limit);
  }

  /** Corrects what refers to the leaf that `#descend` found. */
  #leafMoved(moved: number): void {
    const { arena } = this;
    const state = this.#state;
    const words = nodeWords(arena, moved);
    const previous = words[nodeIndex(moved) + NODE_PREVIOUS];
    const next = words[nodeIndex(moved) + NODE_NEXT];
    if (previous === 0) state[this.#stateAt + FIRST] = moved;
    else nodeWords(arena, previous)[nodeIndex(previous) + NODE_NEXT] = moved;
    if (next === 0) state[this.#stateAt + LAST] = moved;
    else nodeWords(arena, next)[nodeIndex(next) + NODE_PREVIOUS] = moved;
    if (this.#leaf === state[this.#stateAt + ROOT]) {
      state[this.#stateAt + ROOT] = moved;
      return;
    }
    const parent = this.#path[1];
    const at = nodeIndex(parent) + NODE_HEADER + this.#pathIndex[1] * INNER_ENTRY + ID_WORDS;
    nodeWords(arena, parent)[at] = moved;
  }

  /** Divides a full leaf in two; leaf and index become those where the new entry belongs. REQUIRES: `#descend`. */
  #splitLeaf(): void {
    const { arena } = this;
    const entryWords = this.entryWords;
    const leaf = this.#leaf;
    const words = nodeWords(arena, leaf);
    const base = nodeIndex(leaf);
    const next = words[base + NODE_NEXT];
    const atEnd = next === 0 && this.#index === ENTRIES_MAX;
    const kept = atEnd ? ENTRIES_MAX - 1 : (ENTRIES_MAX + 1) >>> 1;
    const right = createNode(arena, 0, ENTRIES_MAX, entryWords);
    this.#moveEntries(leaf, kept, right, entryWords);
    const rightWords = nodeWords(arena, right);
    rightWords[nodeIndex(right) + NODE_PREVIOUS] = leaf;
    rightWords[nodeIndex(right) + NODE_NEXT] = next;
    words[base + NODE_NEXT] = right;
    if (next === 0) this.#state[this.#stateAt + LAST] = right;
    else nodeWords(arena, next)[nodeIndex(next) + NODE_PREVIOUS] = right;
    readId(rightWords, nodeIndex(right) + NODE_HEADER, this.#scratch);
    this.#addChild(leaf, 1, right);
    if (this.#index > kept) {
      this.#leaf = right;
      this.#index -= kept;
    }
  }

  /** Moves the entries from `kept` on to an empty node. */
  #moveEntries(node: number, kept: number, right: number, entryWords: number): void {
    const { arena } = this;
    const moved = countOf(arena, node) - kept;
    arena.copy(node, (NODE_HEADER + kept * entryWords) * 4, right, NODE_HEADER * 4, moved * entryWords * 4);
    setCount(arena, node, kept);
    setCount(arena, right, moved);
  }

  /** Adds `right`, whose lowest id is in `#scratch`, behind `left` to the path's node at `level`. */
  #addChild(left: number, level: number, right: number): void {
    const { arena } = this;
    if (left === this.#state[this.#stateAt + ROOT]) {
      this.#addRoot(left, level, right);
      return;
    }
    let node = this.#path[level];
    let index = this.#pathIndex[level] + 1;
    const capacity = capacityOf(arena, node);
    if (countOf(arena, node) === capacity) {
      const half = (ENTRIES_MAX + 1) >>> 1;
      const sibling = createNode(arena, level, ENTRIES_MAX, INNER_ENTRY);
      const kept = index === ENTRIES_MAX ? ENTRIES_MAX - 1 : half;
      this.#moveEntries(node, kept, sibling, INNER_ENTRY);
      const child = this.#scratch;
      const { msHigh, msLow, seqHigh, seqLow } = child;
      readId(nodeWords(arena, sibling), nodeIndex(sibling) + NODE_HEADER, child);
      this.#addChild(node, level + 1, sibling);
      child.msHigh = msHigh;
      child.msLow = msLow;
      child.seqHigh = seqHigh;
      child.seqLow = seqLow;
      if (index > kept) {
        node = sibling;
        index -= kept;
      }
    }
    const at = openEntry(arena, node, index, INNER_ENTRY);
    const words = nodeWords(arena, node);
    writeId(words, at, this.#scratch);
    words[at + ID_WORDS] = right;
  }

  #addRoot(left: number, level: number, right: number): void {
    const { arena } = this;
    const root = createNode(arena, level, ENTRIES_MAX, INNER_ENTRY);
    const words = nodeWords(arena, root);
    const first = openEntry(arena, root, 0, INNER_ENTRY);
    words.fill(0, first, first + ID_WORDS);
    words[first + ID_WORDS] = left;
    const second = openEntry(arena, root, 1, INNER_ENTRY);
    writeId(words, second, this.#scratch);
    words[second + ID_WORDS] = right;
    this.#state[this.#stateAt + ROOT] = root;
  }

  /** After an entry has gone from a leaf: drops what is empty, joins what is sparse. REQUIRES: `#descend` to it. */
  #repair(leaf: number, top: number): void {
    const { arena } = this;
    let node = leaf;
    for (let level = 0; level <= top; level++) {
      const count = countOf(arena, node);
      if (level === top) {
        this.#repairRoot(node, count);
        return;
      }
      if (count >= SPARSE) return;
      const parent = this.#path[level + 1];
      const index = this.#pathIndex[level + 1];
      if (count === 0) {
        this.#dropNode(node, level);
        closeEntry(arena, parent, index, INNER_ENTRY);
      } else if (!this.#join(parent, index + 1, level) && !this.#join(parent, index, level)) {
        return;
      }
      node = parent;
    }
  }

  #repairRoot(root: number, count: number): void {
    const { arena } = this;
    let node = root;
    if (count === 0) {
      this.#dropNode(node, levelOf(arena, node));
      this.#state[this.#stateAt + ROOT] = 0;
      return;
    }
    while (levelOf(arena, node) > 0 && countOf(arena, node) === 1) {
      const child = childAt(arena, node, 0);
      arena.free(node);
      node = child;
    }
    this.#state[this.#stateAt + ROOT] = node;
  }

  /** Joins child `index` of a node with the one before it, if there are both and they are small. Returns whether. */
  #join(parent: number, index: number, level: number): boolean {
    const { arena } = this;
    if (index === 0 || index >= countOf(arena, parent)) return false;
    const left = childAt(arena, parent, index - 1);
    const right = childAt(arena, parent, index);
    const leftCount = countOf(arena, left);
    const rightCount = countOf(arena, right);
    // A node without room for both would have to grow, and might find no memory.
    if (leftCount + rightCount > Math.min(JOINED_MAX, capacityOf(arena, left))) return false;
    const entryWords = level === 0 ? this.entryWords : INNER_ENTRY;
    if (level === 0) {
      this.#beforeChange(left);
      this.#beforeChange(right);
    } else {
      readId(nodeWords(arena, parent), nodeIndex(parent) + NODE_HEADER + index * INNER_ENTRY, this.#scratch);
      writeId(nodeWords(arena, right), nodeIndex(right) + NODE_HEADER, this.#scratch);
    }
    const target = (NODE_HEADER + leftCount * entryWords) * 4;
    arena.copy(right, NODE_HEADER * 4, left, target, rightCount * entryWords * 4);
    setCount(arena, left, leftCount + rightCount);
    this.#dropNode(right, level);
    closeEntry(arena, parent, index, INNER_ENTRY);
    return true;
  }

  /** Frees a node; a leaf is taken out of the chain. */
  #dropNode(node: number, level: number): void {
    const { arena } = this;
    if (level === 0) {
      const words = nodeWords(arena, node);
      const previous = words[nodeIndex(node) + NODE_PREVIOUS];
      const next = words[nodeIndex(node) + NODE_NEXT];
      if (previous === 0) this.#state[this.#stateAt + FIRST] = next;
      else nodeWords(arena, previous)[nodeIndex(previous) + NODE_NEXT] = next;
      if (next === 0) this.#state[this.#stateAt + LAST] = previous;
      else nodeWords(arena, next)[nodeIndex(next) + NODE_PREVIOUS] = previous;
    }
    arena.free(node);
  }

  #bytesUnder(node: number): number {
    const { arena } = this;
    let bytes = arena.sizeOf(node);
    if (levelOf(arena, node) === 0) return bytes;
    for (let index = 0; index < countOf(arena, node); index++)
      bytes += this.#bytesUnder(childAt(arena, node, index));
    return bytes;
  }

  #verifyNode(
    node: number,
    low: WideId | null,
    high: WideId | null,
    isRoot: boolean,
    leaves: number[],
  ): void {
    const { arena } = this;
    const level = levelOf(arena, node);
    const count = countOf(arena, node);
    if (count === 0 || (isRoot && level > 0 && count < 2))
      throw new Error('IdTree: a node with too few entries');
    if (count > capacityOf(arena, node)) throw new Error('IdTree: a node with too many entries');
    const entryWords = level === 0 ? this.entryWords : INNER_ENTRY;
    const ids = Array.from({ length: count }, (_, index) => {
      const id = new WideId();
      if (level > 0 && index === 0) copyId(low ?? id, id);
      else readId(nodeWords(arena, node), nodeIndex(node) + NODE_HEADER + index * entryWords, id);
      return id;
    });
    for (const [index, id] of ids.entries()) {
      const at = [id.msHigh, id.msLow, id.seqHigh, id.seqLow].map((word) => word >>> 0).join(' ');
      if (low !== null && compareIds(id, low) < 0) throw new Error(`IdTree: ${at} is below its node`);
      if (high !== null && compareIds(id, high) >= 0) throw new Error(`IdTree: ${at} is above its node`);
      if (index > 0 && compareIds(ids[index - 1], id) >= 0 && (level === 0 || index > 1))
        throw new Error(`IdTree: ${at} is out of order`);
      if (level === 0) continue;
      const child = childAt(arena, node, index);
      if (levelOf(arena, child) !== level - 1) throw new Error('IdTree: a child at a wrong level');
      this.#verifyNode(child, index === 0 ? low : id, ids[index + 1] ?? high, false, leaves);
    }
    if (level === 0) leaves.push(node);
  }
}
