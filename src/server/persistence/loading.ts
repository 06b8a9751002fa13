/** Cold. Reading the snapshot back: at the start, and for DEBUG RELOAD. */
import { OutOfMemory } from '../../memory/arena.ts';
import type { DataFiles, ReadableFile } from '../../persistence/files.ts';
import { snapshotReader } from '../../persistence/rdb/file.ts';
import { RdbError } from '../../persistence/rdb/input.ts';
import type { RdbReader } from '../../persistence/rdb/reader.ts';
import { DuplicateKey, NoSuchDatabase, SnapshotLoader } from '../../persistence/rdb/snapshot-loader.ts';
import { GATE_LOADING } from '../gates.ts';
import type { Server } from '../server.ts';
import { getSystemErrorMessage } from '../system/errors.ts';

const MEGABYTE = 1024 * 1024;

/** What came of loading: "missing" if there is no file. Of a failure the log tells more. */
export type LoadOutcome = 'loaded' | 'missing' | 'failed';

export interface LoadProgress {
  /** Seconds of the epoch. */
  readonly startedAt: number;
  readonly totalBytes: number;
  readonly loadedBytes: number;
  /** What the server that wrote the file had in memory, as far as it said. */
  readonly usedMemoryBytes: number;
}

interface Job {
  readonly file: ReadableFile;
  readonly reader: RdbReader;
  readonly loader: SnapshotLoader;
  readonly done: (outcome: LoadOutcome) => void;
  readonly startedAt: number;
  usedMemoryBytes: number;
}

/** Slices end after this time at the latest. */
const SLICE_MICROSECONDS = 10_000;
/** Keys between two looks at the clock. */
const KEYS_PER_LOOK = 64;

export class Loading {
  readonly #server: Server;
  readonly #files: DataFiles | undefined;
  #job: Job | undefined;
  /** Keys of the last file that was loaded, and those that had expired. */
  lastLoaded = 0;
  lastExpired = 0;
  /** Whether checksums are looked at (DEBUG SET-SKIP-CHECKSUM-VALIDATION). */
  verifiesChecksums = true;

  constructor(server: Server, files: DataFiles | undefined) {
    this.#server = server;
    this.#files = files;
  }

  /** What INFO tells of the file that is being loaded; undefined while there is none. */
  get progress(): LoadProgress | undefined {
    const job = this.#job;
    if (job === undefined) return undefined;
    const { file, reader, startedAt, usedMemoryBytes } = job;
    return { startedAt, totalBytes: file.sizeBytes, loadedBytes: reader.offset, usedMemoryBytes };
  }

  /** Loads the file `dbfilename` at once. `replaces`: whether its keys take the places of those that are there. */
  load(replaces: boolean): LoadOutcome {
    let outcome = this.#begin(replaces, () => {});
    while (outcome === undefined) outcome = this.#slice(Number.POSITIVE_INFINITY);
    return outcome;
  }

  /**
   * Loads the file `dbfilename` in slices between the turns of the loop, while commands are refused; a small file at once.
   * Calls back when that is over.
   */
  start(done: (outcome: LoadOutcome) => void): void {
    const outcome = this.#begin(false, done) ?? this.#slice(SLICE_MICROSECONDS);
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

  /** Opens the file; undefined if there is something to read. */
  #begin(replaces: boolean, done: (outcome: LoadOutcome) => void): LoadOutcome | undefined {
    const { configuration, keyspace, clock } = this.#server;
    try {
      const file = this.#files?.open(configuration.text('dbfilename')) ?? null;
      if (file === null) return 'missing';
      const auxiliary = (name: string, value: string): void => this.#tell(name, value);
      const loader = new SnapshotLoader(keyspace, { replaces, auxiliary });
      const verifyChecksum = this.verifiesChecksums && configuration.boolean('rdbchecksum');
      const reader = snapshotReader(file, loader, { verifyChecksum });
      const startedAt = Math.floor(clock.milliseconds() / 1000);
      this.#job = { file, reader, loader, done, startedAt, usedMemoryBytes: 0 };
    } catch (error) {
      this.#explain(error);
      return 'failed';
    }
    this.#server.gates |= GATE_LOADING;
    keyspace.deletesExpired = false;
    return undefined;
  }

