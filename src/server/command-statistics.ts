/** Hot. How often commands were called, for how long, and how they ended: INFO's commandstats, errorstats and latencystats. */
import { FAST } from '../commands/flags.ts';
import type { CommandTable } from '../commands/registry.ts';
import { Histogram } from './latency/histogram.ts';
import type { ServerCall } from './server-call.ts';
import type { Clock } from './system/clock.ts';

/**
 * Reading the clock costs about 36 ns under Bun 1.4, a sixteenth of a pipelined GET. So a run of consecutive calls of one
 * command is timed as a whole and shared out evenly. Only commands that take constant time are, or as long as their reply
 * is: a run of theirs ends with another command, after RUN_CALLS_MAX calls, at the end of the batch, and behind every call
 * that may have been long (`cut`), so that a slow call is always a run's last. Every call of the others is a run of its own.
 */
const RUN_CALLS_MAX = 64;
/** If calls as short as this are to be told one by one, each is timed. */
const RUN_MICROSECONDS_MIN = 1000;
/** Different codes that are counted; errors whose codes anybody can make up must not fill the memory. */
const ERROR_CODES_MAX = 128;

export type SlowCall = (command: number, microseconds: number) => void;

export class CommandStatistics {
  readonly calls: Float64Array;
  readonly microseconds: Float64Array;
  readonly rejected: Float64Array;
  readonly failed: Float64Array;
  readonly errors = new Map<string, number>();
  totalErrors = 0;
  totalCommands = 0;
  /** All time spent in commands. */
  totalMicroseconds = 0;
  /** Whether histograms are kept (latency-tracking). */
  tracking = true;
  /** When the first batch of the loop's turn began, in the clock's microseconds; 0 if none was served. */
  turnStarted = 0;
  /** Told of the last call of a run that took long. */
  onSlow: SlowCall = () => {};
  readonly #clock: Clock;
  readonly #histograms: (Histogram | undefined)[];
  readonly #constantTime: Int32Array;
  /** Calls that a run may have, by command. */
  #runCallsMax: Int32Array;
  #slowMicroseconds = Number.POSITIVE_INFINITY;
  #command = -1;
  #started = 0;
  #runCalls = 0;

  constructor(commands: CommandTable<ServerCall>, clock: Clock) {
    const { count, declarations, flags } = commands;
    this.#clock = clock;
    this.calls = new Float64Array(count);
    this.microseconds = new Float64Array(count);
    this.rejected = new Float64Array(count);
    this.failed = new Float64Array(count);
    this.#histograms = Array.from({ length: count }, () => undefined);
    this.#constantTime = Int32Array.from(declarations, ({ complexity, costsItsReply }, id) =>
      (flags[id] & FAST) !== 0 || complexity === 'O(1)' || costsItsReply === true ? RUN_CALLS_MAX : 1,
    );
    this.#runCallsMax = this.#constantTime;
  }

  /** Calls at least this long are told to `onSlow`; infinite if nobody wants to know. */
  get slowMicroseconds(): number {
    return this.#slowMicroseconds;
  }

  set slowMicroseconds(microseconds: number) {
    this.#slowMicroseconds = microseconds;
    this.#runCallsMax =
      microseconds < RUN_MICROSECONDS_MIN ? this.#constantTime.map(() => 1) : this.#constantTime;
  }

  /** A batch of requests begins: time runs from here. Returns the time, in the clock's microseconds. */
  begin(): number {
    const now = this.#clock.microseconds();
    this.#started = now;
    if (this.turnStarted === 0) this.turnStarted = now;
    return now;
  }

  /** A call of `command` is about to run. */
  enter(command: number): void {
    if (command !== this.#command || this.#runCalls >= this.#runCallsMax[command]) this.cut();
    this.#command = command;
    this.#runCalls++;
  }

  /** The call under way has begun to wait, or goes on waiting: it counts when it is done. */
  withdraw(): void {
    this.#runCalls--;
  }

  /** A call that was withdrawn is done without having run again: its time was up, or somebody has ended it. */
  complete(command: number): void {
    this.calls[command]++;
    this.totalCommands++;
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
    this.totalMicroseconds += elapsed;
    if (this.tracking) this.#record(command, elapsed / calls, calls);
    if (elapsed >= this.#slowMicroseconds) this.onSlow(command, elapsed);
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
    const count = this.errors.get(code);
    if (count === undefined && this.errors.size === ERROR_CODES_MAX) return;
    this.errors.set(code, (count ?? 0) + 1);
  }

  /** How long calls took, undefined for a command never called. */
  histogram(command: number): Histogram | undefined {
    return this.#histograms[command];
  }

  /** Forgets everything (CONFIG RESETSTAT). */
  reset(): void {
    for (const counts of [this.calls, this.microseconds, this.rejected, this.failed]) counts.fill(0);
    this.errors.clear();
    this.totalErrors = 0;
    this.totalCommands = 0;
    this.totalMicroseconds = 0;
    this.resetHistograms();
  }

  /** Forgets all histograms. */
  resetHistograms(): void {
    this.#histograms.fill(undefined);
  }

  #record(command: number, microseconds: number, calls: number): void {
    let histogram = this.#histograms[command];
    if (histogram === undefined) {
      histogram = new Histogram();
      this.#histograms[command] = histogram;
    }
    histogram.add(microseconds * 1000, calls);
  }
}
