/** Hot where nothing is written. Writes the data set as it is at one moment into a file, in slices between requests. */
import { TimeBudget } from '../../keyspace/time-budget.ts';
import { CommandSnapshot } from '../../persistence/aof/command-snapshot.ts';
import type { BaseForm } from '../../persistence/aof/manifest.ts';
import { BackgroundFile } from '../../persistence/background-file.ts';
import type { DataFiles } from '../../persistence/files.ts';
import { removeQuietly, SaveFailure } from '../../persistence/rdb/file.ts';
import { RdbOutput } from '../../persistence/rdb/output.ts';
import { RdbSnapshot } from '../../persistence/rdb/rdb-snapshot.ts';
import { SlicedSnapshot, separateStore } from '../../persistence/snapshot.ts';
import type { SnapshotFormat } from '../../persistence/snapshot-format.ts';
import type { SnapshotTarget } from '../../persistence/snapshot-target.ts';
import { usedMemory } from '../information/memory-figures.ts';
import type { Server } from '../server.ts';
import { REDIS_VERSION } from '../version.ts';
import { outputOptions } from './output-options.ts';

/**
 * A slice is what a request may have to wait for; after each one all requests that have come are served. On two cores, five
 * million keys at 4,000 requests a second, compared with slices of 100 µs and rests of 300 between them: saving took 2.6 s instead of
 * 15, the clients' wait of 95 % meanwhile was .32 ms instead of .41, and a client that waits for each answer got as many.
 * At full load, pipelined by 16, saving took 11 s instead of 26.
 */
const SLICE_MICROSECONDS = 50;

export interface SnapshotRequest {
  /** The file, which is created. */
  readonly name: string;
  /** What it is written as. */
  readonly form: BaseForm;
  /** Whether it is the base of an append-only file. */
  readonly aofBase: boolean;
  /** Called once: when the file is complete, durable and closed, or with what went wrong (then it has been removed). */
  readonly done: (failure: SaveFailure | null) => void;
}

/** A snapshot that goes somewhere else than into a file, as an RDB file. */
export interface SendRequest {
  /** Whether there are to be no keys in it. */
  readonly functionsOnly: boolean;
  /** Called once, when everything has been handed to the target. */
  readonly done: () => void;
}

interface Job {
  readonly snapshot: SlicedSnapshot;
  readonly target: SnapshotTarget;
  /** The file that is written; undefined if it is none. */
  readonly name: string | undefined;
  readonly done: (failure: SaveFailure | null) => void;
  /** Whether all has been handed to the file. */
  isWritten: boolean;
}

/** One snapshot at a time: a slice at the end of each turn of the loop, without pause, unless the disk does not keep up. */
export class Snapshotting {
  readonly #server: Server;
  readonly #files: DataFiles | undefined;
  readonly #budget: TimeBudget;
  #job: Job | undefined;
  #isReserved = false;
  /** A snapshot that was given up, whose marks have still to be taken away. */
  #cancelled: SlicedSnapshot | undefined;
  /** Whether it waits because of `rdb-key-save-delay`. */
  #isDelayed = false;

  constructor(server: Server, files: DataFiles | undefined) {
    this.#server = server;
    this.#files = files;
    this.#budget = new TimeBudget(() => server.clock.microseconds());
  }

  /** Whether a file is being written, or about to be. */
  get isRunning(): boolean {
    return this.#job !== undefined || this.#isReserved;
  }

  /** Keeps others from beginning, until `begin` or `cancel`. REQUIRES: nothing is running. */
  reserve(): void {
    this.#isReserved = true;
  }

  /** Keys that are to be written, and how many of them have been; 0 without a file. */
  get keysTotal(): number {
    return this.#job?.snapshot.keysTotal ?? 0;
  }

  get keysWritten(): number {
    return this.#job?.snapshot.keysWritten ?? 0;
  }

