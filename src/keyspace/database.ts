/** Hot. One numbered database: records by key, and the ones that expire. */
import { type Arena, copyBytes } from '../memory/arena.ts';
import { hashBytes } from '../memory/hash.ts';
import { blockBytesFor } from '../memory/size-classes.ts';
import { TOUCH_BY_READING, touchedClock } from './access-clock.ts';
import { KeyTable } from './key-table.ts';
import type { Keyspace } from './keyspace.ts';
import type { DetachedTables } from './lazy-free.ts';
import {
  bytesOf,
  clockOf,
  copyExpiry,
  ELEMENTS_EXPIRE,
  FIXED,
  flagsOf,
  HAS_EXPIRY,
  keyLengthOf,
  keyOffset,
  keyStartOf,
  LONG_KEY,
  recordBytes,
  SHORT_KEY_BYTES_MAX,
  setClock,
  setFlag,
  setInlineLength,
  setTypeAndEncoding,
  wordIndex,
  wordsOf,
  writeExpiry,
  writeHeader,
} from './record.ts';
import { releaseValue } from './release.ts';

const SHAPE = HAS_EXPIRY | LONG_KEY | FIXED;

/**
 * Invariants:
 * 1. A record is in `expiring` if and only if it HAS_EXPIRY; it is then the same block as in `keys`.
 * 2. `found` methods act on the record that the last lookup returned; nothing may have changed the tables since.
 * 3. A record is in `withExpiringElements` if and only if it has the flag ELEMENTS_EXPIRE.
 */
export class Database {
  readonly keyspace: Keyspace;
  readonly arena: Arena;
  /** The number that clients select. */
  readonly index: number;
  keys: KeyTable;
  expiring: KeyTable;
  /** Records of values whose elements (fields of hashes) may expire. */
  withExpiringElements: KeyTable;
  /** Where active expiry goes on; see keyspace/expiry.ts. */
  expiryCursor = 0;
  /** The same for elements; see keyspace/element-expiry.ts. */
  elementExpiryCursor = 0;
  /** A running average of the remaining milliseconds of keys that expire. */
  averageTtl = 0;
  /** The hash of the key last looked up. */
  hash = 0;

  constructor(keyspace: Keyspace, index: number) {
    this.keyspace = keyspace;
    this.arena = keyspace.arena;
    this.index = index;
    this.keys = new KeyTable(keyspace.arena, keyspace.hashKey);
    this.expiring = new KeyTable(keyspace.arena, keyspace.hashKey);
    this.withExpiringElements = new KeyTable(keyspace.arena, keyspace.hashKey);
  }

  /**
   * The record of a key, 0 if there is none. An expired one is deleted on the way, or hidden if this instance must leave
   * that to others (`keyspace.deletesExpired`). Neither counted nor touched.
   */
  lookup(bytes: Uint8Array, start: number, end: number): number {
    const record = this.find(bytes, start, end);
    if (record === 0 || !this.isExpired(record)) return record;
    return this.keyspace.expireFound(this, record, false);
  }

  /** `lookup` for a command that reads without using: counts a hit or a miss. */
  peek(bytes: Uint8Array, start: number, end: number): number {
    const record = this.lookup(bytes, start, end);
    if (record === 0) this.keyspace.missed(this, bytes, start, end);
    else this.keyspace.hits++;
    return record;
  }

  /** `lookup` for a command that reads: counts a hit or a miss, and touches the key. */
  read(bytes: Uint8Array, start: number, end: number): number {
    const record = this.lookup(bytes, start, end);
    if (record === 0) {
      this.keyspace.missed(this, bytes, start, end);
      return 0;
    }
    const { keyspace } = this;
    keyspace.hits++;
    if ((keyspace.touchMode & TOUCH_BY_READING) !== 0) this.touch(record);
    return record;
  }

  /** `lookup` for a command that writes: touches the key. No expired record stays hidden under it. */
  write(bytes: Uint8Array, start: number, end: number): number {
    const record = this.find(bytes, start, end);
    if (record === 0) return 0;
    if (this.isExpired(record) && this.keyspace.expireFound(this, record, true) === 0) return 0;
    this.preserve(record);
    this.touch(record);
    return record;
  }

