/** Cold. A timerfd: an alarm that epoll and io_uring can watch. */
import { type Libc, systemError } from './libc.ts';
import { mapMemory, type Region } from './memory.ts';

const CLOCK_MONOTONIC = 1;
const TFD_NONBLOCK_CLOEXEC = 0x80800;
/** What a timerfd's interval and value take, as four 64-bit numbers: the last two are seconds and nanoseconds. */
const SPECIFICATION_BYTES = 32;

export class AlarmClock {
  readonly descriptor: number;
  readonly #libc: Libc;
  readonly #specification: Region;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#specification = mapMemory(libc, SPECIFICATION_BYTES);
    this.descriptor = libc.timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK_CLOEXEC);
    if (this.descriptor < 0) throw systemError('timerfd_create', libc.errorNumber());
  }

  /** Goes off once at `deadline`, in milliseconds of performance.now, or at once if that is past. Until it is set again the descriptor then stays readable. */
  set(deadline: number): void {
    // Rounded up to whole microseconds: an alarm that comes too early would have to be set again.
    const microseconds = Math.max(1, Math.ceil((deadline - performance.now()) * 1000));
    const { words, address } = this.#specification;
    words[4] = Math.floor(microseconds / 1e6);
    words[6] = (microseconds % 1e6) * 1000;
    this.#libc.timerfd_settime(this.descriptor, 0, address, 0);
  }

  close(): void {
    this.#libc.close(this.descriptor);
    this.#specification.unmap();
  }
}
