/** Hot. All databases of one instance, and what is common to them. */
import { Arena } from '../memory/arena.ts';
import { keySlot } from '../memory/crc16.ts';
import type { HashKey } from '../memory/hash.ts';
import type { Structure } from '../values/structure.ts';
import { freshClock, lruClock, TOUCH_LRU, touchModeFor } from './access-clock.ts';
import { Database } from './database.ts';
import { ElementPrefetch } from './element-prefetch.ts';
import type { KeyspaceEvent, KeyspaceListener, RemovalListener } from './events.ts';
import { type EvictionPolicy, NO_EVICTION } from './eviction-policy.ts';
import { LazyFree } from './lazy-free.ts';
import { Prefetch } from './prefetch.ts';
import type { Preserver } from './preserver.ts';
import { bytesOf, keyLengthOf, keyStartOf } from './record.ts';
import { createStructures, type Structures } from './structures.ts';

/** Randomness, passed in so that a run can be repeated. */
export interface Random {
  /** 0 <= x < 1 */
  fraction(): number;
  /** An integer in 0..bound-1. */
  below(bound: number): number;
}

const SLOTS = 16384;

export class Keyspace {
  readonly arena: Arena;
  readonly hashKey: HashKey;
  readonly random: Random;
  /** What is common to all values of a type. */
  readonly structures: Structures;
  databases: Database[] = [];
  /** Milliseconds of the epoch; the same during one command, set by the server. */
  now = 0;
  /** `now` as an LRU clock. */
  lruNow = 0;
  /** The clock for keys that are created now. */
  freshClock = 0;
  /** A TOUCH_ mode: by eviction policy, and by the client that is being served (CLIENT NO-TOUCH). */
  touchMode: number = TOUCH_LRU;
  policy: EvictionPolicy = NO_EVICTION;
  lfuLogFactor = 10;
  lfuDecayMinutes = 1;
  /** How long a string may become; proto-max-bulk-len. */
  stringBytesMax = 512 * 1024 * 1024;
  /** Bytes above which a HyperLogLog is kept dense; hll-sparse-max-bytes. */
  hyperLogLogSparseBytesMax = 3000;
  /** Changes so far: what tells dispatch that a command has written, and snapshots that they are out of date. */
  dirty = 0;
  hits = 0;
  misses = 0;
  expiredKeys = 0;
  /** Fields of hashes. */
  expiredElements = 0;
  evictedKeys = 0;
  /** False while loading and on replicas: then expired keys stay until whoever wrote them deletes them. */
  deletesExpired = true;
  /**
   * Whether expired keys that stay are hidden. False while loading and for commands of the primary: what they say happens,
   * whatever the clock here.
   */
  hidesExpired = true;
  /** How many of the arena's bytes the running command may bring into use; infinite without maxmemory. */
  growthBytesMax = Number.POSITIVE_INFINITY;
  readonly lazyFree: LazyFree;
  readonly prefetch: Prefetch;
  readonly elementPrefetch: ElementPrefetch;
  /** Who wants to know what happens to keys; null if nobody does. */
  listener: KeyspaceListener | null = null;
  /** Who passes on what goes by itself; null if nobody takes writes. */
  removals: RemovalListener | null = null;
  /** Who needs the data set as it was; null if nobody does. */
  preserver: Preserver | null = null;
  /** Keys by cluster slot; null outside cluster mode. */
  slotCounts: Int32Array | null = null;

  constructor(options: { arena?: Arena; hashKey: HashKey; random: Random; databases: number }) {
    this.arena = options.arena ?? new Arena();
    this.hashKey = options.hashKey;
    this.random = options.random;
    this.structures = createStructures({ arena: this.arena, hashKey: this.hashKey, random: this.random });
    this.lazyFree = new LazyFree(this);
    this.prefetch = new Prefetch(this.hashKey);
    this.elementPrefetch = new ElementPrefetch(this.arena, this.hashKey);
    for (let index = 0; index < options.databases; index++) this.databases.push(new Database(this, index));
  }

  /** Sets the time for the commands that follow. */
  setNow(milliseconds: number): void {
    this.now = milliseconds;
    this.lruNow = lruClock(milliseconds);
    this.freshClock = freshClock(this);
  }

  /** What is common to all values of a type. REQUIRES: the type is not a string. */
  structureOf(type: number): Structure {
    const structure = this.structures.byType[type];
    if (structure === undefined) throw new Error(`Keyspace: a record of type ${type}, which there is not`);
    return structure;
  }

  resetStatistics(): void {
    this.hits = 0;
    this.misses = 0;
    this.expiredKeys = 0;
    this.expiredElements = 0;
    this.evictedKeys = 0;
  }

  /** A key was changed by a command: counts it and tells who listens. */
  changed(database: Database, event: KeyspaceEvent, bytes: Uint8Array, start: number, end: number): void {
    this.dirty++;
    if (this.listener !== null) this.listener.changed(database, event, bytes, start, end);
  }

  /** What `changed` counted once was the change of so many elements, each of which counts (save points, INFO). */
  countElements(count: number): void {
    this.dirty += count - 1;
  }

  /** Tells of a second event of a change that was counted already. */
  announce(database: Database, event: KeyspaceEvent, bytes: Uint8Array, start: number, end: number): void {
    if (this.listener !== null) this.listener.changed(database, event, bytes, start, end);
  }

  missed(database: Database, bytes: Uint8Array, start: number, end: number): void {
    this.misses++;
    if (this.listener !== null) this.listener.missed(database, bytes, start, end);
  }

  /** Chooses by what keys are evicted from now on. The clocks that keys have take on another meaning at once. */
  setPolicy(policy: EvictionPolicy): void {
    this.policy = policy;
    this.touchMode = touchModeFor(policy.measure);
    this.freshClock = freshClock(this);
  }

  /**
   * What a lookup gives for the expired record that it has just found: 0 when it is deleted or hidden, else the record.
   * A key that is to be written must not be hidden, so it is deleted even where that is left to others.
   */
  expireFound(database: Database, record: number, forWriting: boolean): number {
    if (!this.deletesExpired) {
      if (!this.hidesExpired) return record;
      if (!forWriting) return 0;
    }
    const { listener, removals } = this;
    const key = listener === null && removals === null ? null : this.copyKey(record);
    database.removeFound(record);
    this.expiredKeys++;
    if (key === null) return 0;
    if (listener !== null) listener.expired(database, key);
    if (removals !== null) removals.keyExpired(database, key);
    return 0;
  }

  /** Exchanges the keys of two databases. */
  swap(first: number, second: number): void {
    this.databases[first].swapWith(this.databases[second]);
    this.flushed(first);
    this.flushed(second);
  }

  /** The keys of a database (or with -1, of all) are gone. */
  flushed(index: number): void {
    if (this.listener !== null) this.listener.flushed(index);
    if (this.slotCounts !== null) this.slotCounts.fill(0);
  }

  /** A copy of a record's key. */
  copyKey(record: number): Uint8Array {
    const start = keyStartOf(this.arena, record);
    return bytesOf(this.arena, record).slice(start, start + keyLengthOf(this.arena, record));
  }

  countSlot(bytes: Uint8Array, start: number, end: number, change: 1 | -1): void {
    if (this.slotCounts !== null) this.slotCounts[keySlot(bytes, start, end)] += change;
  }

  /** Turns counting by slot on; the keyspace must be empty. */
  countSlots(): void {
    this.slotCounts = new Int32Array(SLOTS);
  }
}
