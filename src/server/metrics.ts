/** Hot (a few additions a batch), sampled by the cron. Counts of the loop and the network, and how fast they grow. */

/** A rate is the mean of this many samples, one every SAMPLE_MILLISECONDS. */
const SAMPLES = 16;
const SAMPLE_MILLISECONDS = 100;

/** How fast a count grows, over the last 1.6 seconds. */
class Rate {
  readonly #samples = new Float64Array(SAMPLES);
  #at = 0;
  #lastCount = 0;
  #lastBase = 0;

  /** Notes a count; `base` is what it is measured against (milliseconds for a rate, a count for a mean). */
  sample(count: number, base: number, perBase: number): void {
    const grown = base - this.#lastBase;
    this.#samples[this.#at] = grown > 0 ? ((count - this.#lastCount) * perBase) / grown : 0;
    this.#at = (this.#at + 1) % SAMPLES;
    this.#lastCount = count;
    this.#lastBase = base;
  }

  get value(): number {
    return this.#samples.reduce((sum, sample) => sum + sample, 0) / SAMPLES;
  }

  /** Starts over from counts of zero at `base`. */
  reset(base: number): void {
    this.#samples.fill(0);
    this.#lastCount = 0;
    this.#lastBase = base;
  }
}

export class Metrics {
  inputBytes = 0;
  outputBytes = 0;
  /** Batches of requests that were served, and those that had something to reply. */
  reads = 0;
  writes = 0;
  /** Turns of the loop that served requests, and their microseconds: all, and the longest. */
  turns = 0;
  turnMicroseconds = 0;
  longestTurnMicroseconds = 0;
  commandsPerTurnMaximum = 0;
  /** Small values from outside that were looked through because sanitize-dump-payload says so. */
  sanitizations = 0;
  usedMemoryPeak = 0;
  /** When the peak was reached, seconds of the epoch. */
  usedMemoryPeakTime = 0;
  readonly commands = new Rate();
  readonly input = new Rate();
  readonly output = new Rate();
  readonly turnRate = new Rate();
  readonly turnDuration = new Rate();
  #sampledAt = 0;

  /** A batch of requests was served. */
  served(inputBytes: number, outputBytes: number): void {
    this.reads++;
    this.inputBytes += inputBytes;
    if (outputBytes === 0) return;
    this.writes++;
    this.outputBytes += outputBytes;
  }

  /** Takes a sample if it is time to. `now` in milliseconds. */
  sample(now: number, totalCommands: number): void {
    if (this.#sampledAt === 0) this.#startOver(now);
    if (now - this.#sampledAt < SAMPLE_MILLISECONDS) return;
    this.#sampledAt = now;
    this.commands.sample(totalCommands, now, 1000);
    this.input.sample(this.inputBytes, now, 1000);
    this.output.sample(this.outputBytes, now, 1000);
    this.turnRate.sample(this.turns, now, 1000);
    this.turnDuration.sample(this.turnMicroseconds, this.turns, 1);
  }

  /** A turn that served `commands` commands took this long. */
  turned(microseconds: number, commands: number): void {
    this.turns++;
    this.turnMicroseconds += microseconds;
    if (microseconds > this.longestTurnMicroseconds) this.longestTurnMicroseconds = microseconds;
    if (commands > this.commandsPerTurnMaximum) this.commandsPerTurnMaximum = commands;
  }

  /** Notes how much memory is used, for the peak. `now` in milliseconds of the epoch. */
  noteMemory(bytes: number, now: number): void {
    if (bytes <= this.usedMemoryPeak) return;
    this.usedMemoryPeak = bytes;
    this.usedMemoryPeakTime = Math.floor(now / 1000);
  }

  /** Counts start from zero again (CONFIG RESETSTAT), the peak with what is used now. */
  reset(now: number): void {
    this.inputBytes = 0;
    this.outputBytes = 0;
    this.reads = 0;
    this.writes = 0;
    this.turns = 0;
    this.turnMicroseconds = 0;
    this.longestTurnMicroseconds = 0;
    this.commandsPerTurnMaximum = 0;
    this.sanitizations = 0;
    this.usedMemoryPeak = 0;
    this.#startOver(now);
  }

  #startOver(now: number): void {
    this.#sampledAt = now;
    for (const rate of [this.commands, this.input, this.output, this.turnRate]) rate.reset(now);
    this.turnDuration.reset(0);
  }
}
