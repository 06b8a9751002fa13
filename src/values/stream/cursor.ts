/** Hot. Walks the entries of a stream, either way. */
import type { Arena } from '../../memory/arena.ts';
import { IdTree } from '../../memory/id-tree.ts';
import { ID_WORDS } from '../../memory/id-tree-node.ts';
import { listpackBytes } from '../../memory/listpack.ts';
import { ListpackEntry } from '../../memory/listpack-entry.ts';
import { compareIds, readId, WideId } from '../../memory/wide-id.ts';
import { countElement, elementBefore, integerHigh, integerLow, readInteger, skipElement } from './element.ts';
import { NODES } from './layout.ts';
import { DELETED, HEADER_BYTES, liveEntries, nodeBytesArray, nodeStart, SAME_FIELDS } from './node.ts';

/** A flyweight; good until the stream is changed. */
export class StreamCursor {
  readonly arena: Arena;
  /** The id of the entry that the cursor is on. */
  readonly id = new WideId();
  /** How many pairs of field and value the entry has. */
  pairs = 0;
  /** What `nextPair` has read. */
  readonly field = new ListpackEntry();
  readonly value = new ListpackEntry();
  /** The node that the cursor is in, and the entry's flags within its bytes. */
  node = 0;
  at = 0;
  readonly #nodes: IdTree;
  readonly #master = new WideId();
  #bytes: Uint8Array;
  /** Positions of the master entry's fields, the first entry, and the end. */
  #masterAt = 0;
  #masterPairs = 0;
  #firstAt = 0;
  #endAt = 0;
  /** Positions of the next field of the master entry, and of the next field or value of this one. */
  #fieldAt = 0;
  #pairAt = 0;
  #pairsLeft = 0;
  #isSame = false;

  constructor(arena: Arena) {
    this.arena = arena;
    this.#nodes = new IdTree(arena, 1);
    this.#bytes = arena.bytes[0];
  }

  /** Moves to a stream; the cursor is on no entry yet. */
  open(root: number): void {
    this.#nodes.open(root, NODES);
  }

