/** Hot. A large hash: a table of fields, and one of those that expire. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from '../../memory/arena.ts';
import type { HashKey } from '../../memory/hash.ts';
import { ReferenceList } from '../../memory/reference-list.ts';
import { blockBytesFor } from '../../memory/size-classes.ts';
import { TABLE_WORDS } from '../../memory/table.ts';
import {
  createEntry,
  entryBytes,
  entryExpiryOf,
  fieldLengthOf,
  fieldStartOf,
  isLong,
  overwriteValue,
  valueLengthOf,
  writeEntryExpiry,
} from './field-entry.ts';
import { FieldTable } from './field-table.ts';

/**
 * The root block, in words:
 *
 *     0..4     the table of all fields (memory/table.ts, `detach`)
 *     5..9     the table of the fields that expire; the entries are the same blocks
 *     10, 11   no field expires before this moment (low word, high word); only kept while some expire
 *     12, 13   the same of the fields that the walk in progress has seen
 *     14       where that walk goes on
 *
 * Invariants:
 * 1. A field is in the second table if and only if its entry has an expiry.
 * 2. `#at` is where the tables were taken from; both are saved there after each change, or failure.
 */
const ROOT_BYTES = 60;
const EXPIRING = TABLE_WORDS;
const EARLIEST = 2 * TABLE_WORDS;
const WALKED = EARLIEST + 2;
const CURSOR = EARLIEST + 4;
const NEVER = 2 ** 52;
/** Stands in place of a moment that no field has, while the hash is freed piece by piece. */
const FREEING = -1;
/** Fields that are looked at between two decisions to go on. */
const WALK_FIELDS = 64;