  /** Begins to write the data set as it is now into a file. REQUIRES: nothing is running. */
  begin({ name, form, aofBase, done }: SnapshotRequest): void {
    const { configuration, keyspace, libraries } = this.#server;
    const option = aofBase ? 'aof-rewrite-incremental-fsync' : 'rdb-save-incremental-fsync';
    let file: BackgroundFile;
    try {
      if (this.#files === undefined) throw new Error('this instance has no files');
      file = new BackgroundFile(this.#files.create(name), configuration.boolean(option));
    } catch (error) {
      done(new SaveFailure('open', error));
      return;
    }
    if (form === 'rdb') {
      this.#begin({ target: file, name, done }, this.#rdb(file, aofBase));
      return;
    }
    const output = new RdbOutput(file, file.newChunk(), { compress: false, checksum: false });
    const stamp = configuration.boolean('aof-timestamp-enabled') ? this.#seconds : null;
    const format = new CommandSnapshot(keyspace, separateStore(keyspace), output, libraries, stamp);
    this.#begin({ target: file, name, done }, format);
  }

  /** Begins to send the data set as it is now. REQUIRES: nothing is running. */
  send(target: SnapshotTarget, { functionsOnly, done }: SendRequest): void {
    const format = this.#rdb(target, false);
    if (!functionsOnly) return this.#begin({ target, name: undefined, done }, format);
    format.begin();
    format.end();
    done();
  }

  #begin(request: Pick<Job, 'target' | 'name' | 'done'>, format: SnapshotFormat): void {
    if (this.#job !== undefined) throw new Error('Snapshotting: a snapshot is running');
    this.#isReserved = false;
    this.#sweep(Number.POSITIVE_INFINITY);
    const snapshot = new SlicedSnapshot(this.#server.keyspace, format);
    const job = { ...request, isWritten: false, snapshot };
    this.#job = job;
    job.target.onProgress = () => {
      if (this.#job === job) this.#continue();
    };
    this.#continue();
  }

  #rdb(target: SnapshotTarget, aofBase: boolean): RdbSnapshot {
    const { configuration, keyspace, libraries } = this.#server;
    const origin = {
      redisVersion: REDIS_VERSION,
      createdSeconds: this.#seconds,
      usedMemoryBytes: usedMemory(this.#server, 0),
      aofBase,
    };
    const output = new RdbOutput(target, target.newChunk(), outputOptions(configuration));
    return new RdbSnapshot(keyspace, separateStore(keyspace), origin, libraries, output);
  }

  get #seconds(): number {
    return Math.floor(this.#server.clock.milliseconds() / 1000);
  }

  /** Gives up what is running: its file is removed, and `done` is not called. */
  cancel(): void {
    this.#isReserved = false;
    const job = this.#job;
    if (job === undefined) return;
    this.#abandon(job);
  }

  /** At the end of each turn of the loop. */
  turnEnded(): void {
    if (this.#job === undefined && this.#cancelled === undefined) return;
    if (this.#isDelayed || this.#job?.isWritten === true) return;
    // For tests of what happens meanwhile: microseconds that each key takes.
    const delay = Math.max(0, this.#server.configuration.number('rdb-key-save-delay'));
    const written = this.keysWritten;
    this.#slice(delay > 0 ? 0 : SLICE_MICROSECONDS);
    const milliseconds = ((this.keysWritten - written) * delay) / 1000;
    if (milliseconds > 0 && this.#server.isAttached) this.#delay(milliseconds);
  }

  #delay(milliseconds: number): void {
    this.#isDelayed = true;
    this.#server.transport.setTimer(milliseconds, () => {
      this.#isDelayed = false;
      this.#continue();
    });
  }

  #continue(): void {
    if (this.#server.isAttached) this.#server.transport.requestTurn();
  }

  #slice(microseconds: number): void {
    if (this.#cancelled !== undefined) return this.#sweep(SLICE_MICROSECONDS);
    const job = this.#job as Job;
    const { target, snapshot } = job;
    if (target.failure !== null) return this.#fail(job, target.failure);
    // The target says when it goes on.
    if (target.isFull) return;
    this.#budget.start(microseconds);
    if (snapshot.run(this.#budget)) return this.#continue();
    job.isWritten = true;
    target.finish((error) => {
      if (this.#job !== job) return;
      if (error !== null) return this.#fail(job, error);
      this.#job = undefined;
      job.done(null);
    });
  }

  #fail(job: Job, error: Error): void {
    this.#abandon(job);
    job.done(new SaveFailure('write', error));
  }

  #abandon({ target, snapshot, name }: Job): void {
    this.#job = undefined;
    target.abandon();
    if (snapshot.cancel()) this.#cancelled = snapshot;
    if (this.#files !== undefined && name !== undefined) removeQuietly(this.#files, name);
    this.#continue();
  }

  /** Takes away the marks of the snapshot that was given up. */
  #sweep(microseconds: number): void {
    if (this.#cancelled === undefined) return;
    this.#budget.start(microseconds);
    if (this.#cancelled.run(this.#budget)) this.#continue();
    else this.#cancelled = undefined;
  }
}
