/** Cold, but for `beforeFlush`. The append-only file of a running server: on, off, and what INFO tells of it. */
import { AofFileFailure } from '../../persistence/aof/directory.ts';
import {
  type AofFile,
  type BaseForm,
  Manifest,
  withNextBase,
  withNextIncremental,
  withOldIncrementalsAsHistory,
} from '../../persistence/aof/manifest.ts';
import type { WritableFile } from '../../persistence/files.ts';
import { removeQuietly, saveSnapshot } from '../../persistence/rdb/file.ts';
import { GATE_APPEND_FAILED, GATE_LOADING } from '../gates.ts';
import { usedMemory } from '../information/memory-figures.ts';
import type { Server } from '../server.ts';
import { getSystemErrorMessage } from '../system/errors.ts';
import { REDIS_VERSION } from '../version.ts';
import { AppendDirectory } from './append-directory.ts';
import { AppendSink } from './append-sink.ts';
import { openAppendOnlyFile } from './append-source.ts';
import { AppendWriter, type SyncPolicy } from './append-writer.ts';
import type { LoadSource } from './loading.ts';
import { Rewrite } from './rewrite.ts';
import { SyncWaiters } from './sync-waiters.ts';

/**
 * "waiting": it was switched on, and its first base is not complete. Commands go to a temporary file, which counts as soon as
 * the base does; there is none while the rewrite has not begun.
 */
export type AppendState = 'off' | 'waiting' | 'on';

const SECOND = 1000;

export class AppendOnlyFile {
  readonly #server: Server;
  readonly directory: AppendDirectory;
  readonly writer: AppendWriter;
  readonly rewrite: Rewrite;
  readonly waiters: SyncWaiters;
  readonly #sink: AppendSink;
  state: AppendState = 'off';
  /** Bytes of the files that count, but for the one that is written. */
  #completeBytes = 0;
  /** What all files measured when the data had been loaded or rewritten. */
  baseBytes = 0;
  #nextRetry = 0;
  /** Where the commands begin that a rewrite's base does not have, while there is no file that takes them; else -1. */
  #heldOffset = -1;

