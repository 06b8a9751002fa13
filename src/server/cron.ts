/** Cold. What happens at regular times, `hz` times a second. */
import type { Timer, Transport } from '../transport/transport.ts';

/** Called at every tick with the milliseconds of the epoch. */
export type Job = (now: number) => void;

export class Cron {
  /** Ticks a second. */
  hz = 10;
  /** Ticks so far. */
  ticks = 0;
  /** DEBUG PAUSE-CRON: ticks pass without work. */
  paused = false;
  readonly #jobs: Job[] = [];
  #timer: Timer | undefined;

  /** Adds a job that runs at every tick, behind the others. */
  add(job: Job): void {
    this.#jobs.push(job);
  }

  /** Adds a job that runs about every `milliseconds`, which a tick's length rounds up. */
  addEvery(milliseconds: number, job: Job): void {
    let due = 0;
    this.add((now) => {
      if (now < due) return;
      due = now + milliseconds;
      job(now);
    });
  }

  start(transport: Transport, now: () => number): void {
    const tick = (): void => {
      this.#timer = transport.setTimer(1000 / this.hz, tick);
      this.ticks++;
      if (this.paused) return;
      const time = now();
      for (const job of this.#jobs) job(time);
    };
    this.#timer = transport.setTimer(1000 / this.hz, tick);
  }

  stop(): void {
    this.#timer?.cancel();
  }
}
