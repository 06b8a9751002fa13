/** Cold. The append-only file being loaded: its base, then what came since. */
import { OutOfMemory } from '../../memory/arena.ts';
import { AofFileFailure } from '../../persistence/aof/directory.ts';
import type { AofFile } from '../../persistence/aof/manifest.ts';
import { ManifestError } from '../../persistence/aof/manifest-parser.ts';
import { AofFormatError } from '../../persistence/aof/reader.ts';
import { liveBytes } from '../../persistence/aof/recovery.ts';
import type { ReadableFile } from '../../persistence/files.ts';
import type { Server } from '../server.ts';
import { getSystemErrorMessage } from '../system/errors.ts';
import type { AppendDirectory } from './append-directory.ts';
import { CommandPart, UnexpectedEnd } from './append-part.ts';
import { CannotReplay } from './command-replay.ts';
import type { LoadSource } from './loading.ts';
import { SnapshotSource } from './snapshot-source.ts';

const RDB_MAGICS = ['REDIS', 'VALKEY'];
const MAGIC_BYTES = 6;
const CHECK_TOOL = 'make a backup of your AOF file, then use ./redis-check-aof --fix <filename.manifest>';

/** The file that is being loaded. */
interface Current {
  readonly file: AofFile;
  /** Microseconds of the clock. */
  readonly startedAt: number;
  part: SnapshotSource | CommandPart;
}

class AppendSource implements LoadSource {
  readonly #server: Server;
  readonly #directory: AppendDirectory;
  readonly #left: AofFile[];
  readonly #startedAt: number;
  readonly totalBytes: number;
  #current: Current | undefined;
  /** Bytes of the files that are done. */
  #doneBytes = 0;
  #isClosed = false;

  constructor(server: Server, directory: AppendDirectory, totalBytes: number) {
    this.#server = server;
    this.#directory = directory;
    this.#left = [...directory.manifest.live];
    this.#startedAt = server.clock.microseconds();
    this.totalBytes = totalBytes;
  }

  get loadedBytes(): number {
    return this.#doneBytes + (this.#current?.part.loadedBytes ?? 0);
  }

  get usedMemoryBytes(): number {
    const part = this.#current?.part;
    return part instanceof SnapshotSource ? part.usedMemoryBytes : 0;
  }

  step(): boolean {
    this.#current ??= this.#openNext();
    const current = this.#current;
    if (current === undefined) return false;
    if (this.#advance(current)) return true;
    this.#endFile(current);
    return this.#left.length > 0;
  }

  close(): void {
    if (!this.#isClosed) this.#current?.part.close();
    this.#isClosed = true;
  }

  finished(): void {
    this.#server.log.notice(
      `DB loaded from append only file: ${this.#secondsSince(this.#startedAt)} seconds`,
    );
  }

  explain(error: unknown): string[] {
    const name = this.#current?.file.name ?? this.#directory.place.prefix;
    const part = this.#current?.part;
    if (error instanceof UnexpectedEnd) return this.#explainEnd(name);
    if (error instanceof AofFormatError)
      return [`Bad file format reading the append only file ${name}: ${CHECK_TOOL}`];
    if (error instanceof CannotReplay) return [`${error.message} reading the append only file ${name}`];
    if (part instanceof SnapshotSource)
      return [
        ...part.explain(error),
        `Error reading the RDB preamble of the AOF file ${name}, AOF loading aborted`,
      ];
    if (error instanceof OutOfMemory) return [`Out of memory while loading ${name}`];
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return [`Unrecoverable error reading the append only file ${name}: ${getSystemErrorMessage(error)}`];
  }

  #explainEnd(name: string): string[] {
    if (this.#left.length > 0) return ['Fatal error: the truncated file is not the last file'];
    return [
      `Unexpected end of file reading the append only file ${name}. You can: 1) Make a backup of your AOF file, then use ` +
        `./redis-check-aof --fix <filename.manifest>. 2) Alternatively you can set the 'aof-load-truncated' configuration ` +
        'option to yes and restart the server.',
    ];
  }

  /** Opens the next file that is not empty; undefined if there is none. */
  #openNext(): Current | undefined {
    for (let file = this.#left.shift(); file !== undefined; file = this.#left.shift()) {
      const startedAt = this.#server.clock.microseconds();
      const magic = this.#magicOf(file);
      if (magic !== '') return { file, startedAt, part: this.#open(file, magic) };
    }
    return undefined;
  }

  /** What a file begins with, one character a byte. */
  #magicOf(file: AofFile): string {
    const bytes = new Uint8Array(MAGIC_BYTES);
    const readable = this.#readable(file);
    try {
      return Buffer.from(bytes.subarray(0, readable.read(bytes))).toString('latin1');
    } finally {
      readable.close();
    }
  }

