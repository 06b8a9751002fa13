/** Hot. Brings commands to the append-only file: one write a turn of the loop, and made durable as `appendfsync` says. */
import type { DataFiles, WritableFile } from '../../persistence/files.ts';
import type { Server } from '../server.ts';
import { getSystemErrorMessage } from '../system/errors.ts';
import { AppendBuffer } from './append-buffer.ts';

export type SyncPolicy = 'always' | 'everysec' | 'no';

/** How long writing waits for a sync that is under way: a write to such a file is likely to wait for it in the system. */
const POSTPONED_MS_MAX = 2000;
const SECOND = 1000;
/** While writing fails, the log is told this often. */
const COMPLAINT_INTERVAL_MS = 30_000;

/** A file, and how many syncs of it are under way beside the loop: it is closed when it was left and none is. */
interface OpenFile {
  readonly file: WritableFile;
  name: string;
  pendingSyncs: number;
}

/**
 * Offsets count the bytes of all commands since the start, whatever file they went to.
 *
 * Invariants:
 * 1. `syncedOffset <= writtenOffset`; the buffer holds what comes behind `writtenOffset`. What is before `syncedOffset` is as
 *    durable as `appendfsync` promises.
 * 2. The file ends where its last successful write ended, or `#damaged` is set and it is cut before the next one.
 */
export class AppendWriter {
  readonly buffer = new AppendBuffer();
  readonly #server: Server;
  policy: SyncPolicy = 'everysec';
  #open: OpenFile | undefined;
  #files: DataFiles | undefined;
  /** Bytes of the file in effect. */
  fileBytes = 0;
  #damaged = false;
  /** Whether nothing is written: what is in the buffer will go to another file, or be forgotten. */
  isHeld = false;
  writtenOffset = 0;
  syncedOffset = 0;
  /** Up to here the commands are on the disk, whatever `appendfsync` promises. */
  #durableOffset = 0;
  /** Seconds of the epoch of the last sync beside the loop. */
  #syncedSecond = 0;
  /** Syncs under way beside the loop, those of files that were left included. */
  pendingSyncs = 0;
  #postponedSince = 0;
  /** How often writing did not wait any longer for a sync. */
  delayedSyncs = 0;
  /** What the last write, and the last sync beside the loop, failed with; null if they did not. */
  writeError: unknown = null;
  syncError: unknown = null;
  #complainedAt = Number.NEGATIVE_INFINITY;
  /** Told when `syncedOffset` has grown. */
  onSynced: () => void = () => {};
  /** Told when `writeError` or `syncError` has changed. */
  onStatus: () => void = () => {};

