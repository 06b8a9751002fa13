/** Hot. A large set: a table of members. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from '../../memory/arena.ts';
import type { HashKey } from '../../memory/hash.ts';
import { TABLE_WORDS } from '../../memory/table.ts';
import { createMember, MemberTable, memberLengthOf, memberStartOf } from './member-table.ts';

/**
 * The root block, in words:
 *
 *     0..4   the table of members (memory/table.ts, `detach`)
 *     5      while the set is being freed: the directory slot to go on with
 *
 * Invariant: the table is saved in the root after each change, or failure.
 */
const ROOT_WORDS = TABLE_WORDS + 1;
const SLOT = TABLE_WORDS;

/** A flyweight: one instance is moved from set to set. */
export class BigSet {
  readonly arena: Arena;
  readonly members: MemberTable;
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
    this.members = new MemberTable(arena, hashKey);
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
  }

  /** The entry of a member, 0 if there is none. */
  find(bytes: Uint8Array, start: number, end: number): number {
    this.hash = this.members.hashOfMember(bytes, start, end);
    return this.members.find(this.hash, bytes, start, end);
  }

  /** Finds this very entry, for `removeFound`. */
  findEntry(entry: number): void {
    this.hash = this.members.hashOf(entry);
    if (!this.members.findEntry(this.hash, entry)) throw new Error('BigSet: an entry is not in its table');
  }

  /** Adds the member that was just sought in vain, whose `hash` that is. May throw OutOfMemory; then nothing has changed. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const entry = createMember(this.arena, bytes, start, end);
    try {
      this.members.insert(this.hash, entry);
    } catch (error) {
      // The table may have grown before memory ran out.
      this.#save();
      this.arena.free(entry);
      throw error;
    }
    this.#save();
  }

  /** Makes room for `count` members of a set that has none. May throw OutOfMemory. */
  reserve(count: number): void {
    this.members.reserve(count);
    this.#save();
  }

  /** Removes the entry just found and frees it. */
  removeFound(entry: number): void {
    this.members.removeFound(this.hash);
    this.arena.free(entry);
    this.#save();
  }

  /** Frees a set with all its members. */
  free(root: number): void {
    this.freeSome(root, Number.POSITIVE_INFINITY);
  }

  /** Frees about `blocks` members; returns the root, 0 when nothing is left. In between the set is good for nothing else. */
  freeSome(root: number, blocks: number): number {
    this.open(root);
    let slot = this.#words[this.#at + SLOT];
    this.#freed = 0;
    do slot = this.members.takeApart(slot, this.#freeEntry);
    while (slot !== 0 && this.#freed < blocks);
    if (slot === 0) {
      this.arena.free(root);
      return 0;
    }
    this.#words[this.#at + SLOT] = slot;
    this.#save();
    return root;
  }

  /** The root of a copy. May throw OutOfMemory; then nothing was kept. */
  copy(root: number): number {
    const { arena } = this;
    const twin = new BigSet(arena, this.#hashKey);
    const made = twin.create();
    twin.open(made);
    this.open(root);
    const visit = (entry: number): void => {
      const start = memberStartOf(arena, entry);
      twin.hash = this.members.hashOf(entry);
      twin.add(arena.bytes[entry >>> SEGMENT_SHIFT], start, start + memberLengthOf(arena, entry));
    };
    let cursor = 0;
    try {
      twin.reserve(this.members.count);
      do cursor = this.members.scan(cursor, visit);
      while (cursor !== 0);
    } catch (error) {
      twin.free(made);
      throw error;
    }
    return made;
  }

  #save(): void {
    this.members.detach(this.#words, this.#at);
  }
}
