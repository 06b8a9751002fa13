/** Hot. A large sorted set: a table of members with their scores, and a tree that keeps them in order. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { TREE_WORDS } from '../../memory/counted-tree.ts';
import type { HashKey } from '../../memory/hash.ts';
import { TABLE_WORDS } from '../../memory/table.ts';
import { ScoredTable, ScoredTree } from './indexes.ts';
import { createScored, memberLengthOf, memberStartOf, scoreOf, setScore } from './scored-entry.ts';
import { SortedRuns } from './sorted-runs.ts';

/**
 * The root block, in words:
 *
 *     0..4   the table of members (memory/table.ts, `detach`)
 *     5..7   the tree (memory/counted-tree.ts, `detach`); its entries are those of the table
 *     8      while the set is being freed: the directory slot to go on with
 *
 * Invariants:
 * 1. Table and tree have the same entries; the score in an entry is that in the tree.
 * 2. Both are saved in the root after each change, or failure.
 */
const TREE = TABLE_WORDS;
const SLOT = TABLE_WORDS + TREE_WORDS;
const ROOT_WORDS = SLOT + 1;
/** Blocks that one step of freeing the tree may free. */
const TREE_STEP_BLOCKS = 1000;

/** A flyweight: one instance is moved from set to set. */
export class BigSortedSet {
  readonly arena: Arena;
  readonly members: ScoredTable;
  readonly order: ScoredTree;
  /** The hash of the member that was sought last. */
  hash = 0;
  readonly #hashKey: HashKey;
  #words: Int32Array;
  #at = 0;
  #freed = 0;
  readonly #freeEntry = (entry: number): void => {
    this.arena.free(entry);
    this.#freed++;
  };

  constructor(arena: Arena, hashKey: HashKey) {
    this.arena = arena;
    this.members = new ScoredTable(arena, hashKey);
    this.order = new ScoredTree(arena);
    this.#hashKey = hashKey;
    this.#words = arena.words[0];
  }

  /** The root of a set without members. May throw OutOfMemory. */
  create(): number {
    const root = this.arena.allocate(ROOT_WORDS * 4);
    const at = (root & SEGMENT_MASK) << 1;
    this.arena.words[root >>> SEGMENT_SHIFT].fill(0, at, at + ROOT_WORDS);
    return root;
  }

  open(root: number): void {
    this.#words = this.arena.words[root >>> SEGMENT_SHIFT];
    this.#at = (root & SEGMENT_MASK) << 1;
    this.members.attach(this.#words, this.#at);
    this.members.watcher = this.arena.tableWatchers.of(root);
    this.order.attach(this.#words, this.#at + TREE);
  }

  /** The entry of a member, 0 if there is none. */
  find(bytes: Uint8Array, start: number, end: number): number {
    this.hash = this.members.hashOfMember(bytes, start, end);
    return this.members.find(this.hash, bytes, start, end);
  }

  /**
   * Adds the member that was just sought in vain, whose `hash` that is; returns its entry. May throw OutOfMemory; then
   * nothing has changed.
   */
  add(score: number, bytes: Uint8Array, start: number, end: number): number {
    const entry = createScored(this.arena, score, bytes, start, end);
    try {
      this.members.insert(this.hash, entry);
    } catch (error) {
      // The table may have grown before memory ran out.
      this.#save();
      this.arena.free(entry);
      throw error;
    }
    try {
      this.order.insert(score, entry, bytes, start, end);
    } catch (error) {
      this.members.findEntry(this.hash, entry);
      this.members.removeFound(this.hash);
      this.#save();
      this.arena.free(entry);
      throw error;
    }
    this.#save();
    return entry;
  }

  /**
   * Adds the member that was just sought in vain to the table only: to be followed by `orderAll` or `orderSome` before anything
   * else is done, or freed. Returns its entry. May throw OutOfMemory.
   */
  addUnordered(score: number, bytes: Uint8Array, start: number, end: number): number {
    const entry = createScored(this.arena, score, bytes, start, end);
    try {
      this.members.insert(this.hash, entry);
    } catch (error) {
      this.arena.free(entry);
      throw error;
    } finally {
      this.#save();
    }
    return entry;
  }

  /** Gives an entry that `addUnordered` has added another score. */
  scoreUnordered(entry: number, score: number): void {
    setScore(this.arena, entry, score);
  }

  /** Puts all members into the tree, which is empty. May throw OutOfMemory; then the set can only be freed. */
  orderAll(): void {
    const runs = new SortedRuns(this.arena, this.members.count);
    const add = (entry: number): void => runs.add(scoreOf(this.arena, entry), entry);
    let cursor = 0;
    do cursor = this.members.scan(cursor, add);
    while (cursor !== 0);
    runs.begin();
    this.orderSome(runs, Number.POSITIVE_INFINITY);
  }

  /**
   * Puts the next `count` members that `runs` gives, of those that `addUnordered` has added, into the tree, which has those before
   * them; returns whether there may be more. May throw OutOfMemory; then the set can only be freed.
   */
  orderSome(runs: SortedRuns, count: number): boolean {
    let entry = -1;
    try {
      for (let left = count; left > 0 && entry !== 0; left--) {
        entry = runs.take();
        if (entry !== 0) this.order.append(runs.score, entry);
      }
    } finally {
      this.#save();
    }
    return entry !== 0;
  }

  /** Gives the member bytes[start, end), whose entry this is, another score. May throw OutOfMemory; then nothing has changed. */
  changeScore(entry: number, score: number, bytes: Uint8Array, start: number, end: number): void {
    this.members.changing(entry);
    this.order.move(scoreOf(this.arena, entry), entry, bytes, start, end, score);
    setScore(this.arena, entry, score);
    this.#save();
  }

  /** Removes the member bytes[start, end) whose entry was just found, and frees it. */
  removeFound(entry: number, bytes: Uint8Array, start: number, end: number): void {
    this.members.removeFound(this.hash);
    this.order.remove(scoreOf(this.arena, entry), entry, bytes, start, end);
    this.arena.free(entry);
    this.#save();
  }

  /** Removes the member at `rank`. */
  removeAt(rank: number): void {
    const { members, order } = this;
    order.removeAt(rank);
    const { entry } = order;
    const hash = members.hashOf(entry);
    if (!members.findEntry(hash, entry)) throw new Error('BigSortedSet: an entry is not in its table');
    members.removeFound(hash);
    this.arena.free(entry);
    this.#save();
  }

  /** Frees a set with all its members. */
  free(root: number): void {
    this.freeSome(root, Number.POSITIVE_INFINITY);
  }

  /** Frees about `blocks` blocks; returns the root, 0 when nothing is left. In between the set is good for nothing else. */
  freeSome(root: number, blocks: number): number {
    this.open(root);
    this.#freed = 0;
    while (this.#freed < blocks && this.order.freeSome()) this.#freed += TREE_STEP_BLOCKS;
    let slot = this.#words[this.#at + SLOT];
    if (this.#freed < blocks) {
      do slot = this.members.takeApart(slot, this.#freeEntry);
      while (slot !== 0 && this.#freed < blocks);
      if (slot === 0) {
        this.arena.free(root);
        return 0;
      }
    }
    this.#words[this.#at + SLOT] = slot;
    this.#save();
    return root;
  }

  /** The root of a copy. May throw OutOfMemory; then nothing was kept. */
  copy(root: number): number {
    const { arena, order, members } = this;
    const twin = new BigSortedSet(arena, this.#hashKey);
    const made = twin.create();
    twin.open(made);
    this.open(root);
    try {
      order.seek(0);
      do {
        const { entry } = order;
        const start = memberStartOf(arena, entry);
        twin.hash = members.hashOf(entry);
        const bytes = arena.bytes[entry >>> SEGMENT_SHIFT];
        twin.add(order.score, bytes, start, start + memberLengthOf(arena, entry));
      } while (order.next());
    } catch (error) {
      twin.free(made);
      throw error;
    }
    return made;
  }

  #save(): void {
    this.members.detach(this.#words, this.#at);
    this.order.detach(this.#words, this.#at + TREE);
  }
}
