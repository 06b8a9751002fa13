/** Warm. The runtime's threads that compile, collect garbage and write files, beside the thread that serves. */
import { readdirSync, readFileSync } from 'node:fs';
import { bindLibrary } from './c-library.ts';

export interface RuntimeThreads {
  /** To be called at each turn of the loop: the thread that serves may have moved to another processor. */
  follow(): void;
  /** To be called once in a while: threads come, and whoever runs the process may allow it other processors. */
  refresh(): void;
}

/** Where the system decides where threads run. */
export const freeThreads: RuntimeThreads = { follow: () => {}, refresh: () => {} };

const FUNCTIONS = {
  sched_getcpu: { args: [], returns: 'i32' },
  sched_getaffinity: { args: ['i32', 'u64', 'ptr'], returns: 'i32' },
  sched_setaffinity: { args: ['i32', 'u64', 'ptr'], returns: 'i32' },
  setpriority: { args: ['i32', 'i32', 'i32'], returns: 'i32' },
} as const;

const PRIO_PROCESS = 0;
const LEAST_PRIORITY = 19;
/** How the names of threads begin that compile. */
const COMPILER = 'JIT';

/** Processors that a set has room for: one bit each. */
const PROCESSORS_MAX = 1024;
const SET_BYTES = PROCESSORS_MAX / 8;
/** Turns of the loop between two looks at where the thread runs. */
const TURNS_A_LOOK = 32;

/**
 * Keeps them off the processor of the thread that serves (Linux under Bun). Otherwise the scheduler lets them take turns
 * there, at its ticks, for four milliseconds, while another processor idles. On two cores, saving 5 million keys under load, the
 * p99.9 of the clients fell from 2.4 ms to 1.8 and the longest wait from 5.1 to 3.3.
 *
 * It can happen all the same, when the thread that serves is moved to where they run. So those that compile get the least
 * priority: there the p99.9 fell from 1.7 ms to 1.1 again. Nothing warms up more slowly by that, not even where all processors
 * are busy (the first 250,000 requests of a new server take less time than before). Those that collect keep theirs: the thread that serves
 * waits for them. With a single processor nothing is changed.
 */
export async function runtimeThreads(): Promise<RuntimeThreads> {
  const library = await bindLibrary(FUNCTIONS);
  if (library === undefined) return freeThreads;
  const { ffi, symbols } = library;
  return new LinuxThreads({
    processor: () => symbols.sched_getcpu(),
    allowed: (set) => symbols.sched_getaffinity(0, SET_BYTES as never, ffi.ptr(set)) === 0,
    // A thread that has ended, or is the kernel's own, refuses: then there is nothing to be done.
    allow: (thread, set) => void symbols.sched_setaffinity(thread, SET_BYTES as never, ffi.ptr(set)),
    putLast: (thread) => void symbols.setpriority(PRIO_PROCESS, thread, LEAST_PRIORITY),
  });
}

interface Scheduler {
  /** On which processor the calling thread runs. */
  processor(): number;
  /** Fills in where the calling thread may run; false if that is not known. */
  allowed(set: Uint8Array): boolean;
  /** Says where a thread may run. */
  allow(thread: number, set: Uint8Array): void;
  /** Gives a thread the least priority. */
  putLast(thread: number): void;
}

class LinuxThreads implements RuntimeThreads {
  readonly #scheduler: Scheduler;
  readonly #allowed = new Uint8Array(SET_BYTES);
  readonly #others = new Uint8Array(SET_BYTES);
  /** There is but one processor to run on, or nobody has looked yet. */
  #isConfined = true;
  #threads: readonly number[] = [];
  /** Those of them that have the least priority. */
  #last: readonly number[] = [];
  #processor = -1;
  #turns = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  follow(): void {
    if (this.#isConfined || ++this.#turns % TURNS_A_LOOK !== 0) return;
    const processor = this.#scheduler.processor();
    if (processor === this.#processor) return;
    this.#processor = processor;
    this.#keepAside();
  }

  refresh(): void {
    this.#isConfined = !this.#scheduler.allowed(this.#allowed) || count(this.#allowed) < 2;
    if (this.#isConfined) return;
    this.#threads = threadsNow() ?? this.#threads;
    this.#putCompilersLast();
    this.#processor = this.#scheduler.processor();
    this.#keepAside();
  }

  /** The others are asked for their names each time: a thread is born with its parent's, and takes its own a little later. */
  #putCompilersLast(): void {
    const isLast = (thread: number): boolean => this.#last.includes(thread);
    const compilers = this.#threads.filter((thread) => isLast(thread) || nameOf(thread).startsWith(COMPILER));
    for (const thread of compilers) if (!isLast(thread)) this.#scheduler.putLast(thread);
    this.#last = compilers;
  }

  #keepAside(): void {
    this.#others.set(this.#allowed);
    this.#others[this.#processor >>> 3] &= ~(1 << (this.#processor & 7));
    for (const thread of this.#threads) this.#scheduler.allow(thread, this.#others);
  }
}

/** All threads but the first, which serves; undefined if they cannot be listed: all descriptors may be in use. */
function threadsNow(): number[] | undefined {
  try {
    return readdirSync('/proc/self/task')
      .map(Number)
      .filter((thread) => thread !== process.pid);
  } catch {
    return undefined;
  }
}

/** A thread's name; empty if it has ended or cannot be asked. */
function nameOf(thread: number): string {
  try {
    return readFileSync(`/proc/self/task/${thread}/comm`, 'latin1');
  } catch {
    return '';
  }
}

/** How many processors are in a set. */
function count(set: Uint8Array): number {
  let bits = 0;
  for (const byte of set) for (let rest = byte; rest !== 0; rest &= rest - 1) bits++;
  return bits;
}
