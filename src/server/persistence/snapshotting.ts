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
import { usedMemory } from '../information/memory-figures.ts';
import type { Server } from '../server.ts';
import { REDIS_VERSION } from '../version.ts';

/** A slice is what a request may have to wait for. */
const SLICE_MICROSECONDS = 500;
/** Between slices, if there are requests. */
const REST_MILLISECONDS = 1;

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

interface Job {
  readonly request: SnapshotRequest;
  readonly snapshot: SlicedSnapshot;
  readonly file: BackgroundFile;
  /** Whether all has been handed to the file. */
  isWritten: boolean;
}

/**
 * One snapshot at a time. While there are requests the slices take a third of the time, else all of it; they pause while
 * the disk does not keep up.
 */
export class Snapshotting {
  readonly #server: Server;
  readonly #files: DataFiles | undefined;
  readonly #budget: TimeBudget;
  #job: Job | undefined;
  /** A snapshot that was given up, whose marks have still to be taken away. */
  #cancelled: SlicedSnapshot | undefined;
  #commandsSeen = 0;
  #isResting = false;

  constructor(server: Server, files: DataFiles | undefined) {
    this.#server = server;
    this.#files = files;
    this.#budget = new TimeBudget(() => server.clock.microseconds());
  }

  /** Whether a file is being written. */
  get isRunning(): boolean {
    return this.#job !== undefined;
  }

  /** Keys that are to be written, and how many of them have been; 0 without a file. */
  get keysTotal(): number {
    return this.#job?.snapshot.keysTotal ?? 0;
  }

  get keysWritten(): number {
    return this.#job?.snapshot.keysWritten ?? 0;
  }

  /** Begins to write the data set as it is now. REQUIRES: nothing is running. */
  begin(request: SnapshotRequest): void {
    if (this.isRunning) throw new Error('Snapshotting: a snapshot is running');
    this.#sweep(Number.POSITIVE_INFINITY);
    const { keyspace, configuration, clock } = this.#server;
    let file: BackgroundFile;
    try {
      if (this.#files === undefined) throw new Error('this instance has no files');
      file = new BackgroundFile(this.#files.create(request.name));
    } catch (error) {
      request.done(new SaveFailure('open', error));
      return;
    }
    const origin = {
      redisVersion: REDIS_VERSION,
      createdSeconds: Math.floor(clock.milliseconds() / 1000),
      usedMemoryBytes: usedMemory(this.#server, 0),
      aofBase: request.aofBase,
    };
    const isRdb = request.form === 'rdb';
    const options = {
      compress: configuration.boolean('rdbcompression'),
      checksum: isRdb && configuration.boolean('rdbchecksum'),
    };
    const store = separateStore(keyspace);
    const { libraries } = this.#server;
    const output = new RdbOutput(file, file.newChunk(), options);
    const stamp = configuration.boolean('aof-timestamp-enabled') ? origin.createdSeconds : null;
    const format = isRdb
      ? new RdbSnapshot(keyspace, store, origin, libraries, output)
      : new CommandSnapshot(store, output, libraries, stamp);
    const job = { request, file, isWritten: false, snapshot: new SlicedSnapshot(keyspace, format) };
    this.#job = job;
    file.onProgress = () => {
      if (this.#job === job) this.#continue();
    };
    this.#continue();
  }

  /** Gives up what is running: its file is removed, and `done` is not called. */
  cancel(): void {
    const job = this.#job;
    if (job === undefined) return;
    this.#abandon(job);
  }

  /** At the end of each turn of the loop. */
  turnEnded(): void {
    if (this.#job === undefined && this.#cancelled === undefined) return;
    if (this.#isResting || this.#job?.isWritten === true) return;
    this.#slice();
    const { totalCommands } = this.#server.statistics;
    if (totalCommands === this.#commandsSeen || !this.#server.isAttached) return;
    this.#commandsSeen = totalCommands;
    this.#isResting = true;
    this.#server.transport.setTimer(REST_MILLISECONDS, () => {
      this.#isResting = false;
      this.#continue();
    });
  }

  #continue(): void {
    if (this.#server.isAttached) this.#server.transport.requestTurn();
  }

  #slice(): void {
    if (this.#cancelled !== undefined) return this.#sweep(SLICE_MICROSECONDS);
    const job = this.#job as Job;
    const { file, snapshot, request } = job;
    if (file.failure !== null) return this.#fail(job, 'write', file.failure);
    // The file goes on when it has written something.
    if (file.isFull) return;
    this.#budget.start(SLICE_MICROSECONDS);
    if (snapshot.run(this.#budget)) return this.#continue();
    job.isWritten = true;
    file.finish((error) => {
      if (this.#job !== job) return;
      if (error !== null) return this.#fail(job, 'write', error);
      this.#job = undefined;
      request.done(null);
    });
  }

  #fail(job: Job, step: 'write', error: Error): void {
    this.#abandon(job);
    job.request.done(new SaveFailure(step, error));
  }

  #abandon({ file, snapshot, request }: Job): void {
    this.#job = undefined;
    file.abandon();
    if (snapshot.cancel()) this.#cancelled = snapshot;
    if (this.#files !== undefined) removeQuietly(this.#files, request.name);
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
