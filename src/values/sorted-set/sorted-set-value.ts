/** Hot. A sorted set: different members, each with a score, in the order of scores and then of names. */
import { type Arena, SEGMENT_SHIFT } from '../../memory/arena.ts';
import type { HashKey } from '../../memory/hash.ts';
import {
  createListpack,
  deleteEntries,
  entryAt,
  findEntry,
  firstEntry,
  ListpackEntry,
  lastEntry,
  listpackBytes,
  listpackCount,
  previousEntry,
} from '../../memory/listpack.ts';
import { ENCODING_LISTPACK, ENCODING_SKIPLIST } from '../encoding.ts';
import { BigSortedSet } from './big.ts';
import { HIGHEST, type LexRange, LOWEST } from './lex-range.ts';
import type { SortedSetLimits } from './limits.ts';
import { packedAppend, packedInsert, packedIsOrdered, packedNext, packedScore } from './packed.ts';
import { compareNames, memberLengthOf, memberStartOf, scoreOf } from './scored-entry.ts';

/** What a listpack takes at most. */
const LISTPACK_BYTES_MAX = 2 ** 30;
const FIRST_BYTES = 32;
/** What a member takes beside its bytes, with its score. */
const EXTRA_BYTES_MAX = 50;

/**
 * A flyweight: one instance is moved from sorted set to sorted set. Afterwards `encoding` and `root` may have changed, which
 * the caller notes in the record.
 *
 * The forms: LISTPACK (packed.ts) and SKIPLIST (big.ts; the name is what OBJECT ENCODING tells). A sorted set begins as the
 * first that can hold its first members, becomes the second when its limits say so, and never goes back.
 */
export class SortedSetValue {
  readonly arena: Arena;
  readonly limits: SortedSetLimits;
  readonly big: BigSortedSet;
  readonly #hashKey: HashKey;
  encoding: number = ENCODING_LISTPACK;
  root = 0;
  /** The member that `seek`, `next` or `previous` has come to; an integer's digits stand in a scratch. */
  readonly member = new ListpackEntry();
  /** Its score, or that of the member that `find` has found. */
  score = 0;
  /** Where that member is: an entry of the table, or a position in the listpack. */
  place = 0;
  /** Bounds of the ranks that `lexRange` has found: first, and one behind the last. */
  rangeStart = 0;
  rangeEnd = 0;

  constructor(arena: Arena, hashKey: HashKey, limits: SortedSetLimits) {
    this.arena = arena;
    this.limits = limits;
    this.#hashKey = hashKey;
    this.big = new BigSortedSet(arena, hashKey);
  }

  /** A flyweight more. */
  another(): SortedSetValue {
    return new SortedSetValue(this.arena, this.#hashKey, this.limits);
  }

  open(encoding: number, root: number): void {
    this.encoding = encoding;
    this.root = root;
    if (encoding === ENCODING_SKIPLIST) this.big.open(root);
  }

  /** A new sorted set for that many members, the longest of so many bytes. May throw OutOfMemory. */
  create(members: number, longestBytes: number): void {
    if (this.#isSmall(members, longestBytes)) {
      this.encoding = ENCODING_LISTPACK;
      this.root = createListpack(this.arena, FIRST_BYTES);
      return;
    }
    this.root = this.big.create();
    this.encoding = ENCODING_SKIPLIST;
    this.big.open(this.root);
  }

  get count(): number {
    if (this.encoding === ENCODING_SKIPLIST) return this.big.members.count;
    return listpackCount(this.arena, this.root) >>> 1;
  }

  /** Looks for a member; returns whether it is there, and sets `score`. */
  find(bytes: Uint8Array, start: number, end: number): boolean {
    const { arena, root } = this;
    if (this.encoding === ENCODING_SKIPLIST) {
      const entry = this.big.find(bytes, start, end);
      this.place = entry;
      if (entry === 0) return false;
      this.score = scoreOf(arena, entry);
      return true;
    }
    const position = findEntry(arena, root, firstEntry(arena, root), bytes, start, end, 1);
    this.place = position;
    if (position === 0) return false;
    this.score = packedScore(arena, root, position);
    return true;
  }

  /** Adds the member that `find` has just sought in vain. May throw OutOfMemory; then the members are those it had. */
  add(score: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.encoding === ENCODING_LISTPACK) {
      if (this.#fitsOneMore(end - start)) {
        this.root = packedInsert(this.arena, this.root, score, bytes, start, end);
        return;
      }
      this.grow();
      this.big.find(bytes, start, end);
    }
    this.big.add(score, bytes, start, end);
  }

