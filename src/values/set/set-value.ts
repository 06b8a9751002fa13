/** Hot. A set: different members without order. */
import { type Arena, SEGMENT_SHIFT } from '../../memory/arena.ts';
import type { HashKey } from '../../memory/hash.ts';
import {
  createIntset,
  findMember,
  insertMember,
  intsetCount,
  memberHigh,
  memberLow,
  parseMember,
  removeMember,
  writeMember,
} from '../../memory/intset.ts';
import {
  appendEntry,
  createListpack,
  deleteEntries,
  entryAt,
  findEntry,
  firstEntry,
  ListpackEntry,
  listpackBytes,
  listpackCount,
  nextEntry,
} from '../../memory/listpack.ts';
import { ReferenceList } from '../../memory/reference-list.ts';
import { WARM_BLOCKS, warmBlocks, warmLookups } from '../../memory/warm.ts';
import { ENCODING_HASHTABLE, ENCODING_INTSET, ENCODING_LISTPACK } from '../encoding.ts';
import { BigSet } from './big.ts';
import type { SetLimits } from './limits.ts';
import { memberLengthOf, memberStartOf } from './member-table.ts';

/** What a listpack takes at most. */
const LISTPACK_BYTES_MAX = 2 ** 30;
const FIRST_BYTES = 16;
const INTEGER_BYTES_MAX = 20;
/** As Redis: an integer set is no larger than this, whatever the limit. */
const INTEGERS_MAX = 2 ** 30;

const END = -1;

/**
 * A flyweight: one instance is moved from set to set. Afterwards `encoding` and `root` may have changed, which the caller
 * notes in the record.
 *
 * The forms: INTSET (memory/intset.ts), LISTPACK of the members, HASHTABLE (big.ts). A set begins as the first that can hold
 * its first member, goes on to the next when its limits say so, and never goes back.
 */
export class SetValue {
  readonly arena: Arena;
  readonly limits: SetLimits;
  readonly big: BigSet;
  encoding: number = ENCODING_INTSET;
  root = 0;
  /** The member that `next`, `pick` or `readPlace` has read; an integer's digits stand in a scratch. */
  readonly member = new ListpackEntry();
  /** Where that member is: an entry of the table, a position in the listpack, or index + 1 in the intset; 0 for nowhere. */
  place = 0;
  /** The hash of that member, behind `readAhead`. REQUIRES: HASHTABLE. */
  hash = 0;
  readonly #digits = new Uint8Array(24);
  /** Members of a table that `next` reads before it looks for more, and their hashes, if somebody has asked for them. */
  readonly #batch = new ReferenceList();
  readonly #hashes = new Int32Array(WARM_BLOCKS);
  #batchAt = 0;
  /** The directory slot of the table where the next batch is, or END. */
  #slot = 0;
  readonly #hashKey: HashKey;

  constructor(arena: Arena, hashKey: HashKey, limits: SetLimits) {
    this.#hashKey = hashKey;
    this.arena = arena;
    this.limits = limits;
    this.big = new BigSet(arena, hashKey);
  }

  /** A flyweight like this one. */
  another(): SetValue {
    return new SetValue(this.arena, this.#hashKey, this.limits);
  }

  open(encoding: number, root: number): void {
    this.encoding = encoding;
    this.root = root;
    if (encoding === ENCODING_HASHTABLE) this.big.open(root);
  }

  /**
   * A new set without members, in the form for `expected` members of which bytes[start, end) is one. May throw OutOfMemory.
   */
  createFor(bytes: Uint8Array, start: number, end: number, expected: number): void {
    const { limits } = this;
    if (parseMember(bytes, start, end) && expected <= limits.integersMax) this.#create(ENCODING_INTSET);
    else if (expected <= limits.packedMembersMax) this.#create(ENCODING_LISTPACK);
    else this.#create(ENCODING_HASHTABLE);
  }

  /**
   * A new set without members, for `expected` ones of any kind. Too many for an intset, they are put into a listpack with
   * `skipsIntset`, otherwise into an intset at first, which then becomes a table even if they are all integers. May throw
   * OutOfMemory.
   */
  createEmpty(expected: number, skipsIntset: boolean): void {
    const { integersMax, packedMembersMax } = this.limits;
    if (expected > Math.max(integersMax, packedMembersMax)) {
      this.#create(ENCODING_HASHTABLE);
      this.big.reserve(expected);
    } else {
      this.#create(skipsIntset && expected > integersMax ? ENCODING_LISTPACK : ENCODING_INTSET);
    }
  }

  get count(): number {
    if (this.encoding === ENCODING_HASHTABLE) return this.big.members.count;
    if (this.encoding === ENCODING_INTSET) return intsetCount(this.arena, this.root);
    return listpackCount(this.arena, this.root);
  }

  /** Looks for a member; returns whether it is there, and sets `place`. */
  find(bytes: Uint8Array, start: number, end: number): boolean {
    const { arena, root } = this;
    if (this.encoding === ENCODING_HASHTABLE) {
      this.place = this.big.find(bytes, start, end);
    } else if (this.encoding === ENCODING_INTSET) {
      this.place = parseMember(bytes, start, end)
        ? Math.max(0, findMember(arena, root, memberHigh, memberLow) + 1)
        : 0;
    } else {
      const first = firstEntry(arena, root);
      this.place = first === 0 ? 0 : findEntry(arena, root, first, bytes, start, end, 0);
    }
    return this.place !== 0;
  }

  /** Adds a member; returns whether it is new. May throw OutOfMemory; then the set has its old members. */
  add(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.encoding === ENCODING_INTSET) {
      if (parseMember(bytes, start, end)) return this.#addInteger(memberHigh, memberLow);
      this.#leaveIntset(end - start);
    }
    if (this.encoding === ENCODING_LISTPACK) {
      if (this.find(bytes, start, end)) return false;
      if (this.#fitsListpack(end - start)) {
        this.root = appendEntry(this.arena, this.root, bytes, start, end);
        return true;
      }
      this.#becomeTable();
    }
    if (this.big.find(bytes, start, end) !== 0) return false;
    this.big.add(bytes, start, end);
    return true;
  }

