/** Hot. All databases of one instance, and what is common to them. */
import { Arena } from '../memory/arena.ts';
import { keySlot } from '../memory/crc16.ts';
import type { HashKey } from '../memory/hash.ts';
import { freshClock, lruClock, TOUCH_LRU } from './access-clock.ts';
import { Database } from './database.ts';
import type { KeyspaceEvent, KeyspaceListener } from './events.ts';
import { bytesOf, keyLengthOf, keyStartOf } from './record.ts';

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
  databases: Database[] = [];
  /** Milliseconds of the epoch; the same during one command, set by the server. */
  now = 0;
  /** `now` as an LRU clock. */
  lruNow = 0;
  /** The clock for keys that are created now. */
  freshClock = 0;
  /** TOUCH_NONE, TOUCH_LRU or TOUCH_LFU: by eviction policy, and by the client that is being served (CLIENT NO-TOUCH). */
  touchMode: number = TOUCH_LRU;
  lfuLogFactor = 10;
  lfuDecayMinutes = 1;
  /** Changes since the last save, and what tells dispatch that a command has written. */
  dirty = 0;
  hits = 0;
  misses = 0;
  expiredKeys = 0;
  evictedKeys = 0;
  /** False while loading and on replicas: then expired keys are hidden but stay until the primary deletes them. */
  deletesExpired = true;
  /** Who wants to know what happens to keys; null if nobody does. */
  listener: KeyspaceListener | null = null;
  /** Keys by cluster slot; null outside cluster mode. */
  slotCounts: Int32Array | null = null;

  constructor(options: { arena?: Arena; hashKey: HashKey; random: Random; databases: number }) {
    this.arena = options.arena ?? new Arena();
    this.hashKey = options.hashKey;
    this.random = options.random;
    for (let index = 0; index < options.databases; index++) this.databases.push(new Database(this, index));
  }

  /** Sets the time for the commands that follow. */
  setNow(milliseconds: number): void {
    this.now = milliseconds;
    this.lruNow = lruClock(milliseconds);
    this.freshClock = freshClock(this);
  }

  resetStatistics(): void {
    this.hits = 0;
    this.misses = 0;
    this.expiredKeys = 0;
    this.evictedKeys = 0;
  }

  /** A key was changed by a command: counts it and tells who listens. */
  changed(database: Database, event: KeyspaceEvent, bytes: Uint8Array, start: number, end: number): void {
    this.dirty++;
    if (this.listener !== null) this.listener.changed(database, event, bytes, start, end);
  }

  missed(database: Database, bytes: Uint8Array, start: number, end: number): void {
    this.misses++;
    if (this.listener !== null) this.listener.missed(database, bytes, start, end);
  }

  /** Deletes the expired record that a lookup has just found; returns whether it is gone (and not only to be hidden). */
  expireFound(database: Database, record: number): boolean {
    if (!this.deletesExpired) return true;
    const key = this.copyKey(record);
    database.removeFound(record);
    this.expiredKeys++;
    if (this.listener !== null) this.listener.expired(database, key);
    return true;
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
