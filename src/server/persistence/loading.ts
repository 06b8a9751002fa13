/** Cold. Reading the snapshot back: at the start, and for DEBUG RELOAD. */
import { OutOfMemory } from '../../memory/arena.ts';
import type { DataFiles, ReadableFile } from '../../persistence/files.ts';
import { readSnapshot } from '../../persistence/rdb/file.ts';
import { RdbError } from '../../persistence/rdb/input.ts';
import { DuplicateKey, NoSuchDatabase, SnapshotLoader } from '../../persistence/rdb/snapshot-loader.ts';
import { GATE_LOADING } from '../gates.ts';
import type { Server } from '../server.ts';
import { getSystemErrorMessage } from '../system/errors.ts';

const MEGABYTE = 1024 * 1024;

/** What came of loading: "missing" if there is no file. Of a failure the log tells more. */
export type LoadOutcome = 'loaded' | 'missing' | 'failed';

export class Loading {
  readonly #server: Server;
  readonly #files: DataFiles | undefined;
  /** Keys of the last file that was loaded, and those that had expired. */
  lastLoaded = 0;
  lastExpired = 0;
  /** Whether checksums are looked at (DEBUG SET-SKIP-CHECKSUM-VALIDATION). */
  verifiesChecksums = true;

  constructor(server: Server, files: DataFiles | undefined) {
    this.#server = server;
    this.#files = files;
  }

  /** Loads the file `dbfilename`. `replaces`: whether its keys take the places of those that are there. */
  load(replaces = false): LoadOutcome {
    const { configuration, log } = this.#server;
    const name = configuration.text('dbfilename');
    let file: ReadableFile | null = null;
    try {
      file = this.#files?.open(name) ?? null;
      if (file === null) return 'missing';
      this.#read(file, replaces);
      return 'loaded';
    } catch (error) {
      for (const line of explain(error, name, configuration.number('databases'))) log.warning(line);
      return 'failed';
    } finally {
      file?.close();
    }
  }

  #read(file: ReadableFile, replaces: boolean): void {
    const server = this.#server;
    const { keyspace, log, clock, configuration } = server;
    keyspace.setNow(clock.milliseconds());
    const auxiliary = (name: string, value: string): void => this.#tell(name, value);
    const loader = new SnapshotLoader(keyspace, { replaces, auxiliary });
    const verifyChecksum = this.verifiesChecksums && configuration.boolean('rdbchecksum');
    server.gates |= GATE_LOADING;
    try {
      readSnapshot(file, loader, { verifyChecksum });
    } finally {
      server.gates &= ~GATE_LOADING;
      this.lastLoaded = loader.loaded;
      this.lastExpired = loader.expired;
    }
    const empty = loader.empty === 0 ? '' : `, empty keys skipped: ${loader.empty}`;
    log.notice(`Done loading RDB, keys loaded: ${loader.loaded}, keys expired: ${loader.expired}${empty}.`);
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
