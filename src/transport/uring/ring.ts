/** Hot. One io_uring: its two rings in shared memory, filled and read without system calls, and the call that submits. */
import { type Libc, systemError } from '../linux/libc.ts';
import { mapDescriptor, mapMemory, type Region } from '../linux/memory.ts';

// The same numbers on every architecture that Bun runs on.
const SYS_IO_URING_SETUP = 425;
const SYS_IO_URING_ENTER = 426;
const SYS_IO_URING_REGISTER = 427;

const SETUP_CQSIZE = 1 << 3;
/** An entry that cannot be accepted does not stop those behind it. */
const SETUP_SUBMIT_ALL = 1 << 7;
/** Only this thread submits, and completions appear only while it is inside `enter`: the rings need no atomics. */
const SETUP_SINGLE_ISSUER = 1 << 12;
const SETUP_DEFER_TASKRUN = 1 << 13;
/** No indirection from ring to entries (Linux 6.6). */
const SETUP_NO_SQARRAY = 1 << 16;
const FEAT_SINGLE_MMAP = 1;
/** The wait may be given a least time (Linux 6.12). */
const FEAT_MIN_TIMEOUT = 1 << 15;
const ENTER_GETEVENTS = 1;
const ENTER_EXT_ARG = 8;
const ENTER_REGISTERED_RING = 16;
const REGISTER_RING_FDS = 20;
export const REGISTER_PBUF_RING = 22;
const OFFSET_RINGS = 0;
const OFFSET_ENTRIES = 0x10000000;
const SQ_CQ_OVERFLOW = 2;

// struct io_uring_params in words: ten of its own, then the offsets of the submission and the completion ring.
const PARAMETERS_BYTES = 120;
// struct io_uring_getevents_arg: signal mask (2 words), its size, microseconds to gather, timeout (2 words).
const WAIT_ARGUMENT_BYTES = 24;
const WAIT_ARGUMENT_GATHER = 3;
const EINTR = 4;
const EBUSY = 16;
const EAGAIN = 11;
const ETIME = 62;

export const ENTRY_WORDS = 16;
export const COMPLETION_WORDS = 4;

/**
 * Invariants:
 * 1. submissionTail - submitted entries are filled and not submitted; never more than `entryCount`.
 * 2. completions [completionHead, completionTail) are the kernel's and not handled. Counters wrap at 2^32; differences count.
 */
export class Ring {
  readonly #libc: Libc;
  readonly descriptor: number;
  readonly entryCount: number;
  /** The submission entries: entry i is words [16 i, 16 i + 16). */
  readonly entries: Int32Array;
  /** The mapped rings; completion i is words [completionBase + 4 i, + 4): user data (2), result, flags. */
  readonly words: Int32Array;
  readonly completionBase: number;
  readonly completionMask: number;
  readonly #submissionTailWord: number;
  readonly #completionHeadWord: number;
  readonly #completionTailWord: number;
  readonly #flagsWord: number;
  readonly #entryMask: number;
  readonly #regions: Region[];
  /** What `gather` waits by; undefined where the kernel does not know it. */
  readonly #waitArgument: Region | undefined;
  #handle: number;
  #enterFlags = 0;

  /** Entries filled since the last submission. */
  pending = 0;
  #submissionTail = 0;
  completionHead = 0;

  /** Throws an Error with the system's code where io_uring is missing, forbidden or too old. */
  constructor(libc: Libc, entryCount: number, completionCount: number) {
    this.#libc = libc;
    const parameters = mapMemory(libc, PARAMETERS_BYTES);
    this.descriptor = setUp(libc, parameters, entryCount, completionCount);
    const { words } = parameters;
    try {
      if ((words[5]! & FEAT_SINGLE_MMAP) === 0) throw new Error('io_uring without a single mapping');
      const indirect = (words[2]! & SETUP_NO_SQARRAY) === 0;
      const submissionBytes = indirect ? words[16]! + words[0]! * 4 : 0;
      const completionBytes = words[25]! + words[1]! * 16;
      const rings = mapDescriptor(
        libc,
        this.descriptor,
        OFFSET_RINGS,
        Math.max(submissionBytes, completionBytes),
      );
      const entries = mapDescriptor(libc, this.descriptor, OFFSET_ENTRIES, words[0]! * ENTRY_WORDS * 4);
      this.#regions = [rings, entries];
      if ((words[5]! & FEAT_MIN_TIMEOUT) !== 0) {
        this.#waitArgument = mapMemory(libc, WAIT_ARGUMENT_BYTES);
        this.#regions.push(this.#waitArgument);
      }
      this.entryCount = words[0]!;
      this.#entryMask = words[0]! - 1;
      this.entries = entries.words;
      this.words = rings.words;
      this.#submissionTailWord = words[11]! >> 2;
      this.#flagsWord = words[14]! >> 2;
      this.#completionHeadWord = words[20]! >> 2;
      this.#completionTailWord = words[21]! >> 2;
      this.completionMask = words[1]! - 1;
      this.completionBase = words[25]! >> 2;
      if (indirect)
        for (let index = 0; index < words[0]!; index++) rings.words[(words[16]! >> 2) + index] = index;
      this.#handle = this.descriptor;
    } catch (error) {
      libc.close(this.descriptor);
      throw error;
    } finally {
      parameters.unmap();
    }
    this.#registerItself();
  }