  /** Goes to the first entry whose id is not below `id`. Returns false if there is none. */
  seek(id: WideId): boolean {
    if (!this.#nodes.seekBack(id) && !this.#nodes.first()) return false;
    this.#enter();
    this.at = this.#firstAt;
    return this.#forward(id);
  }

  /** Goes to the last entry whose id is not above `id`. Returns false if there is none. */
  seekBack(id: WideId): boolean {
    if (!this.#nodes.seekBack(id)) return false;
    this.#enter();
    this.at = this.#endAt;
    while (this.previous()) if (compareIds(this.id, id) <= 0) return true;
    return false;
  }

  /** Goes to the entry with just this id. Returns false if there is none. */
  find(id: WideId): boolean {
    return this.seek(id) && compareIds(this.id, id) === 0;
  }

  first(): boolean {
    if (!this.#nodes.first()) return false;
    this.#enter();
    this.at = this.#firstAt;
    return this.#forward(null);
  }

  last(): boolean {
    if (!this.#nodes.last()) return false;
    this.#enter();
    this.at = this.#endAt;
    return this.previous();
  }

  /** Moves on. Returns false at the last entry. */
  next(): boolean {
    this.at = this.#behind();
    return this.#forward(null);
  }

  /** Moves back. Returns false at the first entry. */
  previous(): boolean {
    for (;;) {
      while (this.at === this.#firstAt) {
        if (!this.#nodes.previous()) return false;
        this.#enter();
        this.at = this.#endAt;
      }
      this.at = this.#entryBefore(this.at);
      if ((this.#bytes[this.at] & DELETED) === 0) {
        this.#read();
        return true;
      }
    }
  }

  /** Entries of the node that the cursor is in. */
  get liveInNode(): number {
    return liveEntries(this.arena, this.node);
  }

  /** Whether all ids that the node has had are below `id`. */
  isNodeBelow(id: WideId): boolean {
    const { at } = this;
    this.at = this.#entryBefore(this.#endAt);
    this.#read();
    const isBelow = compareIds(this.id, id) < 0;
    this.at = at;
    this.#read();
    return isBelow;
  }

  /** Goes to the first entry of the first node, deleted or not. Returns false if there is none. */
  enterFirstNode(): boolean {
    if (!this.#nodes.first()) return false;
    this.#enter();
    this.at = this.#firstAt;
    this.#read();
    return true;
  }

  /** Moves on within the node, to entries that are deleted too. Returns false at its end. */
  nextInNode(): boolean {
    const behind = this.#behind();
    if (behind >= this.#endAt) return false;
    this.at = behind;
    this.#read();
    return true;
  }

  get isDeleted(): boolean {
    return (this.#bytes[this.at] & DELETED) !== 0;
  }

  markDeleted(): void {
    this.#bytes[this.at] |= DELETED;
  }

  /** Bytes of the entry's fields and values, with what encodes them. */
  get entryBytes(): number {
    return this.#behind() - this.at;
  }

  /** Reads the next pair of the entry into `field` and `value`. REQUIRES: there is one. */
  nextPair(): void {
    const bytes = this.#bytes;
    if (this.#isSame) {
      this.field.readAt(bytes, this.#fieldAt);
      this.#fieldAt = skipElement(bytes, this.#fieldAt);
    } else {
      this.field.readAt(bytes, this.#pairAt);
      this.#pairAt = skipElement(bytes, this.#pairAt);
    }
    this.value.readAt(bytes, this.#pairAt);
    this.#pairAt = skipElement(bytes, this.#pairAt);
    this.#pairsLeft--;
  }

  /** From the current place, goes to the first entry that is not deleted, nor below `id` if there is one. */
  #forward(id: WideId | null): boolean {
    for (;;) {
      while (this.at >= this.#endAt) {
        if (!this.#nodes.next()) return false;
        this.#enter();
        this.at = this.#firstAt;
      }
      this.#read();
      if ((this.#bytes[this.at] & DELETED) === 0 && (id === null || compareIds(this.id, id) >= 0))
        return true;
      this.at = this.#behind();
    }
  }

  /** Reads the head of the node under the index's cursor. */
  #enter(): void {
    const nodes = this.#nodes;
    const node = nodes.words[nodes.at + ID_WORDS];
    readId(nodes.words, nodes.at, this.#master);
    this.node = node;
    const bytes = nodeBytesArray(this.arena, node);
    this.#bytes = bytes;
    const start = nodeStart(node);
    let at = skipElement(bytes, skipElement(bytes, start + HEADER_BYTES));
    this.#masterPairs = countElement(bytes, at);
    at = skipElement(bytes, at);
    this.#masterAt = at;
    for (let i = 0; i < this.#masterPairs; i++) at = skipElement(bytes, at);
    this.#firstAt = skipElement(bytes, at);
    this.#endAt = start + listpackBytes(this.arena, node) - 1;
  }

  /** Reads the head of the entry at `at`. */
  #read(): void {
    const bytes = this.#bytes;
    const flags = bytes[this.at];
    const master = this.#master;
    const { id } = this;
    let at = this.at + 2;
    readInteger(bytes, at);
    id.msLow = (master.msLow + integerLow) | 0;
    id.msHigh = (master.msHigh + integerHigh + carry(master.msLow, integerLow)) | 0;
    at = skipElement(bytes, at);
    readInteger(bytes, at);
    id.seqLow = (master.seqLow + integerLow) | 0;
    id.seqHigh = (master.seqHigh + integerHigh + carry(master.seqLow, integerLow)) | 0;
    at = skipElement(bytes, at);
    this.#isSame = (flags & SAME_FIELDS) !== 0;
    if (this.#isSame) {
      this.pairs = this.#masterPairs;
      this.#fieldAt = this.#masterAt;
    } else {
      this.pairs = countElement(bytes, at);
      at = skipElement(bytes, at);
    }
    this.#pairAt = at;
    this.#pairsLeft = this.pairs;
  }

  /** The position behind the entry. */
  #behind(): number {
    const bytes = this.#bytes;
    let at = this.#pairAt;
    for (let left = this.#isSame ? this.#pairsLeft : this.#pairsLeft * 2; left > 0; left--)
      at = skipElement(bytes, at);
    return skipElement(bytes, at);
  }

  #entryBefore(end: number): number {
    const bytes = this.#bytes;
    let at = elementBefore(bytes, end);
    for (let left = countElement(bytes, at); left > 0; left--) at = elementBefore(bytes, at);
    return at;
  }
}

/** 1 if the sum of two unsigned words takes more than 32 bits. */
function carry(first: number, second: number): number {
  return (first >>> 0) + (second >>> 0) > 0xffffffff ? 1 : 0;
}
