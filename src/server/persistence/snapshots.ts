/** Cold. Snapshots of the data set in the file `dbfilename`: when they are written, how that went, and reading them. */
import type { DataFiles } from '../../persistence/files.ts';
import { removeQuietly, SaveFailure, type SaveStep, saveSnapshot } from '../../persistence/rdb/file.ts';
import { type SavePoint, savePoints } from '../config/kinds/save-points.ts';
import { GATE_LOADING, GATE_SAVE_FAILED } from '../gates.ts';
import { usedMemory } from '../information/memory-figures.ts';
import type { Server } from '../server.ts';
import { getSystemErrorMessage } from '../system/errors.ts';
import { REDIS_VERSION } from '../version.ts';
import { outputOptions } from './output-options.ts';

/** After a failure, save points wait this long before the next attempt. */
const RETRY_SECONDS = 5;

/** A save in the background. */
interface Job {
  /** Seconds of the epoch. */
  readonly startedAt: number;
  /** `keyspace.dirty` of what it contains. */
  readonly dirty: number;
}

export class Snapshots {
  readonly #server: Server;
  readonly #files: DataFiles | undefined;
  /** `keyspace.dirty` when the data set was last equal to its file. */
  #cleanAt = 0;
  #job: Job | undefined;
  /** Seconds of the epoch: the last success, or the start; and the last attempt in the background. */
  lastSavedAt: number;
  #lastTriedAt = 0;
  /** Whether the last save in the background was a success; true before the first. */
  lastSucceeded = true;
  /** What the last save in the background took; -1 before the first. */
  lastSeconds = -1;
  /** Whether a save begins as soon as nothing else is being written; BGSAVE SCHEDULE. */
  isScheduled = false;
  /** Saves by command or save point, those that failed included. */
  saves = 0;