  /** Lets `enter` name the ring by an index into the thread's own table, which saves looking up the descriptor. */
  #registerItself(): void {
    const update = mapMemory(this.#libc, 16);
    update.words[0] = -1;
    update.words[2] = this.descriptor;
    if (this.register(REGISTER_RING_FDS, update.address, 1) === 1) {
      this.#handle = update.words[0]!;
      this.#enterFlags = ENTER_REGISTERED_RING;
    }
    update.unmap();
  }

  register(operation: number, argument: number, count: number): number {
    return this.#libc.syscall(SYS_IO_URING_REGISTER, this.descriptor, operation, argument, count, 0);
  }

  /** The first word of the next entry to fill. REQUIRES: pending < entryCount. */
  nextEntry(): number {
    this.pending++;
    return (this.#submissionTail++ & this.#entryMask) * ENTRY_WORDS;
  }

  /**
   * Submits all filled entries, and waits until at least `waitFor` completions are there (0: does not wait, nor run
   * what was deferred). Returns false if a signal ended the wait.
   */
  enter(waitFor: number): boolean {
    this.#publish();
    const flags = waitFor > 0 ? this.#enterFlags | ENTER_GETEVENTS : this.#enterFlags;
    const submitted = this.#libc.plainSyscall(
      SYS_IO_URING_ENTER,
      this.#handle,
      this.pending,
      waitFor,
      flags,
      0,
    );
    return this.#entered(submitted, waitFor);
  }

  /** May `gather` be called? */
  get gathers(): boolean {
    return this.#waitArgument !== undefined;
  }

  /**
   * Like `enter`, but waits until `target` completions are there, or at least one and `microseconds` have gone by.
   * REQUIRES: gathers.
   */
  gather(target: number, microseconds: number): boolean {
    const argument = this.#waitArgument!;
    argument.words[WAIT_ARGUMENT_GATHER] = microseconds;
    this.#publish();
    const submitted = this.#libc.waitingSyscall(
      SYS_IO_URING_ENTER,
      this.#handle,
      this.pending,
      target,
      this.#enterFlags | ENTER_GETEVENTS | ENTER_EXT_ARG,
      argument.address,
      WAIT_ARGUMENT_BYTES,
    );
    // Nothing came in that time, and there is no other limit to the wait: the kernel calls that a timeout.
    if (submitted < 0 && this.#libc.errorNumber() === ETIME) return this.enter(1);
    return this.#entered(submitted, 1);
  }

  /** Shows the kernel the entries that were filled and the completions that were handled. */
  #publish(): void {
    const { words } = this;
    words[this.#submissionTailWord] = this.#submissionTail;
    words[this.#completionHeadWord] = this.completionHead;
  }

  #entered(submitted: number, waitFor: number): boolean {
    if (submitted !== this.pending) return this.#enterAgain(submitted, waitFor);
    this.pending = 0;
    return true;
  }

  #enterAgain(submitted: number, waitFor: number): boolean {
    if (submitted >= 0) {
      this.pending -= submitted;
      return this.enter(waitFor);
    }
    const failure = this.#libc.errorNumber();
    if (failure === EINTR) return false;
    if (failure === EBUSY || failure === EAGAIN) return true; // completions must be taken first
    throw systemError('io_uring_enter', failure);
  }

  /** Runs deferred work and makes its completions visible, without submitting or waiting. */
  collect(): void {
    this.words[this.#completionHeadWord] = this.completionHead;
    this.#libc.plainSyscall(SYS_IO_URING_ENTER, this.#handle, 0, 0, this.#enterFlags | ENTER_GETEVENTS, 0);
  }

  get completionTail(): number {
    return this.words[this.#completionTailWord]!;
  }

  /** Completions did not fit the ring: the kernel holds them until some were handled. */
  get overflowed(): boolean {
    return (this.words[this.#flagsWord]! & SQ_CQ_OVERFLOW) !== 0;
  }

  close(): void {
    this.#libc.close(this.descriptor);
    for (const region of this.#regions) region.unmap();
  }
}

function setUp(libc: Libc, parameters: Region, entryCount: number, completionCount: number): number {
  const base = SETUP_CQSIZE | SETUP_SUBMIT_ALL | SETUP_SINGLE_ISSUER | SETUP_DEFER_TASKRUN;
  for (const flags of [base | SETUP_NO_SQARRAY, base]) {
    parameters.words.fill(0);
    parameters.words[1] = completionCount;
    parameters.words[2] = flags;
    const descriptor = libc.syscall(SYS_IO_URING_SETUP, entryCount, parameters.address, 0, 0, 0);
    if (descriptor >= 0) return descriptor;
  }
  const failure = systemError('io_uring_setup', libc.errorNumber());
  parameters.unmap();
  throw failure;
}
