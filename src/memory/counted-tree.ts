/** Hot. A counted B+tree: entries in the order of a score and then of a name, reached by either or by rank. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from './arena.ts';
import {
  CAPACITY,
  CHILDREN,
  COUNTS,
  copySlots,
  countsBefore,
  createNode,
  ENTRIES,
  INNER_BYTES,
  LEAF_BYTES,
  NEXT,
  openSlot,
  PREVIOUS,
  removeSlot,
  SCORES,
  slotOfEntry,
} from './tree-node.ts';
import { slotsBelow, slotsUpTo } from './tree-search.ts';
import { warmBlock } from './warm.ts';

/**
 * Entries are blocks of the arena that somebody else owns; the tree keeps their scores itself and asks for names only
 * where scores are equal. Nodes have the layout of tree-node.ts; leaves are linked in both directions.
 *
 *     inner node   for each child: score and entry of the first element below it, how many elements are below it
 *
 * Invariants:
 * 1. Elements ascend by (score, name), all of them different.
 * 2. A child's slot holds the score and entry of its first element, and the number of elements below it.
 * 3. No node is empty, but there is no root in an empty tree; an inner root has at least two children.
 * 4. After a removal, a node of its way with less than SPARSE slots has no sibling with which it would make JOINED_MAX.
 *
 * Cost: each operation touches one node a level, three levels for a hundred thousand elements; 12 bytes an element in
 * leaves that are 69 % full after insertions at random, and full after insertions in order.
 * Sources: D. Comer, "The Ubiquitous B-Tree" (1979); counts as in Knuth, The Art of Computer Programming 6.2.4.
 */
const SPARSE = 16;
const JOINED_MAX = 48;
/** Levels; with two children each there would be 2^24 elements, but nodes are fuller than that. */
const HEIGHT_MAX = 24;
/** What splitting every level may take, each node perhaps from a new span. */
const GROWTH_BYTES_MAX = 1 << 20;

/** Words that `detach` writes: root, levels, elements. */
export const TREE_WORDS = 3;

export abstract class CountedTree {
  readonly arena: Arena;
  /** Elements in the tree. */
  count = 0;
  /** Where the last `seek`, `next` or `previous` came to. */
  score = 0;
  entry = 0;
  #root = 0;
  /** Levels of nodes: 1 when the root is a leaf. */
  #height = 0;
  /** The way from the root (level 0) to a leaf: nodes, and the slot that was taken in each. */
  readonly #nodes = new Int32Array(HEIGHT_MAX);
  readonly #slots = new Int32Array(HEIGHT_MAX);
  #leaf = 0;
  #slot = 0;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  /** How the name of an entry compares with bytes[start, end): negative, 0 or positive. */
  abstract compareName(entry: number, bytes: Uint8Array, start: number, end: number): number;

  /** Takes up the tree whose state `detach` has left in words[at ...]; all zero is an empty one. */
  attach(words: Int32Array, at: number): void {
    this.#root = words[at];
    this.#height = words[at + 1];
    this.count = words[at + 2] >>> 0;
  }

  /** Leaves the tree's state in words[at ...], TREE_WORDS of them: to be done after every change. */
  detach(words: Int32Array, at: number): void {
    words[at] = this.#root;
    words[at + 1] = this.#height;
    words[at + 2] = this.count;
  }

  /** Elements before (score, bytes[start, end)), whose entry this is. REQUIRES: it is in the tree. */
  rankOf(score: number, entry: number, bytes: Uint8Array, start: number, end: number): number {
    this.#descend(score, bytes, start, end, entry);
    return this.#rankOfWay();
  }