  constructor(server: Server) {
    const { configuration, cron } = server;
    this.#server = server;
    this.directory = new AppendDirectory(configuration, server.files);
    this.writer = new AppendWriter(server);
    this.rewrite = new Rewrite(server, this);
    this.waiters = new SyncWaiters(server, this.writer);
    this.#sink = new AppendSink(server.keyspace, this.writer);
    this.writer.onStatus = () => this.#updateGate();
    this.writer.onSynced = () => this.waiters.serve();
    configuration.follow('appendfsync', () => {
      this.writer.policy = configuration.text('appendfsync') as SyncPolicy;
    });
    configuration.follow('aof-timestamp-enabled', () => {
      this.#sink.stampsTime = configuration.boolean('aof-timestamp-enabled');
    });
    configuration.follow('aof-disable-auto-gc', () => this.#removeHistory());
    configuration.onApply(['appendonly'], () => this.#switch());
    cron.add((now) => this.#tick(now));
  }

  /** Bytes of all files that count. */
  get currentBytes(): number {
    return this.#completeBytes + this.writer.fileBytes;
  }

  /** What commands are told that must be refused; empty while nothing is wrong. */
  get refusal(): string {
    if (this.state === 'off') return '';
    const error = this.writer.writeError ?? this.writer.syncError ?? this.directory.syncFailure;
    return error === null ? '' : `MISCONF Errors writing to the AOF file: ${reasonOf(error)}`;
  }

  /** Before replies leave: what they promise is in the file. */
  beforeFlush(): void {
    if (this.writer.isOpen) this.writer.flush();
  }

  /**
   * The data have been loaded, from this file if `wasOn`: from now on the option counts. Returns whether that worked; the log
   * tells why it did not.
   */
  loaded(wasOn: boolean): boolean {
    if (!this.#server.configuration.boolean('appendonly')) return true;
    return wasOn ? this.#goOn() : this.#start();
  }

  /** Writes go on behind what was loaded. */
  #goOn(): boolean {
    const { directory } = this;
    const { log } = this.#server;
    try {
      if (directory.manifest.isEmpty) this.#createFirstBase();
      const { last } = directory.manifest;
      const file = last ?? this.#addIncremental();
      log.notice(`${last === null ? 'Creating' : 'Opening'} AOF incr file ${file.name} on server start`);
      if (last !== null) this.#openLast(last);
      directory.tidy((line) => log.notice(line));
    } catch (error) {
      log.warning(`Can't open the append-only file: ${reasonOf(error)}`);
      return false;
    }
    this.state = 'on';
    this.baseBytes = this.#measure(directory.manifest.base);
    this.#updateGate();
    return true;
  }

  /**
   * A rewrite begins: what comes from now on goes to another incremental file, or waits for one if the present one cannot be written.
   * Returns whether that worked; the log tells why it did not.
   */
  switchFile(): boolean {
    const { writer, directory } = this;
    const { log } = this.#server;
    // No power cut may take from this file and leave what comes in the next one.
    if (!writer.flushAndSync()) return this.state === 'on' && writer.writeError !== null && this.#hold();
    try {
      directory.know();
      directory.makeFolder();
      if (this.state === 'off') return true;
      if (this.state === 'waiting') {
        log.notice(`Creating AOF incr file ${directory.temporaryName} on background rewrite`);
        this.#completeBytes = 0;
        const path = directory.path(directory.temporaryName);
        this.#writeTo(directory.files.create(path), path, 0);
      } else {
        const bytes = writer.fileBytes;
        const file = this.#addIncremental();
        log.notice(`Creating AOF incr file ${file.name} on background rewrite`);
        this.#completeBytes += bytes;
      }
    } catch (error) {
      log.warning(`Can't open the append-only file: ${reasonOf(error)}`);
      return false;
    }
    this.#updateGate();
    return true;
  }

  /**
   * The disk is full, perhaps, and a base of what there is would take less. The file lacks what is in the buffer, so no other may
   * come behind it: its successor is begun when the base is complete, which has all of that.
   */
  #hold(): true {
    this.#server.log.warning('Rewriting an append only file that cannot be written');
    this.#heldOffset = this.writer.offset;
    this.writer.isHeld = true;
    this.#sink.fileChanged();
    return true;
  }

  /** Puts the base that a rewrite has written in the place of everything before the file that is written. */
  install(form: BaseForm): void {
    const { directory, state } = this;
    const { temporaryBaseName } = directory;
    const { log } = this.#server;
    const { files, place } = directory;
    let manifest = withNextBase(directory.manifest, place.prefix, form);
    const isHeld = this.#heldOffset >= 0;
    manifest = withOldIncrementalsAsHistory(manifest, state === 'on' && !isHeld ? 1 : 0);
    const { base } = manifest as { base: AofFile };
    directory.makeFolder();
    files.rename(directory.path(temporaryBaseName), directory.path(base.name));
    log.notice(`Successfully renamed the temporary AOF base file ${temporaryBaseName} into ${base.name}`);
    try {
      if (state === 'waiting') manifest = this.#nameTemporaryFile(manifest);
      if (isHeld) this.#goOnIn(withNextIncremental(manifest, place.prefix));
      else directory.save(manifest);
      this.#updateGate();
    } catch (error) {
      removeQuietly(files, directory.path(base.name));
      throw error;
    }
    this.#completeBytes = this.#measure(base);
  }

  /** Saves a manifest whose last file, which is new, takes what the base before it does not have. */
  #goOnIn(manifest: Manifest): void {
    const { directory, writer } = this;
    const { name } = manifest.last as AofFile;
    const path = directory.path(name);
    const file = directory.files.create(path);
    try {
      directory.save(manifest);
    } catch (error) {
      file.close();
      removeQuietly(directory.files, path);
      throw error;
    }
    this.#server.log.notice(`Creating AOF incr file ${name} behind the base that was written`);
    writer.forgetBefore(this.#heldOffset);
    writer.open(directory.files, file, path, 0);
  }

  /** No rewrite is under way: what is in the buffer goes to the file. */
  endHold(): void {
    this.#heldOffset = -1;
    this.writer.isHeld = false;
  }

  /** A rewrite is over. */
  rewriteEnded(succeeded: boolean): void {
    this.endHold();
    if (succeeded) {
      if (this.state === 'waiting') this.state = 'on';
      this.waiters.serve();
      this.baseBytes = this.currentBytes;
      this.#removeHistory();
    } else if (this.state === 'waiting') {
      // What was written since counts for nothing without a base: it all begins anew.
      this.#detach();
      this.rewrite.isScheduled = true;
    }
  }

  /** The end of the server is near: everything is written and made durable. Returns whether it may come. */
  shutDown(force: boolean): boolean {
    const { log } = this.#server;
    if (this.rewrite.isInProgress) {
      if (this.state === 'waiting')
        log.warning(`Writing initial AOF${force ? '. Exit anyway.' : ", can't exit."}`);
      if (this.state === 'waiting' && !force) return false;
      log.warning('There is a child rewriting the AOF. Killing it!');
      this.rewrite.cancel();
    }
    if (this.state === 'off') return true;
    log.notice('Calling fsync() on the AOF file.');
    return this.writer.flushAndSync() || force;
  }

  /** appendonly was set; returns why it cannot be. */
  #switch(): string | undefined {
    // What is to be done then is decided when the data are there.
    if ((this.#server.gates & GATE_LOADING) !== 0) return undefined;
    const wanted = this.#server.configuration.boolean('appendonly');
    if (wanted === (this.state !== 'off')) return undefined;
    if (!wanted) this.#stop();
    else if (!this.#start()) return 'Unable to turn on AOF. Check server logs.';
    return undefined;
  }

  /** Writes a base, while commands are noted that come meanwhile. */
  #start(): boolean {
    const { log, snapshotting } = this.#server;
    this.state = 'waiting';
    if (this.rewrite.isInProgress) {
      log.notice(
        'AOF was enabled but there is already an AOF rewriting in background. Stopping background AOF and starting a rewrite now.',
      );
      this.rewrite.cancel();
    } else if (snapshotting.isRunning) {
      this.rewrite.isScheduled = true;
      log.notice(
        'AOF was enabled but there is already another background operation. An AOF background was scheduled to start when possible.',
      );
      return true;
    }
    if (this.rewrite.start()) return true;
    this.state = 'off';
    log.warning(
      "Redis needs to enable the AOF but can't trigger a background AOF rewrite operation. Check the above logs for more info about the error.",
    );
    return false;
  }

  #stop(): void {
    this.waiters.refuse();
    this.endHold();
    this.writer.flushAndSync();
    const { isInProgress } = this.rewrite;
    this.#detach();
    this.state = 'off';
    if (isInProgress) this.rewrite.cancel();
    else this.rewrite.isScheduled = false;
    this.#updateGate();
  }

  /** Opens what is to be loaded. */
  open(): LoadSource | null | 'failed' {
    return openAppendOnlyFile(this.#server, this.directory);
  }

  /** Nothing is written any more. */
  #detach(): void {
    const { propagation } = this.#server;
    if (this.writer.isOpen) propagation.remove(this.#sink);
    this.writer.close();
    this.writer.fileBytes = 0;
    if (this.state === 'waiting') {
      const { directory } = this;
      removeQuietly(directory.files, directory.path(directory.temporaryName));
    }
  }

  /** A base of the data as they were loaded: nothing, mostly. */
  #createFirstBase(): void {
    const { directory } = this;
    const form = this.#server.configuration.boolean('aof-use-rdb-preamble') ? 'rdb' : 'commands';
    const manifest = withNextBase(directory.manifest, directory.place.prefix, form);
    const { base } = manifest as { base: AofFile };
    directory.makeFolder();
    this.#server.log.notice(`Creating AOF base file ${base.name} on server start`);
    if (form === 'rdb') this.#saveBase(directory.path(base.name));
    else directory.files.create(directory.path(base.name)).close();
    directory.save(manifest);
  }

  #saveBase(name: string): void {
    const server = this.#server;
    const { configuration, keyspace, clock } = server;
    saveSnapshot(keyspace, this.directory.files, {
      name,
      temporaryName: this.directory.path(this.directory.temporaryBaseName),
      compress: configuration.boolean('rdbcompression'),
      checksum: configuration.boolean('rdbchecksum'),
      libraries: server.libraries,
      origin: {
        redisVersion: REDIS_VERSION,
        createdSeconds: Math.floor(clock.milliseconds() / SECOND),
        usedMemoryBytes: usedMemory(server, 0),
        aofBase: true,
      },
    });
  }

  /** One more incremental file, which everything goes to that comes; it is in the manifest. */
  #addIncremental(): AofFile {
    const { directory } = this;
    const manifest = withNextIncremental(directory.manifest, directory.place.prefix);
    const added = manifest.last as AofFile;
    directory.makeFolder();
    const path = directory.path(added.name);
    const file = directory.files.create(path);
    try {
      directory.save(manifest);
    } catch (error) {
      file.close();
      throw error;
    }
    this.#writeTo(file, path, 0);
    return added;
  }

