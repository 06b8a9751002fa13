/** Hot. maxmemory: what counts as used, and making room before a command that may need more. */
import { Eviction } from '../keyspace/eviction.ts';
import { evictionPolicies } from '../keyspace/eviction-policy.ts';
import { TimeBudget } from '../keyspace/time-budget.ts';
import { GATE_MEMORY } from './gates.ts';
import type { Server } from './server.ts';

/** After a write, no more than this multiple of maxmemory is in use. */
const TOLERANCE = 1.01;
/** Evictions between two looks at the clock. */
const EVICTIONS_PER_LOOK = 16;
/** While memory is far above a limit that was lowered, a command has to free this many times what it may take. */
const FREED_PER_NEEDED = 2;

export class MemoryLimit {
  readonly eviction: Eviction;
  /** Bytes; 0 for no limit. */
  maximum = 0;
  /** How long a single command may be held up by eviction that could also be done later; see `setTenacity`. */
  evictionMicroseconds = 500;
  /** Buffers of clients, as of the last survey. */
  clientBytes = 0;
  readonly #server: Server;
  readonly #budget: TimeBudget;
  /** Bytes used when the command that is running began. */
  #before = 0;

  constructor(server: Server) {
    this.#server = server;
    this.#budget = new TimeBudget(() => server.clock.microseconds());
    this.eviction = new Eviction(server.keyspace);
  }

  setMaximum(bytes: number): void {
    this.maximum = bytes;
    if (bytes > 0) this.#server.gates |= GATE_MEMORY;
    else this.#server.gates &= ~GATE_MEMORY;
    if (this.isExceeded) this.#server.background.wakeEviction();
  }

  /** maxmemory-policy, by its name. */
  setPolicy(name: string): void {
    const policy = evictionPolicies.find((known) => known.name === name);
    if (policy === undefined) throw new Error(`Unknown eviction policy ${name}`);
    this.#server.keyspace.setPolicy(policy);
    this.eviction.reset();
    if (this.isExceeded) this.#server.background.wakeEviction();
  }

  /** maxmemory-eviction-tenacity: 0 to 10 are 0 to 500 microseconds a command, then 15 % more a step, 100 is no limit. */
  setTenacity(tenacity: number): void {
    if (tenacity <= 10) this.evictionMicroseconds = 50 * tenacity;
    else if (tenacity < 100) this.evictionMicroseconds = 500 * 1.15 ** (tenacity - 10);
    else this.evictionMicroseconds = Number.POSITIVE_INFINITY;
  }

  /** Bytes that count against the limit: the data set and what waits in clients' buffers. */
  get used(): number {
    return this.#server.keyspace.arena.usedBytes + this.clientBytes;
  }

  get isExceeded(): boolean {
    return this.maximum > 0 && this.used > this.maximum;
  }

  /** Adds up the buffers of clients; to be called at every tick. */
  survey(): void {
    let bytes = 0;
    for (const { connection } of this.#server.clients.byId.values())
      bytes += connection.inputCapacityBytes + connection.pendingOutputBytes;
    this.clientBytes = bytes;
  }

  /**
   * Evicts until a command may take `needed` bytes more without exceeding the limit; returns false if that cannot be had.
   * What may as well be freed later is left to the background once the command has waited long enough for it.
   */
  makeRoom(needed: number): boolean {
    return this.used + needed <= this.maximum || this.#evictTimed(needed);
  }

  /** Before a command. */
  begin(): void {
    this.#before = this.used;
    // A short request that makes much (SETRANGE, SUNIONSTORE) has to fit by itself when nobody can give way to it afterwards;
    // and if all others gave way, what it makes must not be too much alone, or it would cost all of them and then itself.
    const { keyspace } = this.#server;
    const present = this.#canFree() ? keyspace.arena.usedBytes : 0;
    keyspace.growthBytesMax = present + this.maximum - this.clientBytes;
    keyspace.arena.limit(Number.POSITIVE_INFINITY);
  }

  /** After a command: what it took beyond the tolerance, others have to give. */
  settle(): void {
    const { keyspace } = this.#server;
    keyspace.growthBytesMax = Number.POSITIVE_INFINITY;
    keyspace.arena.limit(Number.POSITIVE_INFINITY);
    const tolerated = Math.max(this.maximum * TOLERANCE, this.#before);
    while (this.used > tolerated) if (!this.#freeSome()) return;
  }

  /** A slice of eviction in the background; returns whether memory is still above the limit and keys may go. */
  evictSlice(budget: TimeBudget): boolean {
    for (let evictions = 1; this.isExceeded; evictions++) {
      if (!this.#freeSome()) return false;
      if (evictions % EVICTIONS_PER_LOOK === 0 && budget.spent) return this.isExceeded;
    }
    return false;
  }

  #evictTimed(needed: number): boolean {
    const enough = this.#evictFor(needed);
    const { latency, keyspace } = this.#server;
    if (latency.threshold > 0) latency.add('eviction-cycle', this.#budget.elapsed / 1000, keyspace.now);
    return enough;
  }

  #evictFor(needed: number): boolean {
    const { maximum } = this;
    const start = this.used;
    this.#budget.start(this.evictionMicroseconds);
    for (let evictions = 1; this.used + needed > maximum; evictions++) {
      if (!this.#freeSome()) return false;
      if (evictions % EVICTIONS_PER_LOOK !== 0 || !this.#mayWait(start, needed) || !this.#budget.spent)
        continue;
      this.#server.background.wakeEviction();
      return true;
    }
    return true;
  }

  /** Whether the rest may be evicted later: the tolerance holds, or the limit was lowered and memory shrinks. */
  #mayWait(start: number, needed: number): boolean {
    const tolerated = this.maximum * TOLERANCE;
    if (this.used + needed <= tolerated) return true;
    return start > tolerated && start - this.used >= needed * FREED_PER_NEEDED;
  }

  /** Whether there is a key that may be evicted, or something waits to be freed. */
  #canFree(): boolean {
    const { policy, databases, lazyFree } = this.#server.keyspace;
    if (lazyFree.isPending) return true;
    if (policy.measure === 'none') return false;
    for (const database of databases)
      if ((policy.volatileOnly ? database.expiring : database.keys).count > 0) return true;
    return false;
  }

  /** Frees something: what waits to be freed anyhow, else a key. */
  #freeSome(): boolean {
    const { lazyFree } = this.#server.keyspace;
    if (!lazyFree.isPending) return this.eviction.evictOne();
    lazyFree.runOnce();
    return true;
  }
}