  /** Elements with a score less than this one, or with `inclusive` not greater. */
  rankOfScore(score: number, inclusive: boolean): number {
    let node = this.#root;
    if (node === 0) return 0;
    let rank = 0;
    let total = this.count;
    for (let level = this.#height - 1; level > 0; level--) {
      const words = this.arena.words[node >>> SEGMENT_SHIFT];
      const at = (node & SEGMENT_MASK) << 1;
      const slot = Math.max(0, this.#slotOfScore(node, score, inclusive) - 1);
      rank += countsBefore(words, at, slot, total);
      total = words[at + COUNTS + slot];
      node = words[at + CHILDREN + slot];
    }
    return rank + this.#slotOfScore(node, score, inclusive);
  }

  /** Elements with a name less than bytes[start, end), or with `inclusive` not greater. REQUIRES: all scores are equal. */
  rankOfName(bytes: Uint8Array, start: number, end: number, inclusive: boolean): number {
    const limit = inclusive ? 1 : 0;
    let node = this.#root;
    if (node === 0) return 0;
    let rank = 0;
    let total = this.count;
    for (let level = this.#height - 1; level > 0; level--) {
      const words = this.arena.words[node >>> SEGMENT_SHIFT];
      const at = (node & SEGMENT_MASK) << 1;
      const behind = this.#slotOfName(node, 0, words[at], bytes, start, end, limit);
      const slot = behind === 0 ? 0 : behind - 1;
      rank += countsBefore(words, at, slot, total);
      total = words[at + COUNTS + slot];
      node = words[at + CHILDREN + slot];
    }
    return rank + this.#slotOfName(node, 0, this.#countOf(node), bytes, start, end, limit);
  }

  /** Goes to the element at `rank`, 0 for the first. REQUIRES: rank < count. */
  seek(rank: number): void {
    this.#walkTo(rank);
    this.#read();
  }

  /** Goes to the first element whose score is not less than this one; returns whether there is one. */
  seekScore(score: number): boolean {
    let node = this.#root;
    if (node === 0) return false;
    for (let level = this.#height - 1; level > 0; level--) {
      const slot = Math.max(0, this.#slotOfScore(node, score, false) - 1);
      node = this.arena.words[node >>> SEGMENT_SHIFT][((node & SEGMENT_MASK) << 1) + CHILDREN + slot];
    }
    this.#leaf = node;
    // If all of the leaf are less, it is the one before.
    this.#slot = this.#slotOfScore(node, score, false) - 1;
    return this.next();
  }

  /** Goes to the next element; returns false behind the last. Nothing may have changed since `seek`. */
  next(): boolean {
    const words = this.arena.words[this.#leaf >>> SEGMENT_SHIFT];
    const at = (this.#leaf & SEGMENT_MASK) << 1;
    if (++this.#slot === words[at]) {
      if (words[at + NEXT] === 0) return false;
      this.#leaf = words[at + NEXT];
      this.#slot = 0;
    }
    this.#read();
    return true;
  }

  /** Goes to the element before; returns false before the first. Nothing may have changed since `seek`. */
  previous(): boolean {
    if (this.#slot === 0) {
      const before =
        this.arena.words[this.#leaf >>> SEGMENT_SHIFT][((this.#leaf & SEGMENT_MASK) << 1) + PREVIOUS];
      if (before === 0) return false;
      this.#leaf = before;
      this.#slot = this.arena.words[before >>> SEGMENT_SHIFT][(before & SEGMENT_MASK) << 1];
    }
    this.#slot--;
    this.#read();
    return true;
  }

  /**
   * Reads elements from where `seek` came to: as many as the leaf has and the lists hold, at most `limit`, forwards or
   * backwards. Goes to the element behind them, if there is one. Returns how many they are. REQUIRES: limit > 0.
   */
  takeRun(entries: Int32Array, scores: Float64Array, limit: number, backwards: boolean): number {
    const leaf = this.#leaf;
    const words = this.arena.words[leaf >>> SEGMENT_SHIFT];
    const doubles = this.arena.doubles[leaf >>> SEGMENT_SHIFT];
    const at = (leaf & SEGMENT_MASK) << 1;
    const from = this.#slot;
    const count = Math.min(backwards ? from + 1 : words[at] - from, limit, entries.length);
    const step = backwards ? -1 : 1;
    let entry = at + ENTRIES + from;
    let score = (leaf & SEGMENT_MASK) + SCORES + from;
    for (let i = 0; i < count; i++, entry += step, score += step) {
      entries[i] = words[entry];
      scores[i] = doubles[score];
    }
    this.#slot = from + step * (count - 1);
    if (backwards) this.previous();
    else this.next();
    return count;
  }

  /** Adds an entry named bytes[start, end), which is not in the tree. May throw OutOfMemory; then nothing has changed. */
  insert(score: number, entry: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#root === 0) {
      this.#root = createNode(this.arena, LEAF_BYTES);
      this.#height = 1;
    }
    this.#descend(score, bytes, start, end, 0);
    this.#insertAtWay(score, entry);
  }

  /** Adds an entry behind all that are in the tree, where it belongs. May throw OutOfMemory; then nothing has changed. */
  append(score: number, entry: number): void {
    if (this.#root === 0) {
      this.#root = createNode(this.arena, LEAF_BYTES);
      this.#height = 1;
    }
    let node = this.#root;
    const leaf = this.#height - 1;
    for (let level = 0; level < leaf; level++) {
      const slot = this.#countOf(node) - 1;
      this.#nodes[level] = node;
      this.#slots[level] = slot;
      node = this.arena.words[node >>> SEGMENT_SHIFT][((node & SEGMENT_MASK) << 1) + CHILDREN + slot];
    }
    this.#nodes[leaf] = node;
    this.#slots[leaf] = this.#countOf(node);
    this.#insertAtWay(score, entry);
  }

  #insertAtWay(score: number, entry: number): void {
    const leaf = this.#height - 1;
    if (this.#countOf(this.#nodes[leaf]) === CAPACITY) this.#makeRoom();
    const node = this.#nodes[this.#height - 1];
    const slot = this.#slots[this.#height - 1];
    openSlot(this.arena, node, slot, false);
    this.#setKey(node, slot, score, entry);
    this.count++;
    this.#countAlongWay(1);
    if (slot === 0) this.#renewKeys(this.#height - 1);
  }

  /** Removes the element (score, bytes[start, end)), whose entry this is. REQUIRES: it is in the tree. */
  remove(score: number, entry: number, bytes: Uint8Array, start: number, end: number): void {
    this.#descend(score, bytes, start, end, entry);
    this.#removeAtWay();
  }

  /** Removes the element at `rank`, whose entry and score can be read then. */
  removeAt(rank: number): void {
    this.#walkTo(rank);
    this.#read();
    this.#removeAtWay();
  }

  /**
   * Gives the element (score, bytes[start, end)), whose entry this is, another score. REQUIRES: it is in the tree. May throw
   * OutOfMemory; then nothing has changed.
   */
  move(score: number, entry: number, bytes: Uint8Array, start: number, end: number, moved: number): void {
    this.#descend(score, bytes, start, end, entry);
    const node = this.#nodes[this.#height - 1];
    const slot = this.#slots[this.#height - 1];
    const scores = this.arena.doubles[node >>> SEGMENT_SHIFT];
    const at = (node & SEGMENT_MASK) + SCORES;
    // Between two others of the same leaf it may stay where it is.
    if (
      slot > 0 &&
      slot + 1 < this.#countOf(node) &&
      scores[at + slot - 1] < moved &&
      scores[at + slot + 1] > moved
    ) {
      scores[at + slot] = moved;
      return;
    }
    const limit = this.arena.reserveSteps(GROWTH_BYTES_MAX);
    this.#removeAtWay();
    this.insert(moved, entry, bytes, start, end);
    this.arena.limit(limit);
  }

  /** Frees all nodes, not the entries. For trees of any size, but at once: a node an element in forty. */
  clear(): void {
    if (this.#root !== 0) this.#freeBelow(this.#root, this.#height);
    this.#root = 0;
    this.#height = 0;
    this.count = 0;
  }

  /** Frees some nodes from the left; returns whether any are left. In between the tree is good for nothing else. */
  freeSome(): boolean {
    if (this.#root === 0) return false;
    const words = this.arena.words[this.#root >>> SEGMENT_SHIFT];
    const at = (this.#root & SEGMENT_MASK) << 1;
    if (this.#height <= 2 || words[at] === 0) {
      if (words[at] === 0) this.arena.free(this.#root);
      else this.#freeBelow(this.#root, this.#height);
      this.#root = 0;
      return false;
    }
    words[at]--;
    this.#freeBelow(words[at + CHILDREN + words[at]], this.#height - 1);
    return true;
  }

  /** Bytes of all nodes. */
  structureBytes(): number {
    return this.#root === 0 ? 0 : this.#bytesBelow(this.#root, this.#height);
  }

  /** Checks the invariants by walking everything; throws on a violation. For tests. */
  verify(): void {
    if (this.#root === 0) {
      if (this.count !== 0 || this.#height !== 0) throw new Error('CountedTree: elements without a root');
      return;
    }
    const total = this.#verifyBelow(this.#root, this.#height, true);
    if (total !== this.count) throw new Error(`CountedTree: ${total} elements, accounted ${this.count}`);
    this.#verifyLinks();
  }

  /** Goes from the root to where (score, name) is, with its entry, or belongs (0). */
  #descend(score: number, bytes: Uint8Array, start: number, end: number, entry: number): void {
    let node = this.#root;
    const leaf = this.#height - 1;
    for (let level = 0; level < leaf; level++) {
      const behind = this.#slotOf(node, score, bytes, start, end, 1);
      const slot = behind === 0 ? 0 : behind - 1;
      this.#nodes[level] = node;
      this.#slots[level] = slot;
      node = this.arena.words[node >>> SEGMENT_SHIFT][((node & SEGMENT_MASK) << 1) + CHILDREN + slot];
    }
    // A fresh leaf's lines would else be waited for one by one: 12 % of a ZADD that moves one of 150,000 members.
    warmBlock(this.arena, node, LEAF_BYTES);
    this.#nodes[leaf] = node;
    // Without a look at names, which lie elsewhere, if that can be.
    this.#slots[leaf] =
      entry === 0
        ? this.#slotOf(node, score, bytes, start, end, 0)
        : slotOfEntry(this.arena, node, slotsBelow(this.arena, node, score), entry);
  }

  /** The first slot whose key is not less than (score, name), or with `limit` 1 (in place of 0) greater. */
  #slotOf(node: number, score: number, bytes: Uint8Array, start: number, end: number, limit: 0 | 1): number {
    const slot = slotsBelow(this.arena, node, score);
    const words = this.arena.words[node >>> SEGMENT_SHIFT];
    const scores = this.arena.doubles[node >>> SEGMENT_SHIFT];
    if (slot === words[(node & SEGMENT_MASK) << 1] || scores[(node & SEGMENT_MASK) + SCORES + slot] !== score)
      return slot;
    const behind = slotsUpTo(this.arena, node, score);
    return this.#slotOfName(node, slot, behind, bytes, start, end, limit);
  }

  #slotOfScore(node: number, score: number, inclusive: boolean): number {
    return inclusive ? slotsUpTo(this.arena, node, score) : slotsBelow(this.arena, node, score);
  }

  /** The first of the slots [from, to) whose name is not less, or with `limit` 1 greater; `to` if there is none. */
  #slotOfName(
    node: number,
    from: number,
    to: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    limit: 0 | 1,
  ): number {
    const words = this.arena.words[node >>> SEGMENT_SHIFT];
    const entries = ((node & SEGMENT_MASK) << 1) + ENTRIES;
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compareName(words[entries + middle], bytes, start, end) < limit) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The way to the element at `rank`. */
  #walkTo(rank: number): void {
    let node = this.#root;
    let left = rank;
    let total = this.count;
    const leaf = this.#height - 1;
    for (let level = 0; level < leaf; level++) {
      const words = this.arena.words[node >>> SEGMENT_SHIFT];
      const at = (node & SEGMENT_MASK) << 1;
      // From the nearer end.
      let slot = 0;
      if (left < total >>> 1) {
        while (left >= words[at + COUNTS + slot]) left -= words[at + COUNTS + slot++];
      } else {
        slot = words[at] - 1;
        let before = total - words[at + COUNTS + slot];
        while (left < before) before -= words[at + COUNTS + --slot];
        left -= before;
      }
      this.#nodes[level] = node;
      this.#slots[level] = slot;
      node = words[at + CHILDREN + slot];
      total = words[at + COUNTS + slot];
    }
    this.#nodes[leaf] = node;
    this.#slots[leaf] = left;
    this.#leaf = node;
    this.#slot = left;
  }

  #rankOfWay(): number {
    const leaf = this.#height - 1;
    let rank = this.#slots[leaf];
    let total = this.count;
    for (let level = 0; level < leaf; level++) {
      const node = this.#nodes[level];
      const words = this.arena.words[node >>> SEGMENT_SHIFT];
      const at = (node & SEGMENT_MASK) << 1;
      const slot = this.#slots[level];
      rank += countsBefore(words, at, slot, total);
      total = words[at + COUNTS + slot];
    }
    return rank;
  }

  #read(): void {
    const leaf = this.#leaf;
    this.score = this.arena.doubles[leaf >>> SEGMENT_SHIFT][(leaf & SEGMENT_MASK) + SCORES + this.#slot];
    this.entry =
      this.arena.words[leaf >>> SEGMENT_SHIFT][((leaf & SEGMENT_MASK) << 1) + ENTRIES + this.#slot];
  }

  #countOf(node: number): number {
    return this.arena.words[node >>> SEGMENT_SHIFT][(node & SEGMENT_MASK) << 1];
  }

  #setKey(node: number, slot: number, score: number, entry: number): void {
    this.arena.doubles[node >>> SEGMENT_SHIFT][(node & SEGMENT_MASK) + SCORES + slot] = score;
    this.arena.words[node >>> SEGMENT_SHIFT][((node & SEGMENT_MASK) << 1) + ENTRIES + slot] = entry;
  }

  /** Adds to the counts of all inner nodes on the way. */
  #countAlongWay(change: number): void {
    for (let level = this.#height - 2; level >= 0; level--) {
      const node = this.#nodes[level];
      this.arena.words[node >>> SEGMENT_SHIFT][((node & SEGMENT_MASK) << 1) + COUNTS + this.#slots[level]] +=
        change;
    }
  }

  /** The first element of the way's node at level `from` is another: tells the inner nodes above. */
  #renewKeys(from: number): void {
    for (let level = from; level > 0; level--) {
      this.#copyKey(this.#nodes[level], this.#nodes[level - 1], this.#slots[level - 1]);
      if (this.#slots[level - 1] !== 0) return;
    }
  }

  /** Gives slot `slot` of `parent` the first key of `node`. */
  #copyKey(node: number, parent: number, slot: number): void {
    const score = this.arena.doubles[node >>> SEGMENT_SHIFT][(node & SEGMENT_MASK) + SCORES];
    const entry = this.arena.words[node >>> SEGMENT_SHIFT][((node & SEGMENT_MASK) << 1) + ENTRIES];
    this.#setKey(parent, slot, score, entry);
  }

  /** Splits the full nodes at the end of the way, so that the leaf has room; the way leads to the same place again. */
  #makeRoom(): void {
    const limit = this.arena.reserveSteps(GROWTH_BYTES_MAX);
    const kept = this.#keptAtSplit();
    let level = this.#height - 1;
    while (level > 0 && this.#countOf(this.#nodes[level - 1]) === CAPACITY) level--;
    if (level === 0) this.#growRoot();
    else level--;
    // From the highest node with room on, each has room for the halves of the one below it.
    for (; level < this.#height - 1; level++) this.#splitBelow(level, kept);
    this.arena.limit(limit);
  }

  /** How many slots nodes keep that are split: where elements come in order, nearly all of them, or nearly none. */
  #keptAtSplit(): number {
    const leaf = this.#nodes[this.#height - 1];
    const slot = this.#slots[this.#height - 1];
    const words = this.arena.words[leaf >>> SEGMENT_SHIFT];
    const at = (leaf & SEGMENT_MASK) << 1;
    if (slot === CAPACITY && words[at + NEXT] === 0) return CAPACITY - 1;
    return slot === 0 && words[at + PREVIOUS] === 0 ? 1 : CAPACITY / 2;
  }

  /** Puts a new root above the old one. */
  #growRoot(): void {
    const root = createNode(this.arena, INNER_BYTES);
    const words = this.arena.words[root >>> SEGMENT_SHIFT];
    const at = (root & SEGMENT_MASK) << 1;
    words[at] = 1;
    words[at + CHILDREN] = this.#root;
    words[at + COUNTS] = this.count;
    this.#copyKey(this.#root, root, 0);
    this.#nodes.copyWithin(1, 0, this.#height);
    this.#slots.copyWithin(1, 0, this.#height);
    this.#nodes[0] = root;
    this.#slots[0] = 0;
    this.#root = root;
    this.#height++;
  }

  /** Splits the full node of the way below `level`, whose own node has room. */
  #splitBelow(level: number, kept: number): void {
    const { arena } = this;
    const isLeaf = level + 2 === this.#height;
    const node = this.#nodes[level + 1];
    const parent = this.#nodes[level];
    const slot = this.#slots[level];
    const other = createNode(arena, isLeaf ? LEAF_BYTES : INNER_BYTES);
    copySlots(arena, node, kept, other, 0, CAPACITY - kept, !isLeaf);
    arena.words[node >>> SEGMENT_SHIFT][(node & SEGMENT_MASK) << 1] = kept;
    arena.words[other >>> SEGMENT_SHIFT][(other & SEGMENT_MASK) << 1] = CAPACITY - kept;
    if (isLeaf) this.#link(node, other);
    openSlot(arena, parent, slot + 1, true);
    const words = arena.words[parent >>> SEGMENT_SHIFT];
    const at = (parent & SEGMENT_MASK) << 1;
    const moved = isLeaf ? CAPACITY - kept : this.#sumOfCounts(other);
    words[at + CHILDREN + slot + 1] = other;
    words[at + COUNTS + slot + 1] = moved;
    words[at + COUNTS + slot] -= moved;
    this.#copyKey(other, parent, slot + 1);
    const inside = this.#slots[level + 1];
    // An inner node's slot is that of a child, a leaf's may be the one behind the last.
    if (isLeaf ? inside <= kept : inside < kept) return;
    this.#nodes[level + 1] = other;
    this.#slots[level + 1] = inside - kept;
    this.#slots[level] = slot + 1;
  }

