/** Hot. A list: a listpack while it is short, a chain of them afterwards. */
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
  ListpackEntry,
  lastEntry,
  listpackBytes,
  listpackCount,
  nextEntry,
  prependEntry,
  previousEntry,
  replaceEntry,
} from '../../memory/listpack.ts';
import { ENCODING_LISTPACK, ENCODING_QUICKLIST } from '../encoding.ts';
import type { ListLimits } from './limits.ts';
import { BYTES, FIRST, getField, isOpenListpack } from './node.ts';
import { Quicklist } from './quicklist.ts';

const FIRST_BYTES = 24;

/**
 * A flyweight: one instance is moved from list to list. Afterwards `encoding` and `root` may have changed, which the caller
 * notes in the record.
 */
export class ListValue {
  readonly arena: Arena;
  readonly limits: ListLimits;
  /** The element that `seek`, `next` or `previous` has come to. */
  readonly element = new ListpackEntry();
  readonly long: Quicklist;
  encoding: number = ENCODING_LISTPACK;
  root = 0;
  /** Where that element is in a listpack. */
  #position = 0;

  constructor(arena: Arena, limits: ListLimits) {
    this.arena = arena;
    this.limits = limits;
    this.long = new Quicklist(arena, limits, this.element);
  }

  /** A flyweight more. */
  another(): ListValue {
    return new ListValue(this.arena, this.limits);
  }

  open(encoding: number, root: number): void {
    this.encoding = encoding;
    this.root = root;
    if (encoding === ENCODING_QUICKLIST) this.long.open(root);
  }

  /** A new list without elements. May throw OutOfMemory. */
  create(): void {
    this.encoding = ENCODING_LISTPACK;
    this.root = createListpack(this.arena, FIRST_BYTES);
  }

  get count(): number {
    return this.#isLong ? this.long.count : listpackCount(this.arena, this.root);
  }

