/** Hot where there is nothing to do. Work that nobody waits for, in slices between the requests: freeing, giving back, evicting, expiring. */
import { ActiveElementExpiry } from '../keyspace/element-expiry.ts';
import { ActiveExpiry } from '../keyspace/expiry.ts';
import { TimeBudget } from '../keyspace/time-budget.ts';
import type { Timer } from '../transport/transport.ts';
import type { Server } from './server.ts';

/** A slice is what a request may have to wait for. */
const SLICE_MICROSECONDS = 500;
/** Percent of the time that slices take while there are requests; without any they follow each other. */
const FREEING_SHARE = 50;
const EXPIRY_SHARE = 25;
const EXPIRY_SHARE_PER_EFFORT = 2;
const PAUSE_MILLISECONDS = 1;
/** Memory that was freed is kept for what comes next up to this share of what is used, and this much. */
const KEPT_SHARE = 8;
const KEPT_PAGES = 4096;
/** Pages given back between two looks at the clock, and the shortest run that is worth the call. */
const PAGES_A_STEP = 64;
const SHORTEST_RUN_PAGES = 16;

interface Task {
  /** Whether there is work left, as far as is known. */
  pending: boolean;
  /** Percent of the time it may take while there are requests. */
  share(): number;
  /** Works until the budget is spent; returns whether there is work left. */
  run(budget: TimeBudget): boolean;
}

export class Background {
  readonly expiry: ActiveExpiry;
  readonly elementExpiry: ActiveElementExpiry;
  readonly #server: Server;
  readonly #budget: TimeBudget;
  readonly #freeing: Task;
  readonly #evicting: Task;
  readonly #expiring: Task;
  readonly #returning: Task;
  readonly #tasks: readonly Task[];
  /** Whether any task is pending. */
  #awake = false;
  #next = 0;
  /** Microseconds of the clock before which requests have the loop to themselves. */
  #restUntil = 0;
  #commandsSeen = 0;
  #timer: Timer | undefined;
  /** Microseconds that expiring keys has taken. */
  expiryMicroseconds = 0;

  constructor(server: Server) {
    this.#server = server;
    this.#budget = new TimeBudget(() => server.clock.microseconds());
    const { lazyFree } = server.keyspace;
    this.expiry = new ActiveExpiry(server.keyspace);
    this.elementExpiry = new ActiveElementExpiry(server.keyspace);
    const freeingShare = (): number => FREEING_SHARE;
    this.#freeing = { pending: false, share: freeingShare, run: (budget) => lazyFree.run(budget) };
    this.#evicting = {
      pending: false,
      share: freeingShare,
      run: (budget) => server.memory.evictSlice(budget),
    };
    this.#expiring = {
      pending: false,
      share: () => EXPIRY_SHARE + EXPIRY_SHARE_PER_EFFORT * this.expiry.effort,
      run: (budget) => this.#expire(budget),
    };
    this.#returning = { pending: false, share: freeingShare, run: (budget) => this.#giveBack(budget) };
    this.#tasks = [this.#freeing, this.#evicting, this.#expiring, this.#returning];
    lazyFree.onAdded = () => this.#wake(this.#freeing);
  }

  /** Memory is to be evicted that no command waits for. */
  wakeEviction(): void {
    this.#wake(this.#evicting);
  }

  /** A regular look for expired keys; `keyspace.now` must be current. */
  tick(): void {
    this.#budget.start(SLICE_MICROSECONDS);
    if (this.#expire(this.#budget)) this.#wake(this.#expiring);
    if (this.#hasSurplus) this.#wake(this.#returning);
  }

  /** Whether more memory lies free than is likely to be wanted again soon. */
  get #hasSurplus(): boolean {
    const { pages } = this.#server.keyspace.arena;
    return pages.residentFreePages > pages.usedPages / KEPT_SHARE + KEPT_PAGES;
  }

  /** Gives freed memory back to the system; returns whether there is more of it. */
  #giveBack(budget: TimeBudget): boolean {
    const { pages } = this.#server.keyspace.arena;
    while (this.#hasSurplus) {
      if (pages.discardSome(PAGES_A_STEP, SHORTEST_RUN_PAGES) === 0) return false;
      if (budget.spent) return true;
    }
    return false;
  }

  /** At the end of each turn of the loop. */
  turnEnded(): void {
    if (this.#awake) this.#turn();
  }

  #wake(task: Task): void {
    task.pending = true;
    if (this.#awake) return;
    this.#awake = true;
    if (this.#server.isAttached) this.#server.transport.requestTurn();
  }

  /** Runs a slice of one task, unless requests have come and are to have their share first. */
  #turn(): void {
    const { clock, keyspace, statistics, transport } = this.#server;
    const isBusy = statistics.totalCommands !== this.#commandsSeen;
    if (isBusy && clock.microseconds() < this.#restUntil) {
      this.#timer ??= transport.setTimer(PAUSE_MILLISECONDS, () => {
        this.#timer = undefined;
        transport.requestTurn();
      });
      return;
    }
    this.#commandsSeen = statistics.totalCommands;
    const task = this.#pendingTask();
    if (task === undefined) {
      this.#awake = false;
      return;
    }
    keyspace.setNow(clock.milliseconds());
    this.#budget.start(SLICE_MICROSECONDS);
    task.pending = task.run(this.#budget);
    this.#restUntil = clock.microseconds() + (this.#budget.elapsed * (100 - task.share())) / task.share();
    transport.requestTurn();
  }

  /** The next task in turn that has work. */
  #pendingTask(): Task | undefined {
    for (let tries = 0; tries < this.#tasks.length; tries++) {
      this.#next = (this.#next + 1) % this.#tasks.length;
      if (this.#tasks[this.#next].pending) return this.#tasks[this.#next];
    }
    return undefined;
  }

  #expire(budget: TimeBudget): boolean {
    const keysLeft = this.expiry.run(budget);
    const left = (this.expiry.enabled && this.elementExpiry.run(budget)) || keysLeft;
    const { elapsed } = budget;
    this.expiryMicroseconds += elapsed;
    this.#server.latency.add('expire-cycle', elapsed / 1000, this.#server.keyspace.now);
    return left;
  }
}
