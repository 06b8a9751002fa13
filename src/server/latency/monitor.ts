/** Cold. The latency monitor: events that held the server up, by kind, the latest 160 of each. */

/** Samples kept of an event. */
const SAMPLES_MAX = 160;

/** One second's worst. */
export interface LatencySample {
  /** Seconds of the epoch. */
  readonly time: number;
  readonly milliseconds: number;
}

export class LatencyEvent {
  /** Oldest first, SAMPLES_MAX at most. */
  samples: LatencySample[] = [];
  /** Milliseconds, the most ever seen. */
  maximum = 0;

  get latest(): LatencySample {
    return this.samples[this.samples.length - 1];
  }

  add(time: number, milliseconds: number): void {
    this.maximum = Math.max(this.maximum, milliseconds);
    const last = this.samples.at(-1);
    if (last?.time === time) {
      if (milliseconds > last.milliseconds) this.samples[this.samples.length - 1] = { time, milliseconds };
      return;
    }
    this.samples.push({ time, milliseconds });
    if (this.samples.length > SAMPLES_MAX) this.samples.shift();
  }
}

/**
 * Events that occur: "command" and "fast-command" (a command took long), "expire-cycle", "eviction-cycle", "eviction-del",
 * "while-blocked-cron", "fork" and so on by their owners, and "event-loop" (one turn of the loop took long, whatever it did).
 */
export class LatencyMonitor {
  /** latency-monitor-threshold, milliseconds; 0 turns the monitor off. */
  threshold = 0;
  readonly events = new Map<string, LatencyEvent>();

  /** Notes that `event` took `milliseconds`, at `now` milliseconds of the epoch, if that is long enough. */
  add(event: string, milliseconds: number, now: number): void {
    const whole = Math.floor(milliseconds);
    if (this.threshold === 0 || whole < this.threshold) return;
    let found = this.events.get(event);
    if (found === undefined) {
      found = new LatencyEvent();
      this.events.set(event, found);
    }
    found.add(Math.floor(now / 1000), whole);
  }

  /** Forgets the events named, or all. Returns how many there were. */
  reset(events?: readonly string[]): number {
    let forgotten = 0;
    for (const event of events ?? [...this.events.keys()]) if (this.events.delete(event)) forgotten++;
    return forgotten;
  }
}
