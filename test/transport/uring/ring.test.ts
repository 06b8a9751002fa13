/** Waits that gather, on a real ring: the completions are those of alarms. */
import { describe, expect, test } from 'bun:test';
import { AlarmClock } from '../../../src/transport/linux/alarm-clock.ts';
import { loadLibc } from '../../../src/transport/linux/libc.ts';
import { Ring } from '../../../src/transport/uring/ring.ts';
import { fillPoll } from '../../../src/transport/uring/submissions.ts';
import { workingTransports } from '../working.ts';

const POLLIN = 1;

/** Kernels before 6.12 cannot gather. */
async function canGather(): Promise<boolean> {
  if (!(await workingTransports()).includes('io_uring')) return false;
  using alarms = new Alarms(await loadLibc());
  return alarms.ring.gathers;
}

class Alarms {
  readonly ring: Ring;
  readonly #clocks: AlarmClock[] = [];
  readonly #libc: Awaited<ReturnType<typeof loadLibc>>;

  constructor(libc: Awaited<ReturnType<typeof loadLibc>>) {
    this.#libc = libc;
    this.ring = new Ring(libc, 8, 16);
  }

  /** A completion in so many milliseconds. */
  add(milliseconds: number): void {
    const clock = new AlarmClock(this.#libc);
    clock.set(performance.now() + milliseconds);
    this.#clocks.push(clock);
    this.watchAgain();
  }

  /** Another completion from the alarm that was added last. */
  watchAgain(): void {
    fillPoll(this.ring, this.#clocks.at(-1)!.descriptor, 1, POLLIN, true);
  }

  /** How many completions are there, which this takes. */
  take(): number {
    const count = this.ring.completionTail - this.ring.completionHead;
    this.ring.completionHead = this.ring.completionTail;
    return count;
  }

  [Symbol.dispose](): void {
    this.ring.close();
    for (const clock of this.#clocks) clock.close();
  }
}

function describeGathering(): void {
  test('ends with as many completions as it waits for', async () => {
    using alarms = new Alarms(await loadLibc());
    for (const milliseconds of [0, 5, 10]) alarms.add(milliseconds);
    expect(alarms.ring.gather(3, 10_000_000)).toBe(true);
    expect(alarms.take()).toBe(3);
  });

  test('ends with fewer when its time is over', async () => {
    using alarms = new Alarms(await loadLibc());
    alarms.add(0);
    alarms.add(60_000);
    expect(alarms.ring.gather(2, 1000)).toBe(true);
    expect(alarms.take()).toBe(1);
  });

  test('goes on until the first completion if none came in its time', async () => {
    using alarms = new Alarms(await loadLibc());
    alarms.add(50);
    alarms.ring.enter(0);
    expect(alarms.ring.gather(2, 100)).toBe(true);
    expect(alarms.take()).toBe(1);
  });

  test('still does once the call is compiled, which passes its arguments another way', async () => {
    using alarms = new Alarms(await loadLibc());
    alarms.add(0);
    alarms.ring.gather(1, 100);
    expect(alarms.take()).toBe(1);
    for (let round = 0; round < 2000; round++) {
      alarms.watchAgain();
      alarms.ring.gather(1, 100);
      expect(alarms.take()).toBe(1);
    }
  });
}

if (await canGather()) describe('a wait that gathers', describeGathering);