  #open(file: AofFile, magic: string): SnapshotSource | CommandPart {
    if (!RDB_MAGICS.some((known) => magic.startsWith(known)))
      return new CommandPart(this.#server, file.name, this.#readable(file), 0);
    // The single file of old versions keeps its name.
    const isSingle = file.name === this.#directory.place.prefix;
    const text = isSingle
      ? 'Reading RDB preamble from AOF file...'
      : 'Reading RDB base file on AOF loading...';
    this.#server.log.notice(text);
    const options = { name: file.name, replaces: false, isBase: true };
    return new SnapshotSource(this.#server, this.#readable(file), options);
  }

  #readable({ name }: AofFile): ReadableFile {
    const file = this.#directory.files.open(this.#directory.path(name));
    if (file !== null) return file;
    throw Object.assign(new Error(`${name} is missing`), { code: 'ENOENT' });
  }

  /** Loads a little more of the file; false at its end. */
  #advance(current: Current): boolean {
    const { part } = current;
    if (part instanceof SnapshotSource) return part.step() || this.#readTail(current, part);
    try {
      return part.step();
    } catch (error) {
      if (!(error instanceof UnexpectedEnd) || !this.#mayCut()) throw error;
      this.#cut(current.file, part.validBytes);
      return false;
    }
  }

  /** A snapshot is done: commands may stand behind it, as Redis before version 7 wrote them into the same file. */
  #readTail(current: Current, snapshot: SnapshotSource): boolean {
    snapshot.finished();
    const { loadedBytes, totalBytes } = snapshot;
    if (loadedBytes >= totalBytes) return false;
    snapshot.close();
    this.#server.log.notice('Reading the remaining AOF tail...');
    current.part = new CommandPart(
      this.#server,
      current.file.name,
      this.#readable(current.file),
      loadedBytes,
    );
    return true;
  }

  /** Only the last file may have an end that was not completed. */
  #mayCut(): boolean {
    return this.#left.length === 0 && this.#server.configuration.boolean('aof-load-truncated');
  }

  #cut({ name }: AofFile, validBytes: number): void {
    const { log } = this.#server;
    log.warning(`!!! Warning: short read while loading the AOF file ${name}!!!`);
    log.warning(`!!! Truncating the AOF ${name} at offset ${validBytes} !!!`);
    this.#directory.files.truncate(this.#directory.path(name), validBytes);
    log.warning(`AOF ${name} loaded anyway because aof-load-truncated is enabled`);
  }

  #endFile({ file, part, startedAt }: Current): void {
    this.#doneBytes += part.loadedBytes;
    part.close();
    this.#current = undefined;
    const kind = file.type === 'base' ? 'base' : 'incr';
    this.#server.log.notice(
      `DB loaded from ${kind} file ${file.name}: ${this.#secondsSince(startedAt)} seconds`,
    );
  }

  #secondsSince(microseconds: number): string {
    return ((this.#server.clock.microseconds() - microseconds) / 1e6).toFixed(3);
  }
}

/** The append-only file; null if there is none, or nothing in it. */
export function openAppendOnlyFile(server: Server, directory: AppendDirectory): LoadSource | null | 'failed' {
  const { log } = server;
  try {
    directory.recover((line) => log.notice(line));
    const missing: string[] = [];
    const bytes = liveBytes(directory.files, directory.place, directory.manifest, (line) =>
      missing.push(line),
    );
    for (const line of missing) log.warning(line);
    if (missing.length > 0) return 'failed';
    return bytes === 0 ? null : new AppendSource(server, directory, bytes);
  } catch (error) {
    for (const line of explainManifest(error)) log.warning(line);
    return 'failed';
  }
}

function explainManifest(error: unknown): string[] {
  if (error instanceof AofFileFailure) return [`${error.message}: ${getSystemErrorMessage(error.cause)}`];
  if (!(error instanceof ManifestError)) throw error;
  return [
    '*** FATAL AOF MANIFEST FILE ERROR ***',
    ...(error.line === 0 ? [] : [`Reading the manifest file, at line ${error.line}`, `>>> '${error.text}'`]),
    error.message,
  ];
}