  /** The record of a key, 0 if there is none, whether it has expired or not. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const { prefetch, hashKey } = this.keyspace;
    const hash =
      bytes === prefetch.bytes
        ? prefetch.hashOf(start, end)
        : hashBytes(bytes, start, end, hashKey.word0, hashKey.word1);
    this.hash = hash;
    return this.keys.find(hash, bytes, start, end);
  }

  /** Finds this very record, for the `found` methods; `hash` is its hash. Returns whether it is here. */
  findRecord(record: number, hash: number): boolean {
    this.hash = hash;
    return this.keys.findEntry(hash, record);
  }

  /** Whether the time of a record has come. */
  isExpired(record: number): boolean {
    const words = wordsOf(this.arena, record);
    const at = wordIndex(record);
    if ((words[at + 1] & HAS_EXPIRY) === 0) return false;
    return words[at + 3] * 4294967296 + (words[at + 2] >>> 0) < this.keyspace.now;
  }

  /** Notes that a key was used. */
  touch(record: number): void {
    const { keyspace } = this;
    if (keyspace.touchMode !== 0)
      setClock(this.arena, record, touchedClock(keyspace, clockOf(this.arena, record)));
  }

  /**
   * Adds a record for the key just looked up in vain by `write`, and returns it. Flags: HAS_EXPIRY and FIXED as wanted; the caller
   * writes expiry, fixed and inline value. May throw OutOfMemory; then nothing has changed.
   */
  add(
    typeAndEncoding: number,
    flags: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    inlineBytes: number,
  ): number {
    const { arena } = this;
    const keyBytes = end - start;
    const shape = keyBytes > SHORT_KEY_BYTES_MAX ? flags | LONG_KEY : flags;
    const record = arena.allocate(recordBytes(shape, keyBytes, inlineBytes));
    writeHeader(arena, record, typeAndEncoding, this.keyspace.freshClock, shape, keyBytes, inlineBytes);
    copyBytes(bytes, start, bytesOf(arena, record), keyStartOf(arena, record), keyBytes);
    try {
      this.#link(record, shape);
    } catch (error) {
      arena.free(record);
      throw error;
    }
    this.keyspace.countSlot(bytes, start, end, 1);
    this.#preserveAdded(record);
    return record;
  }

  /**
   * Gives the record just found another type, encoding, shape or inline length, and returns where it is now; key, clock
   * and (with HAS_EXPIRY before and after) expiry stay. Up to the old inline length the inline value stays if neither shape
   * is FIXED. The value that the record had is not released. May throw OutOfMemory; then nothing has changed.
   */
  reshapeFound(record: number, typeAndEncoding: number, flags: number, inlineBytes: number): number {
    this.preserve(record);
    const { arena } = this;
    const words = wordsOf(arena, record);
    const at = wordIndex(record);
    const oldFlags = words[at + 1] & SHAPE;
    const shape = flags | (oldFlags & LONG_KEY);
    if (shape === oldFlags && inlineBytes === words[at + 1] >>> 16) {
      // The block had the right size before.
      words[at] = (words[at] & ~255) | typeAndEncoding;
      return record;
    }
    const keyBytes = keyLengthOf(arena, record);
    const needed = recordBytes(shape, keyBytes, inlineBytes);
    if (shape === oldFlags && blockBytesFor(needed) === arena.sizeOf(record)) {
      words[at] = (words[at] & ~255) | typeAndEncoding;
      setInlineLength(arena, record, inlineBytes);
      return record;
    }
    const moved = arena.allocate(needed);
    writeHeader(arena, moved, typeAndEncoding, words[at] >>> 8, shape, keyBytes, inlineBytes);
    if ((shape & oldFlags & HAS_EXPIRY) !== 0) copyExpiry(arena, record, moved);
    const kept = ((shape | oldFlags) & FIXED) !== 0 ? 0 : Math.min(inlineBytes, words[at + 1] >>> 16);
    arena.copy(record, keyOffset(oldFlags), moved, keyOffset(shape), keyBytes + kept);
    try {
      this.#relink(record, oldFlags, moved, shape);
    } catch (error) {
      arena.free(moved);
      throw error;
    }
    if ((flagsOf(arena, record) & ELEMENTS_EXPIRE) !== 0) {
      this.withExpiringElements.findEntry(this.hash, record);
      this.withExpiringElements.replaceFound(moved);
      setFlag(arena, moved, ELEMENTS_EXPIRE, true);
    }
    arena.free(record);
    this.#preserveAdded(moved);
    return moved;
  }

