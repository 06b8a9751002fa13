/** Hot. A stream: entries by id, each a list of fields with values; behind the last only. */
import type { Arena } from '../../memory/arena.ts';
import { IdTree } from '../../memory/id-tree.ts';
import { ID_WORDS } from '../../memory/id-tree-node.ts';
import { listpackBytes } from '../../memory/listpack.ts';
import { compareIdAt, compareIds, copyId, readId, WideId, writeId } from '../../memory/wide-id.ts';
import { StreamCursor } from './cursor.ts';
import {
  countUp,
  DELETED_ID,
  ENTRIES_ADDED,
  FIRST_ID,
  getBig,
  getWord,
  indexOf,
  LAST_ID,
  LENGTH,
  NODES,
  ROOT_WORDS,
  setWord,
  wordsOf,
} from './layout.ts';
import {
  appendEntry,
  createNode,
  deletedEntries,
  entryBytesMax,
  liveEntries,
  pairBytes,
  setCounts,
} from './node.ts';

/** Longer nodes are not filled further, whatever the options say. */
const NODE_BYTES_LIMIT = 1 << 30;
/** Room that every node keeps, for counts of entries that take more bytes when entries are deleted. */
export const NODE_SLACK_BYTES = 8;
/** A first node grows twofold up to this size; the ones after it are made as big as the one before became. */
const GROWTH_BYTES_MAX = 4096;

/**
 * A flyweight over a stream; see layout.ts and node.ts for the formats.
 *
 * Invariants:
 * 1. The length is the number of entries in all nodes that are not deleted; each node has at least one.
 * 2. No entry's id is above the last id; the first id is that of the first entry, or 0.
 * 3. The block of every node has NODE_SLACK_BYTES more than its listpack takes.
 */
export class Stream {
  readonly arena: Arena;
  root = 0;
  /** stream-node-max-bytes and stream-node-max-entries; 0 for no limit. */
  nodeBytesMax = 4096;
  nodeEntriesMax = 100;
  readonly #cursor: StreamCursor;
  readonly #nodes: IdTree;
  readonly #scratch = new WideId();

  constructor(arena: Arena) {
    this.arena = arena;
    this.#cursor = new StreamCursor(arena);
    this.#nodes = new IdTree(arena, 1);
  }

  /** The root of a new stream without entries, which becomes the open one. May throw OutOfMemory. */
  create(): number {
    const root = this.arena.allocate(ROOT_WORDS * 4);
    const at = indexOf(root, 0);
    wordsOf(this.arena, root).fill(0, at, at + ROOT_WORDS);
    this.open(root);
    return root;
  }

  open(root: number): void {
    this.root = root;
    this.#nodes.open(root, NODES);
  }

  /** On the open stream, where it was left if that is the same. */
  get cursor(): StreamCursor {
    this.#cursor.open(this.root);
    return this.#cursor;
  }

  get length(): number {
    return getWord(this.arena, this.root, LENGTH) >>> 0;
  }

  get nodeCount(): number {
    return this.#nodes.count;
  }

  get entriesAdded(): bigint {
    return getBig(this.arena, this.root, ENTRIES_ADDED);
  }

  /** Reads one of the ids of the root: LAST_ID, DELETED_ID, FIRST_ID. */
  readRootId(word: number, id: WideId): void {
    readId(wordsOf(this.arena, this.root), indexOf(this.root, word), id);
  }

  writeRootId(word: number, id: WideId): void {
    writeId(wordsOf(this.arena, this.root), indexOf(this.root, word), id);
  }

  /** `compareIds` of one of the root's ids with `id`. */
  compareRootId(word: number, id: WideId): number {
    return compareIdAt(wordsOf(this.arena, this.root), indexOf(this.root, word), id);
  }

