/** Cold. An RDB file that is being loaded: the one `dbfilename` names, or the base of the append-only file. */
import { OutOfMemory } from '../../memory/arena.ts';
import type { DataFiles, ReadableFile } from '../../persistence/files.ts';
import { snapshotReader } from '../../persistence/rdb/file.ts';
import { RdbError } from '../../persistence/rdb/input.ts';
import type { RdbReader } from '../../persistence/rdb/reader.ts';
import { DuplicateKey, NoSuchDatabase, SnapshotLoader } from '../../persistence/rdb/snapshot-loader.ts';
import type { Server } from '../server.ts';
import { getSystemErrorMessage } from '../system/errors.ts';
import type { LoadSource } from './loading.ts';

const MEGABYTE = 1024 * 1024;

export interface SnapshotSourceOptions {
  /** How the log calls the file. */
  readonly name: string;
  /** Whether keys of the file take the places of those that are there. */
  readonly replaces: boolean;
  /** Whether it is the base of the append-only file, whose commands come behind it. */
  readonly isBase: boolean;
}

export class SnapshotSource implements LoadSource {
  readonly #server: Server;
  readonly #options: SnapshotSourceOptions;
  readonly #file: ReadableFile;
  readonly #loader: SnapshotLoader;
  readonly #reader: RdbReader;
  readonly #sanitizes: boolean;
  usedMemoryBytes = 0;

  constructor(server: Server, file: ReadableFile, options: SnapshotSourceOptions) {
    const { keyspace, configuration, loading } = server;
    this.#server = server;
    this.#options = options;
    this.#file = file;
    this.#loader = new SnapshotLoader(keyspace, {
      replaces: options.replaces,
      keepsExpired: options.isBase,
      libraries: server.libraries,
      sizeBytes: file.sizeBytes,
      auxiliary: (name, value) => this.#tell(name, value),
      emptyKey: (key) =>
        server.log.notice(`rdbLoad skipping empty key: ${Buffer.from(key).toString('latin1')}`),
    });
    const verifyChecksum = loading.verifiesChecksums && configuration.boolean('rdbchecksum');
    // "clients" means those that send RESTORE.
    this.#sanitizes = configuration.text('sanitize-dump-payload') === 'yes';
    this.#reader = snapshotReader(file, this.#loader, { verifyChecksum, sanitizes: this.#sanitizes });
  }

  get totalBytes(): number {
    return this.#file.sizeBytes;
  }

  get loadedBytes(): number {
    return this.#reader.offset;
  }

  step(): boolean {
    return this.#reader.step();
  }

  close(): void {
    this.#file.close();
    this.#server.loading.lastLoaded = this.#loader.loaded;
    this.#server.loading.lastExpired = this.#loader.expired;
    if (this.#sanitizes) this.#server.metrics.sanitizations += this.#reader.sanitizations;
  }

  finished(): void {
    const { loaded, expired, empty } = this.#loader;
    const skipped = empty === 0 ? '' : `, empty keys skipped: ${empty}`;
    this.#server.log.notice(`Done loading RDB, keys loaded: ${loaded}, keys expired: ${expired}${skipped}.`);
  }

  explain(error: unknown): string[] {
    return explain(error, this.#options.name, this.#server.configuration.number('databases'));
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
      this.usedMemoryBytes = Number(value);
      log.notice(`RDB memory usage when created ${(Number(value) / MEGABYTE).toFixed(2)} Mb`);
    }
    if (name === 'aof-base' && value === '1') log.notice('RDB is base AOF');
  }
}

/** The file `dbfilename`; null if it is not there. */
export function openSnapshot(
  server: Server,
  files: DataFiles | undefined,
  replaces: boolean,
): LoadSource | null | 'failed' {
  const name = server.configuration.text('dbfilename');
  try {
    const file = files?.open(name) ?? null;
    return file === null ? null : new SnapshotSource(server, file, { name, replaces, isBase: false });
  } catch (error) {
    for (const line of explain(error, name, 0)) server.log.warning(line);
    return 'failed';
  }
}

/** Why a file could not be loaded, in lines for the log. Other errors than those of files are thrown on. */
function explain(error: unknown, name: string, databases: number): string[] {
  if (error instanceof RdbError) return explainFile(error, name);
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

/** Where Redis has words for it, they are these: scripts look for them. */
function explainFile({ kind, problem, message }: RdbError, name: string): string[] {
  switch (kind) {
    case 'signature':
      return ['Wrong signature trying to load DB from file', `${name}: ${message}`];
    case 'version':
      return [`Can't handle RDB format version ${Number(/\d+$/.exec(problem)?.[0])}`, `${name}: ${message}`];
    case 'end':
      return ['Short read or OOM loading DB. Unrecoverable error, aborting now.', `${name}: ${message}`];
    case 'checksum':
      return ['Wrong RDB checksum. Aborting now.', `${name}: ${message}`];
    default:
      return [`${name}: ${message}`];
  }
}