  /** Puts leaf `other` behind `leaf`. */
  #link(leaf: number, other: number): void {
    const next = this.arena.words[leaf >>> SEGMENT_SHIFT][((leaf & SEGMENT_MASK) << 1) + NEXT];
    this.#connect(other, next);
    this.#connect(leaf, other);
  }

  #connect(leaf: number, next: number): void {
    const { words } = this.arena;
    if (leaf !== 0) words[leaf >>> SEGMENT_SHIFT][((leaf & SEGMENT_MASK) << 1) + NEXT] = next;
    if (next !== 0) words[next >>> SEGMENT_SHIFT][((next & SEGMENT_MASK) << 1) + PREVIOUS] = leaf;
  }

  #sumOfCounts(node: number): number {
    const words = this.arena.words[node >>> SEGMENT_SHIFT];
    const at = (node & SEGMENT_MASK) << 1;
    let sum = 0;
    for (let i = 0; i < words[at]; i++) sum += words[at + COUNTS + i];
    return sum;
  }

  /** Removes the element that the way leads to. */
  #removeAtWay(): void {
    const leaf = this.#height - 1;
    const node = this.#nodes[leaf];
    const slot = this.#slots[leaf];
    removeSlot(this.arena, node, slot, false);
    this.count--;
    this.#countAlongWay(-1);
    const left = this.#countOf(node);
    if (slot === 0 && left > 0) this.#renewKeys(leaf);
    if (left < SPARSE) this.#joinAlongWay();
  }

  /** Frees empty nodes of the way, joins sparse ones with a sibling, from the leaf up. */
  #joinAlongWay(): void {
    for (let level = this.#height - 1; level > 0; level--) {
      const node = this.#nodes[level];
      const count = this.#countOf(node);
      if (count >= SPARSE) break;
      if (count === 0) this.#dropNode(level);
      else if (!this.#join(level)) break;
    }
    let rootCount = this.#countOf(this.#root);
    while (this.#height > 1 && rootCount === 1) {
      const root = this.#root;
      this.#root = this.arena.words[root >>> SEGMENT_SHIFT][((root & SEGMENT_MASK) << 1) + CHILDREN];
      this.arena.free(root);
      this.#height--;
      rootCount = this.#countOf(this.#root);
    }
    if (rootCount > 0) return;
    this.arena.free(this.#root);
    this.#root = 0;
    this.#height = 0;
  }

  /** Frees the empty node of the way at `level`. */
  #dropNode(level: number): void {
    const node = this.#nodes[level];
    const parent = this.#nodes[level - 1];
    const slot = this.#slots[level - 1];
    this.#freeNode(node, level === this.#height - 1);
    removeSlot(this.arena, parent, slot, true);
    if (slot === 0 && this.#countOf(parent) > 0) this.#renewKeys(level - 1);
  }

  /** Joins the node of the way at `level` with a sibling, if both together are not too much. */
  #join(level: number): boolean {
    const parent = this.#nodes[level - 1];
    const slot = this.#slots[level - 1];
    const words = this.arena.words[parent >>> SEGMENT_SHIFT];
    const children = ((parent & SEGMENT_MASK) << 1) + CHILDREN;
    const count = this.#countOf(this.#nodes[level]);
    if (slot + 1 < this.#countOf(parent) && count + this.#countOf(words[children + slot + 1]) <= JOINED_MAX) {
      this.#joinSlots(level, slot);
      return true;
    }
    if (slot > 0 && count + this.#countOf(words[children + slot - 1]) <= JOINED_MAX) {
      this.#joinSlots(level, slot - 1);
      return true;
    }
    return false;
  }

  /** Moves all of the child behind slot `slot` of the way's node above `level` into the child at `slot`. */
  #joinSlots(level: number, slot: number): void {
    const { arena } = this;
    const isLeaf = level === this.#height - 1;
    const parent = this.#nodes[level - 1];
    const words = arena.words[parent >>> SEGMENT_SHIFT];
    const at = (parent & SEGMENT_MASK) << 1;
    const left = words[at + CHILDREN + slot];
    const right = words[at + CHILDREN + slot + 1];
    const leftCount = this.#countOf(left);
    const rightCount = this.#countOf(right);
    copySlots(arena, right, 0, left, leftCount, rightCount, !isLeaf);
    arena.words[left >>> SEGMENT_SHIFT][(left & SEGMENT_MASK) << 1] = leftCount + rightCount;
    words[at + COUNTS + slot] += words[at + COUNTS + slot + 1];
    this.#freeNode(right, isLeaf);
    removeSlot(arena, parent, slot + 1, true);
  }

  #freeNode(node: number, isLeaf: boolean): void {
    if (isLeaf) {
      const words = this.arena.words[node >>> SEGMENT_SHIFT];
      const at = (node & SEGMENT_MASK) << 1;
      this.#connect(words[at + PREVIOUS], words[at + NEXT]);
    }
    this.arena.free(node);
  }

  #freeBelow(node: number, levels: number): void {
    const words = this.arena.words[node >>> SEGMENT_SHIFT];
    const at = (node & SEGMENT_MASK) << 1;
    if (levels > 1) for (let i = 0; i < words[at]; i++) this.#freeBelow(words[at + CHILDREN + i], levels - 1);
    this.arena.free(node);
  }

  #bytesBelow(node: number, levels: number): number {
    const words = this.arena.words[node >>> SEGMENT_SHIFT];
    const at = (node & SEGMENT_MASK) << 1;
    let bytes = this.arena.sizeOf(node);
    if (levels === 2) bytes += words[at] * this.arena.sizeOf(words[at + CHILDREN]);
    if (levels > 2)
      for (let i = 0; i < words[at]; i++) bytes += this.#bytesBelow(words[at + CHILDREN + i], levels - 1);
    return bytes;
  }

  #verifyBelow(node: number, levels: number, isRoot: boolean): number {
    const count = this.#countOf(node);
    if (count < 1 || count > CAPACITY) throw new Error(`CountedTree: a node with ${count} slots`);
    if (levels === 1) return count;
    if (isRoot && count < 2) throw new Error('CountedTree: a root with one child');
    const words = this.arena.words[node >>> SEGMENT_SHIFT];
    const at = (node & SEGMENT_MASK) << 1;
    let total = 0;
    for (let i = 0; i < count; i++) {
      const child = words[at + CHILDREN + i];
      const first = (child & SEGMENT_MASK) << 1;
      if (words[at + ENTRIES + i] !== this.arena.words[child >>> SEGMENT_SHIFT][first + ENTRIES])
        throw new Error('CountedTree: a slot without the first entry below it');
      const below = this.#verifyBelow(child, levels - 1, false);
      if (below !== words[at + COUNTS + i])
        throw new Error(`CountedTree: ${below} elements below, accounted ${words[at + COUNTS + i]}`);
      total += below;
    }
    return total;
  }

  #verifyLinks(): void {
    let walked = 1;
    this.seek(0);
    let before = this.score;
    while (this.next()) {
      if (this.score < before) throw new Error('CountedTree: elements out of order');
      before = this.score;
      walked++;
    }
    if (walked !== this.count)
      throw new Error(`CountedTree: leaves link ${walked} of ${this.count} elements`);
    this.seek(this.count - 1);
    while (this.previous()) walked--;
    if (walked !== 1) throw new Error('CountedTree: leaves are linked one way only');
  }
}