  /** Everything that comes goes to the file that was the last one when the server ended. */
  #openLast({ name }: AofFile): void {
    const { directory } = this;
    const sizes = directory.manifest.live.map((file) => directory.sizeOf(file.name));
    const bytes = directory.sizeOf(name);
    this.#completeBytes = sizes.reduce((sum, size) => sum + size, 0) - bytes;
    const path = directory.path(name);
    this.#writeTo(directory.files.append(path), path, bytes);
  }

  #writeTo(file: WritableFile, path: string, bytes: number): void {
    const isFirst = !this.writer.isOpen;
    this.writer.open(this.directory.files, file, path, bytes);
    this.#sink.fileChanged();
    if (isFirst) this.#server.propagation.add(this.#sink);
  }

  /** The file that commands went to while there was no base becomes the first of the incremental files. */
  #nameTemporaryFile(manifest: Manifest): Manifest {
    const { directory, writer } = this;
    const { temporaryName, files } = directory;
    const next = withNextIncremental(manifest, directory.place.prefix);
    const { name } = next.last as AofFile;
    files.rename(directory.path(temporaryName), directory.path(name));
    writer.renamed(directory.path(name));
    this.#server.log.notice(`Successfully renamed the temporary AOF incr file ${temporaryName} into ${name}`);
    return next;
  }

  /** What a file measures, for statistics: 0 if that cannot be told. */
  #measure(file: AofFile | null): number {
    try {
      return file === null ? 0 : this.directory.sizeOf(file.name);
    } catch {
      return 0;
    }
  }

  /** Removes what counts no longer, beside the loop. */
  #removeHistory(): void {
    const { directory } = this;
    const { log, configuration } = this.#server;
    const { history } = directory.manifest;
    // A manifest that may not stay could be followed by the one before it, which names these files.
    if (directory.syncFailure !== null) return;
    if (history.length === 0 || configuration.boolean('aof-disable-auto-gc')) return;
    let left = history.length;
    for (const { name } of history) {
      log.notice(`Removing the history file ${name} in the background`);
      directory.files.removeLater(directory.path(name), (error) => {
        if (error !== null) log.warning(`Cannot remove ${name}: ${getSystemErrorMessage(error)}`);
        if (--left === 0) this.#forget(history);
      });
    }
  }

  /** These files are gone. */
  #forget(files: readonly AofFile[]): void {
    const { directory } = this;
    const { manifest } = directory;
    try {
      const history = manifest.history.filter((file) => !files.includes(file));
      directory.save(new Manifest({ ...manifest, history }));
    } catch (error) {
      // They stay in the manifest, which does no harm, until the next time.
      this.#server.log.warning(`Cannot forget the history files of the AOF: ${reasonOf(error)}`);
    }
  }

  #tick(now: number): void {
    // Between the turns too, and again after a failure.
    if (this.writer.isOpen && (this.writer.writeError === null || now >= this.#nextRetry)) {
      this.#nextRetry = now + SECOND;
      this.writer.flush();
    }
    if (this.directory.syncFailure !== null && this.directory.syncAgain()) this.#removeHistory();
    this.#updateGate();
    this.rewrite.tick();
  }

  /** Writes are refused while they cannot be kept. */
  #updateGate(): void {
    const server = this.#server;
    if (this.refusal !== '') server.gates |= GATE_APPEND_FAILED;
    else server.gates &= ~GATE_APPEND_FAILED;
  }
}

/** What a step has failed with, and why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof AofFileFailure)) return getSystemErrorMessage(error);
  return `${error.message}: ${getSystemErrorMessage(error.cause)}`;
}