/** A flyweight: one instance is moved from hash to hash. */
export class BigHash {
  readonly arena: Arena;
  readonly fields: FieldTable;
  readonly expiring: FieldTable;
  /** The hash of the field that was sought last. */
  hash = 0;
  #words: Int32Array;
  #at = 0;
  readonly #met = new ReferenceList();
  readonly #hashKey: HashKey;
  #freed = 0;
  readonly #freeEntry = (entry: number): void => {
    this.arena.free(entry);
    this.#freed++;
  };

  constructor(arena: Arena, hashKey: HashKey) {
    this.#hashKey = hashKey;
    this.arena = arena;
    this.fields = new FieldTable(arena, hashKey);
    this.expiring = new FieldTable(arena, hashKey);
    this.#words = arena.words[0];
  }

  /** The root of a hash without fields. May throw OutOfMemory. */
  create(): number {
    const root = this.arena.allocate(ROOT_BYTES);
    const at = (root & SEGMENT_MASK) << 1;
    this.arena.words[root >>> SEGMENT_SHIFT].fill(0, at, at + (ROOT_BYTES >>> 2));
    return root;
  }

  open(root: number): void {
    this.#words = this.arena.words[root >>> SEGMENT_SHIFT];
    this.#at = (root & SEGMENT_MASK) << 1;
    this.fields.attach(this.#words, this.#at);
    this.fields.watcher = this.arena.tableWatchers.of(root);
    this.expiring.attach(this.#words, this.#at + EXPIRING);
  }

  /** The entry of a field, 0 if there is none. The `found` methods act on it. */
  find(bytes: Uint8Array, start: number, end: number): number {
    this.hash = this.fields.hashOfField(bytes, start, end);
    return this.fields.find(this.hash, bytes, start, end);
  }

  /** Finds this very entry, for the `found` methods. */
  findEntry(entry: number): void {
    this.hash = this.fields.hashOf(entry);
    if (!this.fields.findEntry(this.hash, entry)) throw new Error('BigHash: an entry is not in its table');
  }

  /** Adds the field that was just sought in vain; expiry -1 for none. May throw OutOfMemory; then nothing has changed. */
  add(
    fields: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
    values: Uint8Array,
    valueStart: number,
    valueEnd: number,
    expiry: number,
  ): void {
    const { arena } = this;
    const entry = createEntry(arena, fields, fieldStart, fieldEnd, values, valueStart, valueEnd, expiry);
    try {
      this.#link(entry, expiry);
    } catch (error) {
      // A table may have grown before memory ran out.
      this.save();
      arena.free(entry);
      throw error;
    }
    this.save();
  }

  /** Gives the entry just found another value and expiry (-1 for none). May throw OutOfMemory; then nothing has changed. */
  replaceFound(
    entry: number,
    values: Uint8Array,
    valueStart: number,
    valueEnd: number,
    expiry: number,
  ): void {
    const { arena } = this;
    const fieldBytes = fieldLengthOf(arena, entry);
    const valueBytes = valueEnd - valueStart;
    const old = entryExpiryOf(arena, entry);
    if ((old === -1) === (expiry === -1) && this.#fits(entry, fieldBytes, valueBytes, expiry)) {
      this.fields.changing(entry);
      overwriteValue(arena, entry, values, valueStart, valueEnd);
      if (expiry !== -1) this.#moveExpiry(entry, expiry);
      return;
    }
    const start = fieldStartOf(arena, entry);
    const own = arena.bytes[entry >>> SEGMENT_SHIFT];
    const fresh = createEntry(arena, own, start, start + fieldBytes, values, valueStart, valueEnd, expiry);
    try {
      this.#relink(entry, old, fresh, expiry);
    } catch (error) {
      this.save();
      arena.free(fresh);
      throw error;
    }
    arena.free(entry);
    this.save();
  }

  /** Sets (or with -1 takes away) the expiry of the entry just found. May throw OutOfMemory; then nothing has changed. */
  setExpiryFound(entry: number, expiry: number): void {
    const { arena } = this;
    if (entryExpiryOf(arena, entry) !== -1 && expiry !== -1) {
      this.fields.changing(entry);
      this.#moveExpiry(entry, expiry);
      return;
    }
    const start = fieldStartOf(arena, entry) + fieldLengthOf(arena, entry);
    const own = arena.bytes[entry >>> SEGMENT_SHIFT];
    this.replaceFound(entry, own, start, start + valueLengthOf(arena, entry), expiry);
  }

  /** Removes the entry just found and frees it. */
  removeFound(entry: number): void {
    const { arena } = this;
    if (entryExpiryOf(arena, entry) !== -1) this.#forgetExpiry(entry);
    this.fields.removeFound(this.hash);
    arena.free(entry);
    this.save();
  }

  /** No field expires before this moment; -1 if none does at all. */
  get earliest(): number {
    return this.expiring.count === 0 ? -1 : this.#momentAt(EARLIEST);
  }

  /** The moment at which a field expires first, found by looking at all. */
  exactEarliest(): number {
    let earliest = NEVER;
    let cursor = 0;
    const visit = (entry: number): void => {
      earliest = Math.min(earliest, entryExpiryOf(this.arena, entry));
    };
    do cursor = this.expiring.scan(cursor, visit);
    while (cursor !== 0);
    return earliest === NEVER ? -1 : earliest;
  }

  /**
   * Walks on over the fields that expire, and gives some that have, at `now`, as entries in `into`; they stay in the hash. Returns
   * whether there may be more: false when the walk has come to its end, or no time has come.
   */
  walkExpired(now: number, into: ReferenceList): boolean {
    if (this.expiring.count === 0 || now <= this.#momentAt(EARLIEST)) return false;
    const words = this.#words;
    const met = this.#met;
    met.clear();
    let cursor = words[this.#at + CURSOR] >>> 0;
    if (cursor === 0) this.#setMoment(WALKED, NEVER);
    do cursor = this.expiring.scan(cursor, met.add);
    while (cursor !== 0 && met.count < WALK_FIELDS);
    let later = this.#momentAt(WALKED);
    for (let i = 0; i < met.count; i++) {
      const expiry = entryExpiryOf(this.arena, met.items[i]);
      if (expiry < now) into.add(met.items[i]);
      else later = Math.min(later, expiry);
    }
    this.#setMoment(WALKED, later);
    words[this.#at + CURSOR] = cursor;
    if (cursor !== 0) return true;
    this.#setMoment(EARLIEST, later);
    return false;
  }

  /** Frees a hash with all its fields. */
  free(root: number): void {
    let left = root;
    do left = this.freeSome(left, Number.POSITIVE_INFINITY);
    while (left !== 0);
  }

  /** Frees about `blocks` fields; returns the root, 0 when nothing is left. In between the hash is good for nothing else. */
  freeSome(root: number, blocks: number): number {
    const { fields } = this;
    this.open(root);
    // Its entries are those of the other table.
    this.expiring.clear();
    // While a hash is freed, the walk's place is the directory slot to go on with.
    let slot = this.#momentAt(WALKED) === FREEING ? this.#words[this.#at + CURSOR] : 0;
    this.#freed = 0;
    do slot = fields.takeApart(slot, this.#freeEntry);
    while (slot !== 0 && this.#freed < blocks);
    if (slot === 0) {
      this.arena.free(root);
      return 0;
    }
    this.#words[this.#at + CURSOR] = slot;
    this.#setMoment(WALKED, FREEING);
    this.save();
    return root;
  }

  /** The root of a copy. May throw OutOfMemory; then nothing was kept. */
  copy(root: number): number {
    const { arena } = this;
    const twin = new BigHash(arena, this.#hashKey);
    const made = twin.create();
    twin.open(made);
    this.open(root);
    const visit = (entry: number): void => {
      const start = fieldStartOf(arena, entry);
      const end = start + fieldLengthOf(arena, entry);
      const bytes = arena.bytes[entry >>> SEGMENT_SHIFT];
      twin.hash = this.fields.hashOf(entry);
      twin.add(bytes, start, end, bytes, end, end + valueLengthOf(arena, entry), entryExpiryOf(arena, entry));
    };
    let cursor = 0;
    try {
      twin.fields.reserve(this.fields.count);
      twin.expiring.reserve(this.expiring.count);
      twin.save();
      do cursor = this.fields.scan(cursor, visit);
      while (cursor !== 0);
    } catch (error) {
      twin.free(made);
      throw error;
    }
    return made;
  }

  /** Throws when an invariant does not hold. For tests. */
  verify(): void {
    this.fields.verify();
    this.expiring.verify();
    let expiring = 0;
    const visit = (entry: number): void => {
      const expiry = entryExpiryOf(this.arena, entry);
      if (expiry === -1) return;
      expiring++;
      if (expiry < this.earliest) throw new Error('BigHash: a field expires too early');
      if (!this.expiring.findEntry(this.fields.hashOf(entry), entry))
        throw new Error('BigHash: an expiring field is not in its table');
    };
    let cursor = 0;
    do cursor = this.fields.scan(cursor, visit);
    while (cursor !== 0);
    if (expiring !== this.expiring.count)
      throw new Error('BigHash: a field that stays is among those that expire');
  }

  #link(entry: number, expiry: number): void {
    if (expiry === -1) {
      this.fields.insert(this.hash, entry);
      return;
    }
    this.#noteExpiry(entry, expiry);
    try {
      this.fields.insert(this.hash, entry);
    } catch (error) {
      this.#forgetExpiry(entry);
      throw error;
    }
  }

  #relink(entry: number, old: number, fresh: number, expiry: number): void {
    if (old !== -1 && expiry !== -1) {
      this.expiring.findEntry(this.hash, entry);
      this.expiring.replaceFound(fresh);
      this.#noteMoment(expiry);
    } else if (expiry !== -1) {
      this.#noteExpiry(fresh, expiry);
    } else if (old !== -1) {
      this.#forgetExpiry(entry);
    }
    this.fields.replaceFound(fresh);
  }

  /** Whether an entry of the same block could hold a value of `valueBytes` bytes. */
  #fits(entry: number, fieldBytes: number, valueBytes: number, expiry: number): boolean {
    const oldBytes = valueLengthOf(this.arena, entry);
    if (oldBytes === valueBytes) return true;
    if (isLong(fieldBytes, valueBytes) !== isLong(fieldBytes, oldBytes)) return false;
    const needed = entryBytes(fieldBytes, valueBytes, expiry);
    return blockBytesFor(needed) === blockBytesFor(entryBytes(fieldBytes, oldBytes, expiry));
  }

  #moveExpiry(entry: number, expiry: number): void {
    writeEntryExpiry(this.arena, entry, expiry);
    this.#noteMoment(expiry);
  }

  #noteExpiry(entry: number, expiry: number): void {
    if (this.expiring.count === 0) {
      this.#setMoment(EARLIEST, NEVER);
      this.#setMoment(WALKED, NEVER);
      this.#words[this.#at + CURSOR] = 0;
    }
    this.expiring.insert(this.hash, entry);
    this.#noteMoment(expiry);
  }

  #noteMoment(expiry: number): void {
    if (expiry < this.#momentAt(EARLIEST)) this.#setMoment(EARLIEST, expiry);
    if (expiry < this.#momentAt(WALKED)) this.#setMoment(WALKED, expiry);
  }

  #forgetExpiry(entry: number): void {
    if (!this.expiring.findEntry(this.hash, entry))
      throw new Error('BigHash: an expiring field is not in its table');
    this.expiring.removeFound(this.hash);
  }

  #momentAt(index: number): number {
    const words = this.#words;
    const at = this.#at + index;
    return words[at + 1] * 4294967296 + (words[at] >>> 0);
  }

  #setMoment(index: number, moment: number): void {
    this.#words[this.#at + index] = moment | 0;
    this.#words[this.#at + index + 1] = Math.floor(moment / 4294967296);
  }

  /** Saves the tables; for who has changed them from outside, too. */
  save(): void {
    this.fields.detach(this.#words, this.#at);
    this.expiring.detach(this.#words, this.#at + EXPIRING);
  }
}