  /** So many elements, of so many bytes together, are going to be added: becomes long if a listpack is too small for them. */
  expect(bytes: number, count: number): void {
    if (this.#isLong) return;
    const { arena, root } = this;
    if (this.limits.isExceeded(listpackBytes(arena, root) + bytes, listpackCount(arena, root) + count))
      this.becomeLong();
  }

  /** Becomes a quicklist. May throw OutOfMemory; then nothing has changed. */
  becomeLong(): void {
    const { arena, long, root } = this;
    if (listpackCount(arena, root) === 0) {
      const header = long.create();
      arena.free(root);
      this.root = header;
    } else {
      // The node is made before anything changes hands: a failure would cost the listpack.
      const limit = arena.reserveSteps(1024);
      this.root = long.create();
      long.appendListpack(root);
      arena.limit(limit);
    }
    this.encoding = ENCODING_QUICKLIST;
  }

  /** After removals: becomes a listpack if what is left fits one easily. */
  shrink(): void {
    this.#becomeShort(true);
  }

  /** After loading: becomes a listpack if it fits one. */
  becomeShort(): void {
    this.#becomeShort(false);
  }

  #becomeShort(easily: boolean): void {
    if (!this.#isLong || this.long.nodes !== 1) return;
    const { arena, limits, long } = this;
    const node = getField(arena, this.root, FIRST);
    if (!isOpenListpack(arena, node)) return;
    const bytes = getField(arena, node, BYTES);
    if (easily ? limits.isTooLargeToShrink(bytes, long.count) : limits.isExceeded(bytes, long.count)) return;
    this.root = long.becomeListpack();
    this.encoding = ENCODING_LISTPACK;
  }

  pushHead(bytes: Uint8Array, start: number, end: number): void {
    if (this.#isLong) this.long.pushHead(bytes, start, end);
    else this.root = prependEntry(this.arena, this.root, bytes, start, end);
  }

  pushTail(bytes: Uint8Array, start: number, end: number): void {
    if (this.#isLong) this.long.pushTail(bytes, start, end);
    else this.root = appendEntry(this.arena, this.root, bytes, start, end);
  }

  /** Reads the first element. REQUIRES: there is one; for the next three too. */
  readHead(): void {
    if (this.#isLong) this.long.readEnd(BEFORE);
    else this.#readAt(firstEntry(this.arena, this.root));
  }

  readTail(): void {
    if (this.#isLong) this.long.readEnd(AFTER);
    else this.#readAt(lastEntry(this.arena, this.root));
  }

  /** Removes the first element, which `readHead` has read. No place is of use afterwards. */
  removeHead(): void {
    this.#removeEnd(BEFORE);
  }

  /** Removes the last element, which `readTail` has read. No place is of use afterwards. */
  removeTail(): void {
    this.#removeEnd(AFTER);
  }

  /** Goes to the element at `index`, counted from the end if it is negative, and reads it; returns whether there is one. */
  seek(index: number): boolean {
    if (this.#isLong) return this.long.seek(index);
    return this.#readAt(entryAt(this.arena, this.root, index));
  }

  /** Goes to the element behind and reads it; returns whether there is one. */
  next(): boolean {
    if (this.#isLong) return this.long.next();
    return this.#readAt(nextEntry(this.arena, this.root, this.#position));
  }

  /** Goes to the first element of the next part and reads it; returns whether there is one. */
  nextPart(): boolean {
    return this.#isLong && this.long.nextNode();
  }

  /** The segment that holds the part of the list with the place in it. */
  get segment(): Uint8Array {
    return this.#isLong ? this.long.segment : this.arena.bytes[this.root >>> SEGMENT_SHIFT];
  }

  /** Where the place's entry begins in `segment`, in a listpack; -1 if the element is kept without one. */
  get entryStart(): number {
    return this.#isLong ? this.long.entryStart : ((this.root & SEGMENT_MASK) << 3) + this.#position;
  }

  /** Goes to the element before and reads it; returns whether there is one. */
  previous(): boolean {
    if (this.#isLong) return this.long.previous();
    return this.#readAt(previousEntry(this.arena, this.root, this.#position));
  }

  /** Puts an element before the one at the place, which is of no use afterwards. The same holds for the next two. */
  insertBefore(bytes: Uint8Array, start: number, end: number): void {
    this.#insert(BEFORE, bytes, start, end);
  }

  insertAfter(bytes: Uint8Array, start: number, end: number): void {
    this.#insert(AFTER, bytes, start, end);
  }

  replace(bytes: Uint8Array, start: number, end: number): void {
    if (this.#isLong) this.long.replace(bytes, start, end);
    else this.root = replaceEntry(this.arena, this.root, this.#position, bytes, start, end);
  }

  /** Removes the element at the place, goes to the one behind and reads it; returns whether there is one. */
  removeHere(): boolean {
    if (this.#isLong) return this.long.remove(false);
    const position = this.#position;
    this.root = deleteEntries(this.arena, this.root, position, 1);
    return this.#readAt(position === listpackBytes(this.arena, this.root) - 1 ? 0 : position);
  }

  /** Removes the element at the place, goes to the one before and reads it; returns whether there is one. */
  removeHereBackwards(): boolean {
    if (this.#isLong) return this.long.remove(true);
    const before = previousEntry(this.arena, this.root, this.#position);
    this.root = deleteEntries(this.arena, this.root, this.#position, 1);
    return this.#readAt(before);
  }

  /** Removes `count` elements from the one at `index` (0 or more) on; the place is of no use afterwards. */
  removeRange(index: number, count: number): void {
    if (this.#isLong) {
      this.long.removeRange(index, count);
      return;
    }
    const position = entryAt(this.arena, this.root, index);
    if (position !== 0 && count > 0) this.root = deleteEntries(this.arena, this.root, position, count);
  }

  get #isLong(): boolean {
    return this.encoding === ENCODING_QUICKLIST;
  }

  #insert(where: 0 | 1, bytes: Uint8Array, start: number, end: number): void {
    if (this.#isLong) this.long.insert(where, bytes, start, end);
    else this.root = insertEntry(this.arena, this.root, this.#position, where, bytes, start, end);
  }

  #removeEnd(which: 0 | 1): void {
    if (this.#isLong) this.long.removeEnd(which);
    else this.root = deleteEntries(this.arena, this.root, this.#position, 1);
  }

  #readAt(position: number): boolean {
    this.#position = position;
    if (position === 0) return false;
    this.element.read(this.arena, this.root, position);
    return true;
  }
}
