/** Hot. A hash: fields with values, some of which may expire. */
import { type Arena, SEGMENT_SHIFT } from '../../memory/arena.ts';
import type { HashKey } from '../../memory/hash.ts';
import {
  createListpack,
  entryAt,
  findEntry,
  firstEntry,
  ListpackEntry,
  listpackBytes,
  listpackCount,
  nextEntry,
} from '../../memory/listpack.ts';
import { ReferenceList } from '../../memory/reference-list.ts';
import { ENCODING_HASHTABLE, ENCODING_LISTPACK, ENCODING_LISTPACK_EX } from '../encoding.ts';
import { BigHash } from './big.ts';
import { entryExpiryOf, fieldLengthOf, fieldStartOf, valueLengthOf } from './field-entry.ts';
import type { HashLimits } from './limits.ts';
import {
  addPacked,
  earliestPacked,
  entriesPerField,
  nextField,
  packedExpiryAt,
  removePacked,
  replacePacked,
  withExpiries,
} from './packed.ts';

/** Expiry arguments of `set`; others are milliseconds of the epoch. */
export const NO_EXPIRY = -1;
export const KEEP_EXPIRY = -2;

/** What a listpack takes at most. */
const PACKED_BYTES_MAX = 2 ** 30;
const FIRST_BYTES = 24;

/**
 * A flyweight: one instance is moved from hash to hash. Afterwards `encoding` and `root` may have changed, which the caller
 * notes in the record. A field that has expired stays until it is removed: callers ask for `expiry`.
 *
 * The forms: LISTPACK and LISTPACK_EX, see packed.ts; HASHTABLE, see big.ts. A hash becomes a table when it has more fields
 * than `limits` say or one of its texts is longer, and never goes back.
 */
export class HashValue {
  readonly arena: Arena;
  readonly limits: HashLimits;
  readonly big: BigHash;
  encoding: number = ENCODING_LISTPACK;
  root = 0;
  /** Where the last `find`, `next` or `pick` stands: an entry of the table, or a position in the listpack; 0 for nowhere. */
  place = 0;
  /** Set by `readField` and `readValue`. */
  readonly field = new ListpackEntry();
  readonly value = new ListpackEntry();
  readonly #batch = new ReferenceList();
  #batchAt = 0;
  #cursor = 0;
  #isDone = false;

  constructor(arena: Arena, hashKey: HashKey, limits: HashLimits) {
    this.arena = arena;
    this.limits = limits;
    this.big = new BigHash(arena, hashKey);
  }

  open(encoding: number, root: number): void {
    this.encoding = encoding;
    this.root = root;
    if (encoding === ENCODING_HASHTABLE) this.big.open(root);
  }

  /** A new hash without fields. May throw OutOfMemory. */
  create(): void {
    this.encoding = ENCODING_LISTPACK;
    this.root = createListpack(this.arena, FIRST_BYTES);
  }

  /** Fields, those that have expired included. */
  get count(): number {
    if (this.encoding === ENCODING_HASHTABLE) return this.big.fields.count;
    return listpackCount(this.arena, this.root) / entriesPerField(this.encoding);
  }

