/**
 * Cold. Rewrites the append-only file: a new incremental file takes what comes from now on, and a snapshot of this moment
 * becomes the base before it. Until that is complete, the old base and all incremental files stand for the data.
 */
import type { BaseForm } from '../../persistence/aof/manifest.ts';
import { removeQuietly, type SaveFailure } from '../../persistence/rdb/file.ts';
import { GATE_LOADING } from '../gates.ts';
import type { Server } from '../server.ts';
import { getSystemErrorMessage } from '../system/errors.ts';
import type { AppendOnlyFile } from './append-only-file.ts';
import { growth, hasGrown, RetryDelay } from './rewrite-schedule.ts';

interface Job {
  /** Seconds of the epoch. */
  readonly startedAt: number;
  readonly form: BaseForm;
}

/** So much is made durable at once, by a rewrite that begins; more is made durable beside the loop first, while writes go on. */
const SYNCED_AT_ONCE_BYTES = 1 << 20;
/** How often, for more comes meanwhile, and faster than the disk takes it perhaps. */
const SYNC_ROUNDS_MAX = 5;

export class Rewrite {
  readonly #server: Server;
  readonly #owner: AppendOnlyFile;
  readonly #delay = new RetryDelay();
  #job: Job | undefined;
  /** Whether one begins as soon as nothing else is being written. */
  isScheduled = false;
  lastSucceeded = true;
  /** What the last one took; -1 before the first. */
  lastSeconds = -1;
  /** How many were begun. */
  count = 0;

  constructor(server: Server, owner: AppendOnlyFile) {
    this.#server = server;
    this.#owner = owner;
  }

  get isInProgress(): boolean {
    return this.#job !== undefined;
  }

  /** Seconds since the one in progress began; -1 without one. */
  get currentSeconds(): number {
    return this.#job === undefined ? -1 : this.#seconds - this.#job.startedAt;
  }

  /** Failures since the last success. */
  get failures(): number {
    return this.#delay.failures;
  }

  /** Begins. Returns whether that worked; the log tells why it did not. REQUIRES: nothing else is being written. */
  start(): boolean {
    const { snapshotting, configuration } = this.#server;
    this.isScheduled = false;
    this.count++;
    const form: BaseForm = configuration.boolean('aof-use-rdb-preamble') ? 'rdb' : 'commands';
    const job = { startedAt: this.#seconds, form };
    if (this.#owner.writer.volatileBytes <= SYNCED_AT_ONCE_BYTES) return this.#begin(job);
    this.#job = job;
    snapshotting.reserve();
    this.#syncFirst(job, SYNC_ROUNDS_MAX);
    return true;
  }

  /** Makes durable what a file has that is about to be left, as long as it is much, and begins. */
  #syncFirst(job: Job, rounds: number): void {
    const { writer } = this.#owner;
    writer.flushAndSyncLater((worked) => {
      if (this.#job !== job) return;
      if (worked && rounds > 1 && writer.volatileBytes > SYNCED_AT_ONCE_BYTES) {
        this.#syncFirst(job, rounds - 1);
        return;
      }
      this.#job = undefined;
      this.#server.snapshotting.cancel();
      if (worked || writer.writeError !== null) this.#begin(job);
      else this.#cannotBegin();
    });
  }

  #cannotBegin(): false {
    this.lastSucceeded = false;
    this.#delay.failed();
    return false;
  }

  #begin(job: Job): boolean {
    const { log, host, snapshotting } = this.#server;
    if (!this.#owner.switchFile()) return this.#cannotBegin();
    this.#job = job;
    log.notice(`Background append only file rewriting started by pid ${host.id}`);
    snapshotting.begin({
      name: this.#temporaryName,
      form: job.form,
      aofBase: true,
      done: (failure) => {
        if (this.#job === job) this.#written(job, failure);
      },
    });
    return true;
  }

  /** Gives up the one in progress, or the one that is to begin. */
  cancel(): void {
    this.isScheduled = false;
    if (this.#job === undefined) return;
    this.#server.log.notice('Killing AOF child');
    this.#job = undefined;
    this.#server.snapshotting.cancel();
    this.#owner.endHold();
  }

  /** Begins one if it is scheduled, or the file has grown enough. */
  tick(): void {
    const { gates, snapshotting, configuration, log } = this.#server;
    if ((gates & GATE_LOADING) !== 0 || snapshotting.isRunning || this.isInProgress) return;
    if (this.isScheduled) {
      if (!this.#mustWait()) this.start();
      return;
    }
    if (this.#owner.state !== 'on') return;
    const sizes = {
      current: this.#owner.currentBytes,
      base: this.#owner.baseBytes,
      minimum: configuration.number('auto-aof-rewrite-min-size'),
    };
    if (!hasGrown(sizes, configuration.number('auto-aof-rewrite-percentage')) || this.#mustWait()) return;
    log.notice(`Starting automatic rewriting of AOF on ${growth(sizes)}% growth`);
    this.start();
  }

  get #seconds(): number {
    return Math.floor(this.#server.clock.milliseconds() / 1000);
  }

  /** Where the base lies while it is written. */
  get #temporaryName(): string {
    const { directory } = this.#owner;
    return directory.path(directory.temporaryBaseName);
  }

  #mustWait(): boolean {
    return this.#delay.mustWait(this.#seconds, (minutes) =>
      this.#server.log.warning(
        `Background AOF rewrite has repeatedly failed and triggered the limit, will retry in ${minutes} minutes`,
      ),
    );
  }

  /** The new base is complete, or could not be written. */
  #written(job: Job, failure: SaveFailure | null): void {
    const { log } = this.#server;
    const succeeded = failure === null ? this.#install(job) : this.#tell(failure);
    this.#job = undefined;
    this.lastSeconds = this.#seconds - job.startedAt;
    this.lastSucceeded = succeeded;
    if (succeeded) {
      this.#delay.succeeded();
      log.notice('Background AOF rewrite finished successfully');
    } else {
      this.#delay.failed();
      if (this.#server.files !== undefined) removeQuietly(this.#server.files, this.#temporaryName);
    }
    this.#owner.rewriteEnded(succeeded);
  }

  #tell({ cause }: SaveFailure): false {
    const { log } = this.#server;
    log.warning(`Write error writing append only file on disk: ${getSystemErrorMessage(cause)}`);
    log.warning('Background AOF rewrite terminated with error');
    // Not the system's failure but ours: the place is wanted.
    if (cause instanceof Error && !('code' in cause)) log.warning(`${cause.stack}`);
    return false;
  }

  /** Puts the new base in the place of the old one and of all incremental files but the last. */
  #install({ form }: Job): boolean {
    const { log } = this.#server;
    log.notice('Background AOF rewrite terminated with success');
    try {
      this.#owner.install(form);
      return true;
    } catch (error) {
      log.warning(`Error putting the new AOF base file in its place: ${getSystemErrorMessage(error)}`);
      return false;
    }
  }
}