  /**
   * Adds an entry whose fields and values are words `index` to `index + 2 * pairs` of `source`. May throw OutOfMemory; then
   * nothing has changed. REQUIRES: the id is above the last one.
   */
  append(id: WideId, source: Uint8Array, offsets: Int32Array, index: number, pairs: number): void {
    const { arena } = this;
    const nodes = this.#nodes;
    const bytes = pairBytes(offsets, index, pairs);
    let node = nodes.last() ? nodes.words[nodes.at + ID_WORDS] : 0;
    if (node !== 0) this.#beforeChange(node);
    if (node !== 0 && this.#hasRoom(node, bytes)) {
      node = this.#grow(node, entryBytesMax(bytes, pairs));
      readId(nodes.words, nodes.at, this.#scratch);
    } else {
      node = this.#addNode(id, node, bytes, source, offsets, index, pairs);
      copyId(id, this.#scratch);
    }
    appendEntry(arena, node, this.#scratch, id, source, offsets, index, pairs);
    const length = this.length + 1;
    setWord(arena, this.root, LENGTH, length | 0);
    countUp(arena, this.root, ENTRIES_ADDED);
    this.writeRootId(LAST_ID, id);
    if (length === 1) this.writeRootId(FIRST_ID, id);
  }

  /** Deletes an entry. Returns whether it was there. */
  remove(id: WideId): boolean {
    if (!this.cursor.find(id)) return false;
    this.removeUnderCursor();
    if (this.compareRootId(DELETED_ID, id) < 0) this.writeRootId(DELETED_ID, id);
    if (this.length === 0 || this.compareRootId(FIRST_ID, id) === 0) this.findFirst();
    return true;
  }

  /**
   * Deletes the entry under the cursor, which is on none afterwards unless the node stays; neither first nor deleted id are
   * corrected.
   */
  removeUnderCursor(): void {
    const { arena, cursor } = this;
    const { node } = cursor;
    const live = liveEntries(arena, node);
    this.#beforeChange(node);
    cursor.markDeleted();
    if (live === 1) this.#dropNode(cursor.id);
    else setCounts(arena, node, live - 1, deletedEntries(arena, node) + 1);
    setWord(arena, this.root, LENGTH, (this.length - 1) | 0);
  }

  /** Entries of the first node; 0 without any. */
  firstNodeEntries(): number {
    const nodes = this.#nodes;
    return nodes.first() ? liveEntries(this.arena, nodes.words[nodes.at + ID_WORDS]) : 0;
  }

  /** Whether all ids that the first node has had are below `id`. REQUIRES: there is a node. */
  isFirstNodeBelow(id: WideId): boolean {
    this.cursor.enterFirstNode();
    return this.cursor.isNodeBelow(id);
  }

  /** Deletes the first node; the first id is not corrected. REQUIRES: there is one. */
  dropFirstNode(): void {
    const nodes = this.#nodes;
    nodes.first();
    const node = nodes.words[nodes.at + ID_WORDS];
    const live = liveEntries(this.arena, node);
    nodes.removeFound();
    if (this.arena.nodeWatchers.of(this.root)?.removed(node) !== true) this.arena.free(node);
    setWord(this.arena, this.root, LENGTH, (this.length - live) | 0);
  }

  /** Deletes entries of the first node from its start on, while more than `keep` are in the stream. REQUIRES: some stay. */
  dropFromFirstNode(keep: number, below: WideId): number {
    const { arena, cursor } = this;
    cursor.enterFirstNode();
    const { node } = cursor;
    this.#beforeChange(node);
    let removed = 0;
    do {
      if (cursor.isDeleted) continue;
      if (this.length - removed <= keep || compareIds(cursor.id, below) >= 0) break;
      cursor.markDeleted();
      removed++;
    } while (cursor.nextInNode());
    if (removed === 0) return 0;
    setCounts(arena, node, liveEntries(arena, node) - removed, deletedEntries(arena, node) + removed);
    setWord(arena, this.root, LENGTH, (this.length - removed) | 0);
    return removed;
  }

  /** Notes which entry is the first one. */
  findFirst(): void {
    const id = this.#scratch;
    if (this.cursor.first()) copyId(this.cursor.id, id);
    else readId(ZERO, 0, id);
    this.writeRootId(FIRST_ID, id);
  }

  /** What is in a node is about to change, or it gets another block. */
  #beforeChange(node: number): void {
    this.arena.nodeWatchers.of(this.root)?.changing(node);
  }

  #hasRoom(node: number, bytes: number): boolean {
    const { arena, nodeBytesMax, nodeEntriesMax } = this;
    const limit = nodeBytesMax === 0 ? NODE_BYTES_LIMIT : Math.min(nodeBytesMax, NODE_BYTES_LIMIT);
    if (listpackBytes(arena, node) + bytes >= limit) return false;
    return nodeEntriesMax === 0 || liveEntries(arena, node) + deletedEntries(arena, node) < nodeEntriesMax;
  }

  /** Sees that the node under the index's cursor has room for `added` bytes more; returns where it is now. */
  #grow(node: number, added: number): number {
    const { arena } = this;
    const used = listpackBytes(arena, node);
    const needed = used + added + NODE_SLACK_BYTES;
    if (needed <= arena.sizeOf(node)) return node;
    const nodes = this.#nodes;
    const moved = arena.resize(node, Math.max(needed, Math.min(used * 2, GROWTH_BYTES_MAX)), used);
    nodes.words[nodes.at + ID_WORDS] = moved;
    return moved;
  }

  #addNode(
    id: WideId,
    last: number,
    bytes: number,
    source: Uint8Array,
    offsets: Int32Array,
    index: number,
    pairs: number,
  ): number {
    const { arena } = this;
    const nodes = this.#nodes;
    let capacity = entryBytesMax(bytes, pairs) * 2 + NODE_SLACK_BYTES;
    if (last !== 0) {
      const used = listpackBytes(arena, last) + NODE_SLACK_BYTES;
      nodes.words[nodes.at + ID_WORDS] = arena.resize(last, used, used);
      capacity = Math.max(capacity, Math.min(used, GROWTH_BYTES_MAX));
    }
    const node = createNode(arena, capacity, source, offsets, index, pairs);
    try {
      nodes.insert(id);
    } catch (error) {
      arena.free(node);
      throw error;
    }
    nodes.words[nodes.at + ID_WORDS] = node;
    return node;
  }

  /** Frees the node that an id is in. */
  #dropNode(id: WideId): void {
    const nodes = this.#nodes;
    nodes.seekBack(id);
    this.arena.free(nodes.words[nodes.at + ID_WORDS]);
    nodes.removeFound();
  }
}

const ZERO = new Int32Array(ID_WORDS);
