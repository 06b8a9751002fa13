/** Hot. Picks the keys that go when memory is short. */

import { ReferenceList } from '../memory/reference-list.ts';
import { decayed, idleSeconds, LFU_MAX } from './access-clock.ts';
import type { Database } from './database.ts';
import type { KeyTable } from './key-table.ts';
import type { Keyspace } from './keyspace.ts';
import { clockOf, expiryOf } from './record.ts';

/** The best candidates of earlier samples are kept: so few samples do nearly as well as a perfect order. */
const POOL_SIZE = 16;

/**
 * Approximates the policy's order by samples: of each database some buckets of the table, at least `samples` keys; the
 * best of them join a pool, and the best of the pool goes. (Sampling whole buckets reads few cache lines, and is fair, as
 * keys are in buckets by their hashes.)
 *
 * Invariants:
 * 1. The pool is ordered by score, the best candidate last; no record is in it twice.
 * 2. A candidate may be gone, moved, or touched in the meantime: it counts only if it is found where it was with at
 *    least the score that it had.
 * Source: the pool is S. Sanfilippo's idea of 2014 ("Random notes on improving the Redis LRU algorithm").
 */
export class Eviction {
  /** maxmemory-samples. */
  samples = 5;
  readonly #keyspace: Keyspace;
  readonly #random: (bound: number) => number;
  readonly #met = new ReferenceList();
  readonly #scores = new Float64Array(POOL_SIZE);
  readonly #records = new Int32Array(POOL_SIZE);
  readonly #hashes = new Int32Array(POOL_SIZE);
  readonly #databases = new Int32Array(POOL_SIZE);
  #candidates = 0;
  /** Random policies take the databases in turn. */
  #turn = 0;

  constructor(keyspace: Keyspace) {
    this.#keyspace = keyspace;
    this.#random = (bound) => keyspace.random.below(bound);
  }

  /** Evicts the key whose turn it is. Returns false if there is none that may go. */
  evictOne(): boolean {
    const { measure } = this.#keyspace.policy;
    if (measure === 'none') return false;
    if (measure === 'random') return this.#evictRandom();
    while (this.#sampleDatabases()) {
      while (this.#candidates > 0) if (this.#evictBest()) return true;
    }
    return false;
  }

  /** Forgets the candidates: scores of another policy do not compare. */
  reset(): void {
    this.#candidates = 0;
  }

  #evictRandom(): boolean {
    const { databases } = this.#keyspace;
    for (let tries = 0; tries < databases.length; tries++) {
      this.#turn = this.#turn + 1 < databases.length ? this.#turn + 1 : 0;
      const database = databases[this.#turn];
      const record = this.#tableOf(database).sample(this.#random);
      if (record === 0) continue;
      database.findRecord(record, database.keys.hashOf(record));
      this.#evictFound(database, record);
      return true;
    }
    return false;
  }

  /** Adds candidates from all databases to the pool; returns whether there are any keys that may go. */
  #sampleDatabases(): boolean {
    let any = false;
    for (const database of this.#keyspace.databases) {
      const table = this.#tableOf(database);
      if (table.count === 0) continue;
      any = true;
      this.#sample(database, table);
    }
    return any;
  }

  #sample(database: Database, table: KeyTable): void {
    const met = this.#met;
    met.clear();
    const wanted = Math.min(this.samples, table.count);
    while (met.count < wanted) table.scan(table.randomCursor(this.#random), met.add);
    for (let i = 0; i < met.count; i++) this.#offer(database, met.items[i]);
  }

  /** Puts a record into the pool, if it is better than the worst there or there is room. */
  #offer(database: Database, record: number): void {
    const score = this.#scoreOf(record);
    const records = this.#records;
    const scores = this.#scores;
    let count = this.#candidates;
    if (count === POOL_SIZE && score <= scores[0]) return;
    for (let i = 0; i < count; i++) if (records[i] === record) return;
    if (count === POOL_SIZE) {
      this.#removeWorst();
      count--;
    }
    let at = count;
    for (; at > 0 && scores[at - 1] > score; at--) this.#copyCandidate(at - 1, at);
    scores[at] = score;
    records[at] = record;
    this.#hashes[at] = database.keys.hashOf(record);
    this.#databases[at] = database.index;
    this.#candidates = count + 1;
  }

  /** Takes the best candidate out of the pool, and evicts it if it is still what it was. */
  #evictBest(): boolean {
    const best = --this.#candidates;
    const record = this.#records[best];
    const database = this.#keyspace.databases[this.#databases[best]];
    const hash = this.#hashes[best];
    // The reference may by now name another key's record, in this bucket even: then its own hash tells.
    if (!this.#tableOf(database).findEntry(hash, record) || database.keys.hashOf(record) !== hash)
      return false;
    if (this.#scoreOf(record) < this.#scores[best]) return false;
    database.findRecord(record, hash);
    this.#evictFound(database, record);
    return true;
  }

  #evictFound(database: Database, record: number): void {
    const keyspace = this.#keyspace;
    const { listener, removals } = keyspace;
    const key = listener === null && removals === null ? null : keyspace.copyKey(record);
    database.removeFound(record);
    keyspace.evictedKeys++;
    if (key === null) return;
    if (listener !== null) listener.evicted(database, key);
    if (removals !== null) removals.keyEvicted(database, key);
  }

  /** The higher, the sooner a record goes. Untouched records keep or raise theirs as time passes. */
  #scoreOf(record: number): number {
    const keyspace = this.#keyspace;
    const { arena } = keyspace;
    const { measure } = keyspace.policy;
    if (measure === 'ttl') return -expiryOf(arena, record);
    const clock = clockOf(arena, record);
    if (measure === 'lfu') return LFU_MAX - decayed(keyspace, clock);
    // Counted back from now, and so the same at any time: the moment of the last use.
    return idleSeconds(keyspace, clock) - Math.floor(keyspace.now / 1000);
  }

  #tableOf(database: Database): KeyTable {
    return this.#keyspace.policy.volatileOnly ? database.expiring : database.keys;
  }

  #removeWorst(): void {
    for (let i = 1; i < this.#candidates; i++) this.#copyCandidate(i, i - 1);
  }

  #copyCandidate(from: number, to: number): void {
    this.#scores[to] = this.#scores[from];
    this.#records[to] = this.#records[from];
    this.#hashes[to] = this.#hashes[from];
    this.#databases[to] = this.#databases[from];
  }
}