  /**
   * As `reshapeFound` for a record whose value goes: nothing of it stays but the key and, with HAS_EXPIRY before and after,
   * the expiry.
   */
  replaceFound(record: number, typeAndEncoding: number, flags: number, inlineBytes: number): number {
    const { arena } = this;
    const shape = flags | (flagsOf(arena, record) & LONG_KEY);
    const keyBytes = keyLengthOf(arena, record);
    const fresh = arena.allocate(recordBytes(shape, keyBytes, inlineBytes));
    writeHeader(arena, fresh, typeAndEncoding, clockOf(arena, record), shape, keyBytes, inlineBytes);
    if ((shape & flagsOf(arena, record) & HAS_EXPIRY) !== 0) copyExpiry(arena, record, fresh);
    const keyFrom = keyOffset(flagsOf(arena, record) & SHAPE);
    arena.copy(record, keyFrom, fresh, keyOffset(shape), keyBytes);
    try {
      this.install(record, fresh);
    } catch (error) {
      arena.free(fresh);
      throw error;
    }
    return fresh;
  }

  /** Removes the record just found, with its value. */
  removeFound(record: number): void {
    this.preserve(record);
    this.#unlink(record);
    releaseValue(this.keyspace, record);
    this.arena.free(record);
  }

  /** Removes the record just found; what its fixed value refers to belongs to the caller now. */
  detachFound(record: number): void {
    this.preserve(record);
    this.#unlink(record);
    this.arena.free(record);
  }

  /**
   * Adds a record that was made elsewhere (keyspace/transfer.ts) in place of the one that `write` has just found under its
   * key, which is removed with its value; 0 for none. May throw OutOfMemory; then nothing has changed.
   */
  install(existing: number, fresh: number): void {
    const { arena } = this;
    if (existing !== 0) this.preserve(existing);
    if ((flagsOf(arena, fresh) & ELEMENTS_EXPIRE) !== 0) this.withExpiringElements.insert(this.hash, fresh);
    try {
      this.#install(existing, fresh);
    } catch (error) {
      this.forgetExpiringElements(fresh);
      throw error;
    }
    this.#preserveAdded(fresh);
  }