  /** Looks for a field; returns whether it is there, expired or not. */
  find(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.encoding === ENCODING_HASHTABLE) {
      this.place = this.big.find(bytes, start, end);
    } else {
      const first = firstEntry(this.arena, this.root);
      const skip = this.encoding === ENCODING_LISTPACK ? 1 : 2;
      this.place = first === 0 ? 0 : findEntry(this.arena, this.root, first, bytes, start, end, skip);
    }
    return this.place !== 0;
  }

  /** When the field at `place` expires, in milliseconds of the epoch; NO_EXPIRY if never. */
  get expiry(): number {
    if (this.encoding === ENCODING_LISTPACK) return NO_EXPIRY;
    if (this.encoding === ENCODING_HASHTABLE) return entryExpiryOf(this.arena, this.place);
    return packedExpiryAt(this.arena, this.root, this.place);
  }

  /** Whether the time of the field at `place` has come. */
  isExpired(now: number): boolean {
    const { expiry } = this;
    return expiry !== NO_EXPIRY && expiry < now;
  }

  /** Points `field` at the name of the field at `place`. */
  readField(): void {
    const { arena, field, place } = this;
    if (this.encoding !== ENCODING_HASHTABLE) {
      field.read(arena, this.root, place);
      return;
    }
    field.bytes = arena.bytes[place >>> SEGMENT_SHIFT];
    field.start = fieldStartOf(arena, place);
    field.end = field.start + fieldLengthOf(arena, place);
  }

  /** Points `value` at the value of the field at `place`. */
  readValue(): void {
    const { arena, value, place } = this;
    if (this.encoding !== ENCODING_HASHTABLE) {
      value.read(arena, this.root, nextEntry(arena, this.root, place));
      return;
    }
    value.bytes = arena.bytes[place >>> SEGMENT_SHIFT];
    value.start = fieldStartOf(arena, place) + fieldLengthOf(arena, place);
    value.end = value.start + valueLengthOf(arena, place);
  }

  /**
   * Sets a field; `expiry` in milliseconds of the epoch, or NO_EXPIRY, or KEEP_EXPIRY. Returns whether the field is new. May
   * throw OutOfMemory; then the hash has its old fields, perhaps in another form.
   */
  set(
    fields: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
    values: Uint8Array,
    valueStart: number,
    valueEnd: number,
    expiry: number,
  ): boolean {
    const longest = Math.max(fieldEnd - fieldStart, valueEnd - valueStart);
    this.prepare(0, longest, longest);
    return this.setPrepared(fields, fieldStart, fieldEnd, values, valueStart, valueEnd, expiry);
  }

  /** `set` of a field that `prepare` has been told of. */
  setPrepared(
    fields: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
    values: Uint8Array,
    valueStart: number,
    valueEnd: number,
    expiry: number,
  ): boolean {
    if (expiry >= 0) this.allowExpiries();
    if (this.encoding === ENCODING_HASHTABLE)
      return this.#setBig(fields, fieldStart, fieldEnd, values, valueStart, valueEnd, expiry);
    return this.#setPacked(fields, fieldStart, fieldEnd, values, valueStart, valueEnd, expiry);
  }

  /** Sets (or with NO_EXPIRY takes away) the expiry of a field that is there. May throw OutOfMemory, as `set`. */
  setExpiry(fields: Uint8Array, fieldStart: number, fieldEnd: number, expiry: number): void {
    if (expiry >= 0) this.allowExpiries();
    this.find(fields, fieldStart, fieldEnd);
    if (this.encoding === ENCODING_HASHTABLE) this.big.setExpiryFound(this.place, expiry);
    else if (this.encoding === ENCODING_LISTPACK_EX) this.#movePacked(fields, fieldStart, fieldEnd, expiry);
  }

  /** Removes the field at `place`, which must be the one found last. */
  removeFound(): void {
    if (this.encoding === ENCODING_HASHTABLE) this.big.removeFound(this.place);
    else this.root = removePacked(this.arena, this.encoding, this.root, this.place);
    this.place = 0;
  }

  /** Removes the field at `place`, however it was come to. */
  remove(): void {
    if (this.encoding === ENCODING_HASHTABLE) this.big.findEntry(this.place);
    this.removeFound();
  }

  /** Becomes a table when `fields` at once, a text of `longest` bytes, or `bytes` of text are too much for a listpack. */
  prepare(fields: number, longest: number, bytes: number): void {
    if (this.encoding === ENCODING_HASHTABLE) return;
    const { packedFieldsMax, packedBytesMax } = this.limits;
    if (
      fields > packedFieldsMax ||
      longest > packedBytesMax ||
      listpackBytes(this.arena, this.root) + bytes > PACKED_BYTES_MAX
    )
      this.becomeTable();
  }

  /** Becomes a form whose fields can have expiries. May throw OutOfMemory; then nothing has changed. */
  allowExpiries(): void {
    if (this.encoding !== ENCODING_LISTPACK) return;
    this.root = withExpiries(this.arena, this.root);
    this.encoding = ENCODING_LISTPACK_EX;
  }

  /** Becomes a table. May throw OutOfMemory; then nothing has changed. */
  becomeTable(): void {
    const { arena, big, root } = this;
    const made = big.create();
    big.open(made);
    try {
      this.begin();
      while (this.next()) {
        this.readField();
        this.readValue();
        const { field, value } = this;
        big.find(field.bytes, field.start, field.end);
        big.add(field.bytes, field.start, field.end, value.bytes, value.start, value.end, this.expiry);
      }
    } catch (error) {
      big.free(made);
      throw error;
    }
    arena.free(root);
    this.encoding = ENCODING_HASHTABLE;
    this.root = made;
    this.place = 0;
  }

  /** Starts going through all fields; nothing may change the hash until `next` has returned false. */
  begin(): void {
    this.place = 0;
    this.#isDone = false;
    this.#cursor = 0;
    this.#batchAt = 0;
    this.#batch.clear();
  }

  /** Goes to the next field; returns whether there is one. */
  next(): boolean {
    if (this.#isDone) return false;
    if (this.encoding === ENCODING_HASHTABLE) return this.#nextBig();
    const { arena, root } = this;
    this.place =
      this.place === 0
        ? firstEntry(arena, root)
        : nextField(arena, root, this.place, entriesPerField(this.encoding));
    this.#isDone = this.place === 0;
    return !this.#isDone;
  }

  #nextBig(): boolean {
    const batch = this.#batch;
    while (this.#batchAt === batch.count) {
      if (this.#cursor === -1 || this.big.fields.count === 0) {
        this.#isDone = true;
        return false;
      }
      batch.clear();
      this.#batchAt = 0;
      const cursor = this.big.fields.scan(this.#cursor, batch.add);
      this.#cursor = cursor === 0 ? -1 : cursor;
    }
    this.place = batch.items[this.#batchAt++];
    return true;
  }

  /** Goes to a field at random, each as likely as the others. REQUIRES: count > 0. */
  pick(random: (bound: number) => number): void {
    if (this.encoding === ENCODING_HASHTABLE) {
      this.place = this.big.fields.sample(random);
    } else {
      const entries = entriesPerField(this.encoding);
      this.place = entryAt(this.arena, this.root, random(this.count) * entries);
    }
  }

  /** Whether any field has an expiry. */
  get expires(): boolean {
    return this.earliest !== NO_EXPIRY;
  }

  /** No field expires before this moment; NO_EXPIRY if none does at all. */
  get earliest(): number {
    if (this.encoding === ENCODING_LISTPACK) return NO_EXPIRY;
    if (this.encoding === ENCODING_HASHTABLE) return this.big.earliest;
    return earliestPacked(this.arena, this.root);
  }

  #setBig(
    fields: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
    values: Uint8Array,
    valueStart: number,
    valueEnd: number,
    expiry: number,
  ): boolean {
    const { big } = this;
    const entry = big.find(fields, fieldStart, fieldEnd);
    if (entry === 0) {
      const wanted = expiry === KEEP_EXPIRY ? NO_EXPIRY : expiry;
      big.add(fields, fieldStart, fieldEnd, values, valueStart, valueEnd, wanted);
      return true;
    }
    const wanted = expiry === KEEP_EXPIRY ? entryExpiryOf(this.arena, entry) : expiry;
    big.replaceFound(entry, values, valueStart, valueEnd, wanted);
    return false;
  }

  #setPacked(
    fields: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
    values: Uint8Array,
    valueStart: number,
    valueEnd: number,
    expiry: number,
  ): boolean {
    const { arena } = this;
    const isNew = !this.find(fields, fieldStart, fieldEnd);
    if (!isNew && (expiry === KEEP_EXPIRY || expiry === this.expiry)) {
      this.root = replacePacked(arena, this.root, this.place, values, valueStart, valueEnd);
      return false;
    }
    const wanted = expiry === KEEP_EXPIRY ? NO_EXPIRY : expiry;
    // Added first, so that a failure leaves the old one, which then stands before or behind it.
    const { encoding } = this;
    const old = isNew ? 0 : this.expiry;
    this.root = addPacked(
      arena,
      encoding,
      this.root,
      fields,
      fieldStart,
      fieldEnd,
      values,
      valueStart,
      valueEnd,
      wanted,
    );
    if (!isNew) this.#removeTwin(fields, fieldStart, fieldEnd, old);
    if (this.count > this.limits.packedFieldsMax) this.becomeTable();
    return isNew;
  }

  /** Of two fields of one name, removes the one with the expiry `old`, which differs from the other's. */
  #removeTwin(fields: Uint8Array, start: number, end: number, old: number): void {
    this.find(fields, start, end);
    if (this.expiry !== old) {
      const { arena } = this;
      const next = nextField(arena, this.root, this.place, entriesPerField(this.encoding));
      this.place = findEntry(arena, this.root, next, fields, start, end, 2);
    }
    this.removeFound();
  }

  /** Gives the field just found, whose name is given too, another expiry. */
  #movePacked(fields: Uint8Array, start: number, end: number, expiry: number): void {
    if (this.expiry === expiry) return;
    const { arena } = this;
    this.readValue();
    const value = this.value.bytes.slice(this.value.start, this.value.end);
    const old = this.expiry;
    const { encoding, root } = this;
    this.root = addPacked(arena, encoding, root, fields, start, end, value, 0, value.length, expiry);
    this.#removeTwin(fields, start, end, old);
  }
}