  /** Reads for so long, or as many bytes as are to be read between looks at clients; undefined if there is more. */
  #slice(microseconds: number): LoadOutcome | undefined {
    const job = this.#job;
    if (job === undefined) return 'missing';
    const { keyspace, clock, configuration, control } = this.#server;
    const { reader } = job;
    keyspace.setNow(clock.milliseconds());
    const end = clock.microseconds() + microseconds;
    const isWhole = !Number.isFinite(microseconds);
    const interval = configuration.number('loading-process-events-interval-bytes');
    const delay = configuration.number('key-load-delay') / 1000;
    const keysPerLook = delay > 0 ? 1 : KEYS_PER_LOOK;
    const endOffset = isWhole ? Number.POSITIVE_INFINITY : reader.offset + interval;
    try {
      for (let keys = 1; reader.step(); keys++) {
        // For tests of what happens meanwhile.
        if (delay > 0) control.sleep(delay);
        if (reader.offset >= endOffset) return undefined;
        if (keys % keysPerLook === 0 && !isWhole && clock.microseconds() > end) return undefined;
      }
    } catch (error) {
      this.#end(job);
      this.#explain(error);
      return 'failed';
    }
    this.#end(job);
    const { loaded, expired, empty } = job.loader;
    const skipped = empty === 0 ? '' : `, empty keys skipped: ${empty}`;
    this.#server.log.notice(`Done loading RDB, keys loaded: ${loaded}, keys expired: ${expired}${skipped}.`);
    return 'loaded';
  }

  #end({ file, loader }: Job): void {
    this.#job = undefined;
    file.close();
    this.#server.gates &= ~GATE_LOADING;
    this.#server.keyspace.deletesExpired = true;
    this.lastLoaded = loader.loaded;
    this.lastExpired = loader.expired;
  }

  #explain(error: unknown): void {
    const { configuration, log } = this.#server;
    const name = configuration.text('dbfilename');
    for (const line of explain(error, name, configuration.number('databases'))) log.warning(line);
  }

  /** What a file says of its origin. */
  #tell(name: string, value: string): void {
    const { log, clock } = this.#server;
    if (name === 'redis-ver' || name === 'valkey-ver') log.notice(`Loading RDB produced by version ${value}`);
    if (name === 'ctime') {
      const age = Math.floor(clock.milliseconds() / 1000) - Number(value);
      log.notice(`RDB age ${Math.max(0, age)} seconds`);
    }
    if (name === 'used-mem') {
      if (this.#job !== undefined) this.#job.usedMemoryBytes = Number(value);
      const megabytes = Number(value) / MEGABYTE;
      log.notice(`RDB memory usage when created ${megabytes.toFixed(2)} Mb`);
    }
  }
}

/** Why a file could not be loaded, in lines for the log. Other errors than those of files are thrown on. */
function explain(error: unknown, name: string, databases: number): string[] {
  if (error instanceof RdbError) {
    const lines = [`${name}: ${error.message}`];
    if (error.message.startsWith('unexpected end'))
      lines.unshift('Short read or OOM loading DB. Unrecoverable error, aborting now.');
    if (error.message.startsWith('wrong checksum')) lines.unshift('Wrong RDB checksum. Aborting now.');
    return lines;
  }
  if (error instanceof DuplicateKey) {
    const key = Buffer.from(error.key).toString('latin1');
    return [`RDB has duplicated key '${key}' in DB ${error.database}`];
  }
  if (error instanceof NoSuchDatabase) {
    const reason = `handle more than ${databases} databases`;
    return [`FATAL: Data file was created with a Redis server configured to ${reason}. Exiting`];
  }
  if (error instanceof OutOfMemory) return [`Out of memory while loading ${name}`];
  if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  return [`Fatal error: can't open the RDB file ${name} for reading: ${getSystemErrorMessage(error)}`];
}
