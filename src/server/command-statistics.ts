/** Hot. How often commands were called, for how long, and how they ended: INFO's commandstats, errorstats and latencystats. */
import type { Clock } from './system/clock.ts';

/**
 * Reading the clock costs about 36 ns under Bun 1.4, a sixteenth of a pipelined GET. So a run of consecutive calls of one
 * command is timed as a whole and shared out evenly. A run ends with another command, after RUN_CALLS_MAX calls, at the
 * end of the batch, and behind every call that may have been long (`cut`), so that a slow call is always a run's last.
 */
const RUN_CALLS_MAX = 64;

/** Latency histograms have a bucket per power of two of nanoseconds, as LATENCY HISTOGRAM shows them. */
const BUCKETS = 40;

export type SlowCall = (command: number, microseconds: number) => void;

export class CommandStatistics {
  readonly calls: Float64Array;
  readonly microseconds: Float64Array;
  readonly rejected: Float64Array;
  readonly failed: Float64Array;
  readonly errors = new Map<string, number>();
  totalErrors = 0;
  totalCommands = 0;
  /** Whether histograms are kept (latency-tracking). */
  tracking = true;
  /** Calls at least this long are told to `onSlow`; infinite if nobody wants to know. */
  slowMicroseconds = Number.POSITIVE_INFINITY;
  /** Told of the last call of a run that took long. */
  onSlow: SlowCall = () => {};
  readonly #clock: Clock;
  readonly #histograms: Map<number, Float64Array> = new Map();
  #command = -1;
  #started = 0;
  #runCalls = 0;

  constructor(commands: number, clock: Clock) {
    this.#clock = clock;
    this.calls = new Float64Array(commands);
    this.microseconds = new Float64Array(commands);
    this.rejected = new Float64Array(commands);
    this.failed = new Float64Array(commands);
  }

  /** A batch of requests begins: time runs from here. */
  begin(): void {
    this.#started = this.#clock.microseconds();
  }

  /** A call of `command` is about to run. */
  enter(command: number): void {
    if (command !== this.#command || this.#runCalls === RUN_CALLS_MAX) this.cut();
    this.#command = command;
    this.#runCalls++;
  }

  /** Ends the run; what comes next is timed anew. */
  cut(): void {
    const calls = this.#runCalls;
    if (calls === 0) return;
    const now = this.#clock.microseconds();
    const elapsed = now - this.#started;
    const command = this.#command;
    this.#started = now;
    this.#runCalls = 0;
    this.calls[command] += calls;
    this.microseconds[command] += elapsed;
    this.totalCommands += calls;
    if (this.tracking) this.#record(command, elapsed / calls, calls);
    if (elapsed >= this.slowMicroseconds) this.onSlow(command, elapsed);
  }

  /** A call was refused before it ran (arity, authentication, memory). */
  reject(command: number): void {
    this.rejected[command]++;
  }

  /** A call wrote an error reply. */
  fail(command: number): void {
    this.failed[command]++;
  }

  /** Counts an error reply by its code. */
  countError(text: string): void {
    const space = text.indexOf(' ');
    const code = space < 0 ? text : text.slice(0, space);
    this.totalErrors++;
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
  }

  /** Counts of calls by power of two of nanoseconds, undefined for a command never called. */
  histogram(command: number): Float64Array | undefined {
    return this.#histograms.get(command);
  }

  /** Forgets everything (CONFIG RESETSTAT). */
  reset(): void {
    for (const counts of [this.calls, this.microseconds, this.rejected, this.failed]) counts.fill(0);
    this.errors.clear();
    this.totalErrors = 0;
    this.totalCommands = 0;
    this.#histograms.clear();
  }

  /** Forgets histograms: of the commands named, or all. */
  resetHistograms(commands?: readonly number[]): void {
    if (commands === undefined) this.#histograms.clear();
    else for (const command of commands) this.#histograms.delete(command);
  }

  #record(command: number, microseconds: number, calls: number): void {
    let histogram = this.#histograms.get(command);
    if (histogram === undefined) {
      histogram = new Float64Array(BUCKETS);
      this.#histograms.set(command, histogram);
    }
    const nanoseconds = Math.max(1, Math.min(microseconds * 1000, 2 ** 30)) | 0;
    histogram[32 - Math.clz32(nanoseconds)] += calls;
  }
}
