/** Cold. Reading data back, at the start and for DEBUG: all at once, or in slices between which the server lives on. */
import { GATE_LOADING } from '../gates.ts';
import type { Server } from '../server.ts';

/** What came of loading: "missing" if there is nothing to load. Of a failure the log tells more. */
export type LoadOutcome = 'loaded' | 'missing' | 'failed';

/** Files that are being read. */
export interface LoadSource {
  readonly totalBytes: number;
  readonly loadedBytes: number;
  /** What the server that wrote the files had in memory, as far as they say. */
  readonly usedMemoryBytes: number;
  /** Loads a key or a command more. Returns whether there are any left. Throws what `explain` understands. */
  step(): boolean;
  /** Called once, after the last step or a failure: closes what is open. */
  close(): void;
  /** Everything was loaded: tells the log. */
  finished(): void;
  /** Why `step` failed, in lines for the log. Throws errors that are not the files'. */
  explain(error: unknown): string[];
}

/** Opens what is to be loaded; null if there is nothing, or "failed" when the log has been told why it cannot be. */
export type OpenSource = () => LoadSource | null | 'failed';

export interface LoadProgress {
  /** Seconds of the epoch. */
  readonly startedAt: number;
  readonly totalBytes: number;
  readonly loadedBytes: number;
  /** What the server that wrote the file had in memory, as far as it said. */
  readonly usedMemoryBytes: number;
}

interface Job {
  readonly source: LoadSource;
  readonly done: (outcome: LoadOutcome) => void;
  readonly startedAt: number;
}

/** Slices end after this time at the latest. */
const SLICE_MICROSECONDS = 5000;
/** Steps between two looks at the clock: each is a small key, or a part of a large one, which takes some tenths of a millisecond. */
const STEPS_PER_LOOK = 8;

export class Loading {
  readonly #server: Server;
  #job: Job | undefined;
  /** Keys of the last RDB file that was loaded, and those that had expired. */
  lastLoaded = 0;
  lastExpired = 0;
  /** Whether checksums are looked at (DEBUG SET-SKIP-CHECKSUM-VALIDATION). */
  verifiesChecksums = true;

  constructor(server: Server) {
    this.#server = server;
  }

  /** What INFO tells of what is being loaded; undefined while nothing is. */
  get progress(): LoadProgress | undefined {
    const job = this.#job;
    if (job === undefined) return undefined;
    const { totalBytes, loadedBytes, usedMemoryBytes } = job.source;
    return { startedAt: job.startedAt, totalBytes, loadedBytes, usedMemoryBytes };
  }

  /** Loads at once. */
  load(open: OpenSource): LoadOutcome {
    let outcome = this.#begin(open, () => {});
    while (outcome === undefined) outcome = this.#slice(Number.POSITIVE_INFINITY);
    return outcome;
  }

  /**
   * Loads in slices between the turns of the loop, while commands are refused; what is small at once. Calls back when that
   * is over.
   */
  start(open: OpenSource, done: (outcome: LoadOutcome) => void): void {
    const outcome = this.#begin(open, done) ?? this.#slice(SLICE_MICROSECONDS);
    if (outcome === undefined) this.#server.transport.requestTurn();
    else done(outcome);
  }

  /** At the end of each turn of the loop while there is something to load. */
  turnEnded(): void {
    const done = this.#job?.done;
    if (done === undefined) return;
    const outcome = this.#slice(SLICE_MICROSECONDS);
    if (outcome === undefined) this.#server.transport.requestTurn();
    else done(outcome);
  }

  /** Opens the source; undefined if there is something to read. */
  #begin(open: OpenSource, done: (outcome: LoadOutcome) => void): LoadOutcome | undefined {
    const { keyspace, clock } = this.#server;
    keyspace.setNow(clock.milliseconds());
    const source = open();
    if (source === null) return 'missing';
    if (source === 'failed') return 'failed';
    this.#job = { source, done, startedAt: Math.floor(clock.milliseconds() / 1000) };
    this.#server.gates |= GATE_LOADING;
    keyspace.deletesExpired = false;
    return undefined;
  }

  /** Reads for so long, or as many bytes as are to be read between looks at clients; undefined if there is more. */
  #slice(microseconds: number): LoadOutcome | undefined {
    const job = this.#job;
    if (job === undefined) return 'missing';
    const { keyspace, clock, configuration, control } = this.#server;
    const { source } = job;
    keyspace.setNow(clock.milliseconds());
    keyspace.hidesExpired = false;
    const end = clock.microseconds() + microseconds;
    const isWhole = !Number.isFinite(microseconds);
    const interval = configuration.number('loading-process-events-interval-bytes');
    const delay = configuration.number('key-load-delay') / 1000;
    const stepsPerLook = delay > 0 ? 1 : STEPS_PER_LOOK;
    const endOffset = isWhole ? Number.POSITIVE_INFINITY : source.loadedBytes + interval;
    try {
      for (let steps = 1; source.step(); steps++) {
        // For tests of what happens meanwhile.
        if (delay > 0) control.sleep(delay);
        if (source.loadedBytes >= endOffset) return undefined;
        if (steps % stepsPerLook === 0 && !isWhole && clock.microseconds() > end) return undefined;
      }
    } catch (error) {
      this.#end(source);
      for (const line of source.explain(error)) this.#server.log.warning(line);
      return 'failed';
    } finally {
      keyspace.hidesExpired = true;
    }
    this.#end(source);
    source.finished();
    return 'loaded';
  }

  #end(source: LoadSource): void {
    this.#job = undefined;
    source.close();
    this.#server.gates &= ~GATE_LOADING;
    this.#server.keyspace.deletesExpired = true;
  }
}