  /**
   * Gives the member that `find` has just found another score, which is not equal to the old one. May throw OutOfMemory; then
   * nothing has changed.
   */
  changeScore(score: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.encoding === ENCODING_SKIPLIST) {
      this.big.changeScore(this.place, score, bytes, start, end);
      return;
    }
    const { arena } = this;
    // The new one first: only that can fail. Then the member is there twice, the lower score before the other.
    this.root = packedInsert(arena, this.root, score, bytes, start, end);
    let old = findEntry(arena, this.root, firstEntry(arena, this.root), bytes, start, end, 1);
    if (score < this.score)
      old = findEntry(arena, this.root, packedNext(arena, this.root, old), bytes, start, end, 1);
    this.root = deleteEntries(arena, this.root, old, 2);
  }

  /** Removes the member bytes[start, end) that `find` has just found. */
  removeFound(bytes: Uint8Array, start: number, end: number): void {
    if (this.encoding === ENCODING_SKIPLIST) this.big.removeFound(this.place, bytes, start, end);
    else this.root = deleteEntries(this.arena, this.root, this.place, 2);
  }

  /** The rank of the member bytes[start, end) that `find` has just found. */
  rankFound(bytes: Uint8Array, start: number, end: number): number {
    if (this.encoding === ENCODING_SKIPLIST)
      return this.big.order.rankOf(this.score, this.place, bytes, start, end);
    const { arena, root, place } = this;
    let rank = 0;
    for (let at = firstEntry(arena, root); at !== place; at = packedNext(arena, root, at)) rank++;
    return rank;
  }

  /** Goes to the member at `rank` and reads it. REQUIRES: rank < count. Nothing may change while members are walked over. */
  seek(rank: number): void {
    if (this.encoding === ENCODING_SKIPLIST) {
      this.big.order.seek(rank);
      this.#readEntry();
      return;
    }
    this.place = entryAt(this.arena, this.root, rank * 2);
    this.#readPacked();
  }

  /** Goes to the next member and reads it; returns false if there is none. */
  next(): boolean {
    if (this.encoding === ENCODING_SKIPLIST) {
      if (!this.big.order.next()) return false;
      this.#readEntry();
      return true;
    }
    const next = packedNext(this.arena, this.root, this.place);
    if (next === 0) return false;
    this.place = next;
    this.#readPacked();
    return true;
  }

  /** Goes to the member before and reads it; returns false if there is none. */
  previous(): boolean {
    if (this.encoding === ENCODING_SKIPLIST) {
      if (!this.big.order.previous()) return false;
      this.#readEntry();
      return true;
    }
    const { arena, root } = this;
    const score = previousEntry(arena, root, this.place);
    if (score === 0) return false;
    this.place = previousEntry(arena, root, score);
    this.#readPacked();
    return true;
  }

  /** Points `member` and `score` at the member at `place`, where the set has been before. */
  readPlace(place: number): void {
    this.place = place;
    if (this.encoding === ENCODING_SKIPLIST) this.readTableEntry(place);
    else this.#readPacked();
  }

  /** Points `member` and `score` at an entry of the table. REQUIRES: SKIPLIST. */
  readTableEntry(entry: number): void {
    const { arena, member } = this;
    this.place = entry;
    member.bytes = arena.bytes[entry >>> SEGMENT_SHIFT];
    member.start = memberStartOf(arena, entry);
    member.end = member.start + memberLengthOf(arena, entry);
    this.score = scoreOf(arena, entry);
  }

  /** How many members have a score less than this one, or with `inclusive` not greater. */
  rankOfScore(score: number, inclusive: boolean): number {
    if (this.encoding === ENCODING_SKIPLIST) return this.big.order.rankOfScore(score, inclusive);
    const { arena, root } = this;
    let rank = 0;
    for (let at = firstEntry(arena, root); at !== 0; at = packedNext(arena, root, at)) {
      const found = packedScore(arena, root, at);
      if (found > score || (found === score && !inclusive)) break;
      rank++;
    }
    return rank;
  }

  /**
   * Finds the ranks of the members whose names lie in a range, `rangeStart` to `rangeEnd`. Where scores differ, names are in
   * no order: then, as Redis does in a listpack, the first name inside and those behind it that follow without a gap; with
   * `backwards`, the last one inside and those before it.
   */
  lexRange(range: LexRange, backwards: boolean): void {
    this.rangeStart = 0;
    this.rangeEnd = 0;
    if (range.isEmpty || this.count === 0) return;
    if (this.encoding === ENCODING_SKIPLIST) this.#bigLexRange(range);
    else if (backwards) this.#packedLexRangeBackwards(range);
    else this.#packedLexRange(range);
  }

  /** Removes `count` members from `rank` on. */
  removeRange(rank: number, count: number): void {
    if (this.encoding === ENCODING_SKIPLIST) {
      for (let i = 0; i < count; i++) this.big.removeAt(rank);
      return;
    }
    const { arena } = this;
    if (count > 0)
      this.root = deleteEntries(arena, this.root, entryAt(arena, this.root, rank * 2), count * 2);
  }

  /** Whether all scores are numbers and all members in order: for what comes from outside. */
  isOrdered(): boolean {
    if (this.encoding === ENCODING_LISTPACK) return packedIsOrdered(this.arena, this.root);
    const { count, member } = this;
    let score = Number.NEGATIVE_INFINITY;
    let name = new Uint8Array(0);
    for (let rank = 0; rank < count; rank++) {
      if (rank === 0) this.seek(0);
      else this.next();
      if (!(this.score >= score)) return false;
      const isSame = rank > 0 && this.score === score;
      if (isSame && compareNames(name, 0, name.length, member.bytes, member.start, member.end) >= 0)
        return false;
      score = this.score;
      name = member.bytes.slice(member.start, member.end);
    }
    return true;
  }

  /** Takes another form if that many members, the longest of so many bytes, ask for it. May throw OutOfMemory. */
  expect(members: number, longestBytes: number): void {
    if (this.encoding === ENCODING_LISTPACK && !this.#isSmall(members, longestBytes)) this.grow();
  }

  /** A new sorted set in the form for many members. May throw OutOfMemory. */
  createBig(): void {
    this.create(Number.POSITIVE_INFINITY, 0);
  }

  /** Frees the sorted set. */
  free(): void {
    if (this.encoding === ENCODING_SKIPLIST) this.big.free(this.root);
    else this.arena.free(this.root);
  }

  /** Becomes a listpack, if the limits allow it. May throw OutOfMemory; then nothing has changed. REQUIRES: SKIPLIST. */
  compact(longestBytes: number): void {
    const { arena, count } = this;
    if (!this.#isSmall(count, longestBytes)) return;
    let made = createListpack(arena, FIRST_BYTES);
    try {
      if (count > 0) this.seek(0);
      for (let i = 0; i < count; i++) {
        const { member } = this;
        made = packedAppend(arena, made, this.score, member.bytes, member.start, member.end);
        this.next();
      }
    } catch (error) {
      arena.free(made);
      throw error;
    }
    this.big.free(this.root);
    this.encoding = ENCODING_LISTPACK;
    this.root = made;
  }

  /** Becomes a table and a tree. May throw OutOfMemory; then nothing has changed. REQUIRES: LISTPACK. */
  grow(): void {
    const { big } = this;
    const made = big.create();
    big.open(made);
    try {
      const { count } = this;
      if (count > 0) this.seek(0);
      for (let i = 0; i < count; i++) {
        const { member } = this;
        big.hash = big.members.hashOfMember(member.bytes, member.start, member.end);
        big.add(this.score, member.bytes, member.start, member.end);
        this.next();
      }
    } catch (error) {
      big.free(made);
      throw error;
    }
    this.arena.free(this.root);
    this.encoding = ENCODING_SKIPLIST;
    this.root = made;
  }

  #isSmall(members: number, longestBytes: number): boolean {
    return members <= this.limits.packedMembersMax && longestBytes <= this.limits.packedBytesMax;
  }

  #fitsOneMore(bytes: number): boolean {
    return (
      this.#isSmall(this.count + 1, bytes) &&
      listpackBytes(this.arena, this.root) + bytes + EXTRA_BYTES_MAX < LISTPACK_BYTES_MAX
    );
  }

  #readEntry(): void {
    this.readTableEntry(this.big.order.entry);
  }

  #readPacked(): void {
    const { arena, root, place } = this;
    this.score = packedScore(arena, root, place);
    this.member.read(arena, root, place);
  }

  #bigLexRange(range: LexRange): void {
    const { order } = this.big;
    const { bytes } = range;
    if (range.lowKind === HIGHEST) this.rangeStart = order.count;
    else if (range.lowKind !== LOWEST)
      this.rangeStart = order.rankOfName(bytes, range.lowStart, range.lowEnd, range.lowExclusive);
    if (range.highKind === HIGHEST) this.rangeEnd = order.count;
    else if (range.highKind !== LOWEST)
      this.rangeEnd = order.rankOfName(bytes, range.highStart, range.highEnd, !range.highExclusive);
    if (this.rangeEnd < this.rangeStart) this.rangeEnd = this.rangeStart;
  }

  #packedLexRange(range: LexRange): void {
    const { arena, root, member } = this;
    let rank = 0;
    let inside = false;
    if (!this.#mayOverlap(range)) return;
    for (let at = firstEntry(arena, root); at !== 0; at = packedNext(arena, root, at)) {
      member.read(arena, root, at);
      if (!inside && range.startsBefore(member.bytes, member.start, member.end)) {
        inside = true;
        this.rangeStart = rank;
        this.rangeEnd = rank;
      }
      if (inside && !range.endsBehind(member.bytes, member.start, member.end)) return;
      if (inside) this.rangeEnd = rank + 1;
      rank++;
    }
  }

  #packedLexRangeBackwards(range: LexRange): void {
    const { member } = this;
    let rank = this.count;
    let inside = false;
    if (!this.#mayOverlap(range)) return;
    this.seek(rank - 1);
    do {
      if (!inside && range.endsBehind(member.bytes, member.start, member.end)) {
        inside = true;
        this.rangeStart = rank;
        this.rangeEnd = rank;
      }
      if (inside && !range.startsBefore(member.bytes, member.start, member.end)) return;
      rank--;
      if (inside) this.rangeStart = rank;
    } while (this.previous());
  }

  /** Whether the last member does not lie before the range, nor the first one behind it. */
  #mayOverlap(range: LexRange): boolean {
    const { arena, root, member } = this;
    member.read(arena, root, previousEntry(arena, root, lastEntry(arena, root)));
    if (!range.startsBefore(member.bytes, member.start, member.end)) return false;
    member.read(arena, root, firstEntry(arena, root));
    return range.endsBehind(member.bytes, member.start, member.end);
  }
}