  #install(existing: number, fresh: number): void {
    const { arena } = this;
    const flags = flagsOf(arena, fresh) & SHAPE;
    if (existing !== 0) {
      this.#relink(existing, flagsOf(arena, existing) & SHAPE, fresh, flags);
      this.forgetExpiringElements(existing);
      releaseValue(this.keyspace, existing);
      arena.free(existing);
      return;
    }
    this.#link(fresh, flags);
    const start = keyStartOf(arena, fresh);
    this.keyspace.countSlot(bytesOf(arena, fresh), start, start + keyLengthOf(arena, fresh), 1);
  }

  /** Notes that elements of the record just found may expire. May throw OutOfMemory; then nothing has changed. */
  noteExpiringElements(record: number): void {
    if ((flagsOf(this.arena, record) & ELEMENTS_EXPIRE) !== 0) return;
    this.withExpiringElements.insert(this.hash, record);
    setFlag(this.arena, record, ELEMENTS_EXPIRE, true);
  }

  /** Notes that no element of the record just found expires any more. */
  forgetExpiringElements(record: number): void {
    if ((flagsOf(this.arena, record) & ELEMENTS_EXPIRE) === 0) return;
    if (!this.withExpiringElements.findEntry(this.hash, record))
      throw new Error('Database: a record with expiring elements is not in its table');
    this.withExpiringElements.removeFound(this.hash);
    setFlag(this.arena, record, ELEMENTS_EXPIRE, false);
  }

  /** To be called before anything of the record just found changes, unless `write` has found it. */
  preserve(record: number): void {
    const { preserver } = this.keyspace;
    if (preserver !== null) preserver.changing(this.keys, record, this.hash);
  }

  #preserveAdded(record: number): void {
    const { preserver } = this.keyspace;
    if (preserver !== null) preserver.added(this.keys, record, this.hash);
  }

  /** Takes all keys out of the database, for whoever frees them. */
  detachTables(): DetachedTables {
    const { keys, expiring } = this;
    this.keys = new KeyTable(this.arena, this.keyspace.hashKey);
    this.expiring = new KeyTable(this.arena, this.keyspace.hashKey);
    this.withExpiringElements.clear();
    this.expiryCursor = 0;
    this.elementExpiryCursor = 0;
    this.averageTtl = 0;
    return { keys, expiring };
  }

  /** Exchanges all keys with another database. */
  swapWith(other: Database): void {
    [this.keys, other.keys] = [other.keys, this.keys];
    [this.expiring, other.expiring] = [other.expiring, this.expiring];
    [this.withExpiringElements, other.withExpiringElements] = [
      other.withExpiringElements,
      this.withExpiringElements,
    ];
    [this.expiryCursor, other.expiryCursor] = [other.expiryCursor, this.expiryCursor];
    [this.elementExpiryCursor, other.elementExpiryCursor] = [
      other.elementExpiryCursor,
      this.elementExpiryCursor,
    ];
    [this.averageTtl, other.averageTtl] = [other.averageTtl, this.averageTtl];
  }

  /** Sets (or with -1 takes away) the expiry of the record just found; returns where the record is now. */
  setExpiryFound(record: number, milliseconds: number): number {
    this.preserve(record);
    const { arena } = this;
    const flags = flagsOf(arena, record) & SHAPE;
    const wanted = milliseconds < 0 ? flags & ~HAS_EXPIRY : flags | HAS_EXPIRY;
    let moved = record;
    if (wanted !== flags) moved = this.#moveFixed(record, flags, wanted);
    if (milliseconds >= 0) writeExpiry(arena, moved, milliseconds);
    return moved;
  }

  /** Marks another type and encoding; shape and value stay. */
  retype(record: number, type: number, encoding: number): void {
    setTypeAndEncoding(this.arena, record, type, encoding);
  }

  get size(): number {
    return this.keys.count;
  }

  /** Takes the record just found out of the tables. */
  #unlink(record: number): void {
    const { arena } = this;
    const start = keyStartOf(arena, record);
    this.keyspace.countSlot(bytesOf(arena, record), start, start + keyLengthOf(arena, record), -1);
    this.keys.removeFound(this.hash);
    if ((flagsOf(arena, record) & HAS_EXPIRY) !== 0) this.#forgetExpiry(record);
    this.forgetExpiringElements(record);
  }

  /** Reshapes for another flag of HAS_EXPIRY, and carries the fixed value along. */
  #moveFixed(record: number, flags: number, wanted: number): number {
    const { arena } = this;
    const words = wordsOf(arena, record);
    const at = wordIndex(record);
    if ((flags & FIXED) === 0)
      return this.reshapeFound(record, words[at] & 255, wanted, words[at + 1] >>> 16);
    const fixed = keyOffset(flags) - 8;
    const low = words[at + (fixed >>> 2)];
    const high = words[at + (fixed >>> 2) + 1];
    const moved = this.reshapeFound(record, words[at] & 255, wanted, 0);
    const target = wordIndex(moved) + ((keyOffset(wanted) - 8) >>> 2);
    const movedWords = wordsOf(arena, moved);
    movedWords[target] = low;
    movedWords[target + 1] = high;
    return moved;
  }

  #link(record: number, flags: number): void {
    const { hash } = this;
    if ((flags & HAS_EXPIRY) === 0) {
      this.keys.insert(hash, record);
      return;
    }
    this.expiring.insert(hash, record);
    try {
      this.keys.insert(hash, record);
    } catch (error) {
      this.#forgetExpiry(record);
      throw error;
    }
  }

  #relink(record: number, flags: number, moved: number, movedFlags: number): void {
    const had = (flags & HAS_EXPIRY) !== 0;
    const has = (movedFlags & HAS_EXPIRY) !== 0;
    if (has && had) {
      this.expiring.findEntry(this.hash, record);
      this.expiring.replaceFound(moved);
    } else if (has) {
      this.expiring.insert(this.hash, moved);
    } else if (had) {
      this.#forgetExpiry(record);
    }
    this.keys.replaceFound(moved);
  }

  #forgetExpiry(record: number): void {
    if (!this.expiring.findEntry(this.hash, record))
      throw new Error('Database: an expiring record is not in its table');
    this.expiring.removeFound(this.hash);
  }
}