  constructor(server: Server) {
    this.#server = server;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** The offset behind everything that was added. */
  get offset(): number {
    return this.writtenOffset + this.buffer.length;
  }

  /**
   * Writes to `file` from now on, which is called `name` and has `bytes` already; the file before it is made durable and
   * closed beside the loop. REQUIRES: the buffer has nothing that belongs to that one.
   */
  open(files: DataFiles, file: WritableFile, name: string, bytes: number): void {
    this.#leave();
    this.#open = { file, name, pendingSyncs: 0 };
    this.#files = files;
    this.fileBytes = bytes;
    this.#damaged = false;
    this.isHeld = false;
    this.#postponedSince = 0;
    this.#syncedSecond = this.#seconds;
  }

  /** The file in effect has got another name. */
  renamed(name: string): void {
    if (this.#open !== undefined) this.#open.name = name;
  }

  /** Writes what is due. `isForced`: without waiting for anything. */
  flush(isForced = false): void {
    const open = this.#open;
    if (open === undefined || this.isHeld) return;
    if (this.buffer.length > 0) {
      if (!isForced && this.#mustWait(open)) return;
      this.#postponedSince = 0;
      if (!this.#write(open)) return;
    }
    if (this.syncedOffset < this.writtenOffset) this.#syncIfDue(open);
  }

  /** Writes everything and makes it durable, now. Returns whether that worked; the log tells why it did not. */
  flushAndSync(): boolean {
    const open = this.#open;
    if (open === undefined) return true;
    this.flush(true);
    if (this.buffer.length > 0) return false;
    try {
      open.file.sync();
    } catch (error) {
      this.#server.log.warning(`Fail to fsync the AOF file: ${getSystemErrorMessage(error)}`);
      return false;
    }
    this.#durable(this.writtenOffset);
    return true;
  }

  /** How much of what was added is not known to be on the disk. */
  get volatileBytes(): number {
    return this.offset - this.#durableOffset;
  }

  /** Writes everything and makes it durable beside the loop. `done` is told whether that worked; the log tells why it did not. */
  flushAndSyncLater(done: (worked: boolean) => void): void {
    const open = this.#open;
    this.flush(true);
    if (open === undefined || this.buffer.length > 0) return done(open === undefined);
    this.#syncLater(open, done);
  }

  /**
   * What comes before an offset is kept somewhere else, durable, so the file need not have it: forgets what of that is in the
   * buffer. REQUIRES: another file is opened next.
   */
  forgetBefore(offset: number): void {
    const count = Math.max(0, offset - this.writtenOffset);
    this.buffer.taken(count);
    this.writtenOffset += count;
    this.#durable(this.writtenOffset);
    this.#setWriteError(null);
  }

  /** Closes the file as it is, and forgets what could not be written. */
  close(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    this.isHeld = false;
    this.writtenOffset += this.buffer.length;
    this.buffer.taken(this.buffer.length);
    this.#durableOffset = this.writtenOffset;
    this.#setWriteError(null);
    this.#setSyncError(null);
    closeIfUnused(open);
  }

  #leave(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    if (this.syncedOffset < this.writtenOffset) this.#syncLater(open);
    else closeIfUnused(open);
  }

  get #seconds(): number {
    return Math.floor(this.#server.keyspace.now / SECOND);
  }

  /** Whether the write had better wait for the sync under way. */
  #mustWait({ pendingSyncs }: OpenFile): boolean {
    if (this.policy !== 'everysec' || pendingSyncs === 0) return false;
    const { now } = this.#server.keyspace;
    if (this.#postponedSince === 0) this.#postponedSince = now;
    if (now - this.#postponedSince < POSTPONED_MS_MAX) return true;
    this.delayedSyncs++;
    this.#server.log.notice(
      'Asynchronous AOF fsync is taking too long (disk is busy?). Writing the AOF buffer without waiting for fsync to ' +
        'complete, this may slow down Redis.',
    );
    return false;
  }

  /** Hands the buffer to the file. Returns whether all of it was taken. */
  #write({ file, name, pendingSyncs }: OpenFile): boolean {
    const { buffer } = this;
    const { clock, latency, keyspace } = this.#server;
    const { length } = buffer;
    const start = latency.threshold === 0 ? 0 : clock.microseconds();
    try {
      if (this.#damaged) this.#files?.truncate(name, this.fileBytes);
      this.#damaged = false;
      file.write(buffer.bytes, length);
    } catch (error) {
      this.#failed(name, error);
      return false;
    }
    if (latency.threshold !== 0) {
      const milliseconds = (clock.microseconds() - start) / 1000;
      latency.add('aof-write', milliseconds, keyspace.now);
      latency.add(this.#writeEvent(pendingSyncs), milliseconds, keyspace.now);
    }
    this.fileBytes += length;
    this.writtenOffset += length;
    buffer.taken(length);
    if (this.writeError !== null) {
      this.#server.log.warning('AOF write error looks solved. The server can write again.');
      this.#setWriteError(null);
    }
    return true;
  }

  #writeEvent(pendingSyncs: number): string {
    if (pendingSyncs > 0) return 'aof-write-pending-fsync';
    return this.#server.snapshotting.isRunning ? 'aof-write-active-child' : 'aof-write-alone';
  }

  /** A write has failed, perhaps in its middle: the file is cut to what it was. */
  #failed(name: string, error: unknown): void {
    const { log, control, keyspace } = this.#server;
    const reason = getSystemErrorMessage(error);
    this.#damaged = true;
    try {
      this.#files?.truncate(name, this.fileBytes);
      this.#damaged = false;
    } catch (failure) {
      const why = getSystemErrorMessage(failure);
      log.warning(
        `Could not remove short write from the append-only file. The file may be damaged. ftruncate: ${why}`,
      );
    }
    if (this.policy === 'always') {
      log.warning(`Error writing to the AOF file: ${reason}`);
      log.warning("Can't recover from AOF write error when the AOF fsync policy is 'always'. Exiting...");
      control.exit(1);
    } else if (this.writeError === null || keyspace.now - this.#complainedAt > COMPLAINT_INTERVAL_MS) {
      this.#complainedAt = keyspace.now;
      log.warning(`Error writing to the AOF file: ${reason}`);
    }
    this.#setWriteError(error);
  }

  #syncIfDue(open: OpenFile): void {
    // What the system has is all that is promised.
    if (this.policy === 'no') return this.#synced(this.writtenOffset);
    const { configuration, snapshotting } = this.#server;
    if (snapshotting.isRunning && configuration.boolean('no-appendfsync-on-rewrite')) return;
    if (this.policy === 'always') this.#syncNow(open);
    // One at a time, so that what was written earlier is durable earlier.
    else if (this.pendingSyncs === 0 && this.#seconds > this.#syncedSecond) this.#syncLater(open);
  }

  #syncNow({ file }: OpenFile): void {
    const { clock, latency, keyspace, log, control } = this.#server;
    const start = latency.threshold === 0 ? 0 : clock.microseconds();
    try {
      file.sync();
    } catch (error) {
      const reason = getSystemErrorMessage(error);
      log.warning(
        `Can't persist AOF for fsync error when the AOF fsync policy is 'always': ${reason}. Exiting...`,
      );
      control.exit(1);
      this.#setSyncError(error);
      return;
    }
    if (latency.threshold !== 0)
      latency.add('aof-fsync-always', (clock.microseconds() - start) / 1000, keyspace.now);
    this.#durable(this.writtenOffset);
  }

  #syncLater(open: OpenFile, done?: (worked: boolean) => void): void {
    const offset = this.writtenOffset;
    open.pendingSyncs++;
    this.pendingSyncs++;
    this.#syncedSecond = this.#seconds;
    open.file.syncLater((error) => {
      open.pendingSyncs--;
      this.pendingSyncs--;
      if (error === null) this.#durable(offset);
      else this.#syncFailed(error);
      if (this.#open !== open) closeIfUnused(open);
      else if (this.#postponedSince > 0) this.flush();
      done?.(error === null);
    });
  }

  #durable(offset: number): void {
    this.#durableOffset = Math.max(offset, this.#durableOffset);
    this.#synced(offset);
  }

  #synced(offset: number): void {
    if (this.syncError !== null) this.#setSyncError(null);
    if (offset <= this.syncedOffset) return;
    this.syncedOffset = offset;
    this.onSynced();
  }

  #syncFailed(error: unknown): void {
    if (this.syncError === null)
      this.#server.log.warning(`Fail to fsync the AOF file: ${getSystemErrorMessage(error)}`);
    this.#setSyncError(error);
  }

  #setWriteError(error: unknown): void {
    this.writeError = error;
    this.onStatus();
  }

  #setSyncError(error: unknown): void {
    this.syncError = error;
    this.onStatus();
  }
}

function closeIfUnused({ file, pendingSyncs }: OpenFile): void {
  if (pendingSyncs > 0) return;
  try {
    file.close();
  } catch {
    // All that mattered was told by write and sync; the descriptor is gone all the same.
  }
}