  /** Adds a member that is known not to be in the set. May throw OutOfMemory, as `add`. */
  addDifferent(bytes: Uint8Array, start: number, end: number): void {
    if (this.encoding !== ENCODING_HASHTABLE) {
      this.add(bytes, start, end);
      return;
    }
    this.big.hash = this.big.members.hashOfMember(bytes, start, end);
    this.big.add(bytes, start, end);
  }

  /** Removes a member; returns whether it was there. */
  remove(bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.find(bytes, start, end)) return false;
    this.#removeFound();
    return true;
  }

  /** Removes the member at `place`, however it was come to. */
  removePlace(): void {
    if (this.encoding === ENCODING_HASHTABLE) this.big.findEntry(this.place);
    this.#removeFound();
  }

  /** Starts going through all members; nothing may change the set until `next` has returned false. */
  begin(): void {
    this.place = 0;
    this.#slot = 0;
    this.#batchAt = 0;
    this.#batch.clear();
  }

  /** Goes to the next member and reads it; returns whether there is one. */
  next(): boolean {
    if (this.encoding === ENCODING_HASHTABLE) {
      if (!this.#nextEntry()) return false;
    } else if (this.encoding === ENCODING_INTSET) {
      if (this.place === intsetCount(this.arena, this.root)) return false;
      this.place++;
    } else {
      const { arena, root } = this;
      this.place = this.place === 0 ? firstEntry(arena, root) : nextEntry(arena, root, this.place);
      if (this.place === 0) return false;
    }
    this.readPlace();
    return true;
  }

  /**
   * To be called behind `next` where its members are sought in others[from, to): reads ahead what that needs, for many members
   * at once. `hash` is the member's then.
   */
  readAhead(others: readonly SetValue[], from: number, to: number): void {
    if (this.encoding !== ENCODING_HASHTABLE) return;
    const at = this.#batchAt - 1;
    if (at % WARM_BLOCKS === 0) this.#hashAhead(at, others, from, to);
    this.hash = this.#hashes[at % WARM_BLOCKS];
  }

  /** `find` of the member at `place` of another set, which has read ahead. */
  findOf(other: SetValue): boolean {
    const { bytes, start, end } = other.member;
    if (this.encoding !== ENCODING_HASHTABLE || other.encoding !== ENCODING_HASHTABLE)
      return this.find(bytes, start, end);
    return this.big.members.find(other.hash, bytes, start, end) !== 0;
  }

  /** Goes to a member at random, each as likely as the others, and reads it. REQUIRES: count > 0. */
  pick(random: (bound: number) => number): void {
    if (this.encoding === ENCODING_HASHTABLE) this.place = this.big.members.sample(random);
    else this.#goTo(random(this.count));
    this.readPlace();
  }

  /** Goes to the member at `index` of a set in a compact form, and reads it. */
  readAt(index: number): void {
    this.#goTo(index);
    this.readPlace();
  }

  /** Points `member` at the member at `place`. */
  readPlace(): void {
    const { arena, member, place } = this;
    if (this.encoding === ENCODING_HASHTABLE) {
      member.bytes = arena.bytes[place >>> SEGMENT_SHIFT];
      member.start = memberStartOf(arena, place);
      member.end = member.start + memberLengthOf(arena, place);
    } else if (this.encoding === ENCODING_INTSET) {
      member.bytes = this.#digits;
      member.start = 0;
      member.end = writeMember(arena, this.root, place - 1, this.#digits, 0);
    } else {
      member.read(arena, this.root, place);
    }
  }

  /** Becomes a table if `expected` members will be too many for another form. May throw OutOfMemory. */
  expect(expected: number): void {
    const max = this.encoding === ENCODING_INTSET ? this.limits.integersMax : this.limits.packedMembersMax;
    if (this.encoding !== ENCODING_HASHTABLE && expected > max) this.#becomeTable();
  }

  #goTo(index: number): void {
    this.place = this.encoding === ENCODING_INTSET ? index + 1 : entryAt(this.arena, this.root, index);
  }

  #create(encoding: number): void {
    this.encoding = encoding;
    if (encoding === ENCODING_INTSET) this.root = createIntset(this.arena);
    else if (encoding === ENCODING_LISTPACK) this.root = createListpack(this.arena, FIRST_BYTES);
    else {
      this.root = this.big.create();
      this.big.open(this.root);
    }
  }

  #addInteger(high: number, low: number): boolean {
    if (findMember(this.arena, this.root, high, low) >= 0) return false;
    this.root = insertMember(this.arena, this.root, high, low);
    if (this.count > Math.min(this.limits.integersMax, INTEGERS_MAX)) this.#becomeTable();
    return true;
  }

  /** Makes a listpack of the intset, or a table, so that a member of `bytes` bytes that is no integer can be added. */
  #leaveIntset(bytes: number): void {
    const { limits, count } = this;
    const longest = count === 0 ? 0 : this.#longestInteger();
    const fits =
      count < limits.packedMembersMax && bytes <= limits.packedBytesMax && longest <= limits.packedBytesMax;
    if (!fits) {
      this.#becomeTable();
      return;
    }
    let made = createListpack(this.arena, count * 8 + FIRST_BYTES);
    try {
      this.begin();
      while (this.next()) {
        const { member } = this;
        made = appendEntry(this.arena, made, member.bytes, member.start, member.end);
      }
    } catch (error) {
      this.arena.free(made);
      throw error;
    }
    this.arena.free(this.root);
    this.encoding = ENCODING_LISTPACK;
    this.root = made;
  }

  /** Digits of the longest member of an intset: the first or the last. */
  #longestInteger(): number {
    this.readAt(0);
    const first = this.member.end - this.member.start;
    this.readAt(this.count - 1);
    return Math.max(first, this.member.end - this.member.start);
  }

  #fitsListpack(bytes: number): boolean {
    const { limits, arena, root } = this;
    return (
      bytes <= limits.packedBytesMax &&
      listpackCount(arena, root) < limits.packedMembersMax &&
      listpackBytes(arena, root) + bytes + INTEGER_BYTES_MAX < LISTPACK_BYTES_MAX
    );
  }

  /** Becomes a table. May throw OutOfMemory; then nothing has changed. */
  #becomeTable(): void {
    const { big } = this;
    const made = big.create();
    big.open(made);
    try {
      this.begin();
      while (this.next()) {
        const { member } = this;
        big.hash = big.members.hashOfMember(member.bytes, member.start, member.end);
        big.add(member.bytes, member.start, member.end);
      }
    } catch (error) {
      big.free(made);
      throw error;
    }
    this.arena.free(this.root);
    this.encoding = ENCODING_HASHTABLE;
    this.root = made;
  }

  #removeFound(): void {
    if (this.encoding === ENCODING_HASHTABLE) this.big.removeFound(this.place);
    else if (this.encoding === ENCODING_INTSET)
      this.root = removeMember(this.arena, this.root, this.place - 1);
    else this.root = deleteEntries(this.arena, this.root, this.place, 1);
    this.place = 0;
  }

  #nextEntry(): boolean {
    const batch = this.#batch;
    if (this.#batchAt === batch.count && !this.#fillBatch()) return false;
    const at = this.#batchAt++;
    if (at % WARM_BLOCKS === 0)
      warmBlocks(this.arena, batch.items, at, Math.min(at + WARM_BLOCKS, batch.count), 0);
    this.place = batch.items[at];
    return true;
  }

  /** Takes the entries of one more segment of the table. */
  #fillBatch(): boolean {
    const batch = this.#batch;
    const { members } = this.big;
    batch.clear();
    this.#batchAt = 0;
    while (this.#slot !== END && batch.count === 0) {
      const slot = members.walk(this.#slot, batch.add);
      this.#slot = slot === 0 ? END : slot;
    }
    return batch.count > 0;
  }

  /** Hashes the members from `first` of the batch on, and reads ahead what others have for them. */
  #hashAhead(first: number, others: readonly SetValue[], from: number, to: number): void {
    const { members } = this.big;
    const { items, count } = this.#batch;
    const hashed = Math.min(count - first, WARM_BLOCKS);
    for (let i = 0; i < hashed; i++) this.#hashes[i] = members.hashOf(items[first + i]);
    for (let i = from; i < to; i++)
      if (others[i].encoding === ENCODING_HASHTABLE) warmLookups(others[i].big.members, this.#hashes, hashed);
  }
}