  constructor(server: Server, files: DataFiles | undefined) {
    this.#server = server;
    this.#files = files;
    this.lastSavedAt = this.#seconds;
    server.cron.add(() => this.#tick());
    for (const name of ['save', 'stop-writes-on-bgsave-error'])
      server.configuration.onChange(name, () => this.#updateGate());
  }

  /** Changes that no snapshot has yet. */
  get changes(): number {
    return this.#server.keyspace.dirty - this.#cleanAt;
  }

  get isInProgress(): boolean {
    return this.#job !== undefined;
  }

  /** Seconds since the save in progress began; -1 without one. */
  get currentSeconds(): number {
    return this.#job === undefined ? -1 : this.#seconds - this.#job.startedAt;
  }

  get hasSavePoints(): boolean {
    return this.#savePoints.length > 0;
  }

  /** The data set and its file are equal, or it does not matter that they are not. */
  markClean(): void {
    this.#cleanAt = this.#server.keyspace.dirty;
  }

  /** Saves now. Returns whether that worked; the log tells why it did not. */
  save(): boolean {
    if (!this.#write()) return false;
    this.#saved(this.#server.keyspace.dirty);
    this.#setStatus(true);
    return true;
  }

  /** All keys were flushed by command: with save points, the file is emptied as well. */
  flushedAll(): void {
    this.cancel();
    if (!this.hasSavePoints) return;
    if (this.#write()) this.#saved(this.#server.keyspace.dirty);
  }

  /** Begins a save in the background. REQUIRES: nothing else is being written (`server.snapshotting`). */
  start(): void {
    const { keyspace, log, host, snapshotting } = this.#server;
    this.saves++;
    this.isScheduled = false;
    this.#lastTriedAt = this.#seconds;
    log.notice(`Background saving started by pid ${host.id}`);
    const job = { startedAt: this.#seconds, dirty: keyspace.dirty };
    this.#job = job;
    snapshotting.begin({
      name: this.#backgroundName,
      form: 'rdb',
      aofBase: false,
      done: (failure) => {
        if (failure === null) this.#replaceFile(job);
        else this.#end(job, failure);
      },
    });
  }

  /** Gives up the save in progress, or the one that is to begin. Returns whether there was one. */
  cancel(): boolean {
    const wasScheduled = this.isScheduled;
    this.isScheduled = false;
    if (this.#job === undefined) return wasScheduled;
    this.#job = undefined;
    this.#server.snapshotting.cancel();
    return true;
  }

  /** Gives the file that was written its name. */
  #replaceFile(job: Job): void {
    const files = this.#files as DataFiles;
    try {
      files.rename(this.#backgroundName, this.#name);
    } catch (error) {
      removeQuietly(files, this.#backgroundName);
      this.#end(job, new SaveFailure('rename', error));
      return;
    }
    this.#server.log.notice('DB saved on disk');
    files.syncLater((error) => this.#end(job, error === null ? null : new SaveFailure('rename', error)));
  }

  #end(job: Job, failure: SaveFailure | null): void {
    if (this.#job !== job) return;
    const { log } = this.#server;
    this.#job = undefined;
    this.lastSeconds = this.#seconds - job.startedAt;
    if (failure === null) {
      this.#saved(job.dirty);
      log.notice('Background saving terminated with success');
    } else {
      this.#tell(failure, this.#backgroundName);
      log.warning('Background saving error');
    }
    this.#setStatus(failure === null);
  }

  get #name(): string {
    return this.#server.configuration.text('dbfilename');
  }

  /** What the file is called while it is written in the background. */
  get #backgroundName(): string {
    return `temp-${this.#server.host.id}-background.rdb`;
  }

  get #seconds(): number {
    return Math.floor(this.#server.clock.milliseconds() / 1000);
  }

  get #savePoints(): readonly SavePoint[] {
    return this.#server.configuration.value('save', savePoints);
  }

  #tick(): void {
    if ((this.#server.gates & GATE_LOADING) !== 0 || this.#server.snapshotting.isRunning) return;
    if (this.isScheduled) {
      this.start();
      return;
    }
    const now = this.#seconds;
    if (!this.lastSucceeded && now - this.#lastTriedAt <= RETRY_SECONDS) return;
    const due = this.#savePoints.find(
      ({ changes, seconds }) => this.changes >= changes && now - this.lastSavedAt > seconds,
    );
    if (due === undefined) return;
    this.#server.log.notice(`${due.changes} changes in ${due.seconds} seconds. Saving...`);
    this.start();
  }

  #saved(dirty: number): void {
    this.#cleanAt = dirty;
    this.lastSavedAt = this.#seconds;
  }

  #setStatus(succeeded: boolean): void {
    this.lastSucceeded = succeeded;
    this.#updateGate();
  }

  /** Writes are refused while the data cannot be saved, if that is wanted. */
  #updateGate(): void {
    const server = this.#server;
    const refuses = server.configuration.boolean('stop-writes-on-bgsave-error') && this.hasSavePoints;
    if (refuses && !this.lastSucceeded) server.gates |= GATE_SAVE_FAILED;
    else server.gates &= ~GATE_SAVE_FAILED;
  }

  #write(): boolean {
    const { configuration, keyspace, log, host } = this.#server;
    if (this.#files === undefined) {
      log.warning('This instance has no files: nothing is saved');
      return false;
    }
    const temporaryName = `temp-${host.id}.rdb`;
    try {
      saveSnapshot(keyspace, this.#files, {
        name: this.#name,
        temporaryName,
        ...outputOptions(configuration),
        libraries: this.#server.libraries,
        origin: {
          redisVersion: REDIS_VERSION,
          createdSeconds: this.#seconds,
          usedMemoryBytes: usedMemory(this.#server, 0),
          aofBase: false,
        },
      });
    } catch (error) {
      if (!(error instanceof SaveFailure)) throw error;
      this.#tell(error, temporaryName);
      return false;
    }
    log.notice('DB saved on disk');
    return true;
  }

  #tell(failure: SaveFailure, temporaryName: string): void {
    const { configuration, log } = this.#server;
    log.warning(explain(failure, this.#name, temporaryName, configuration.directory));
    const { cause } = failure;
    // Not the system's failure but ours: the place is wanted.
    if (cause instanceof Error && !('code' in cause)) log.warning(`${cause.stack}`);
  }
}

function explain({ step, cause }: SaveFailure, name: string, temporary: string, directory: string): string {
  const reason = getSystemErrorMessage(cause);
  const texts: Record<SaveStep, string> = {
    open: `Failed opening the temp RDB file ${temporary} (in server root dir ${directory}) for saving: ${reason}`,
    write: `Write error while saving DB to the disk: ${reason}`,
    rename: `Error moving temp DB file ${temporary} on the final destination ${name} (in server root dir ${directory}): ${reason}`,
  };
  return texts[step];
}
