/** Warm. The commands of one file being loaded. */
import { AOF_COMMAND, AOF_CUT, AOF_END, AofReader } from '../../persistence/aof/reader.ts';
import type { ReadableFile } from '../../persistence/files.ts';
import type { Server } from '../server.ts';
import { CommandReplay } from './command-replay.ts';

const CHUNK_BYTES = 64 * 1024;

/** The file ends within a command or a transaction. */
export class UnexpectedEnd extends Error {}

export class CommandPart {
  readonly #server: Server;
  readonly #name: string;
  readonly #file: ReadableFile;
  readonly #reader: AofReader;
  readonly #replay: CommandReplay;
  /** Up to here the file holds whole commands and transactions. */
  validBytes: number;

  /** Reads `file`, which the log calls `name`, from byte `start` on. */
  constructor(server: Server, name: string, file: ReadableFile, start: number) {
    this.#server = server;
    this.#name = name;
    this.#file = file;
    skip(file, start);
    this.#reader = new AofReader(file, start);
    this.#replay = new CommandReplay(server, this.#reader.words);
    this.validBytes = start;
  }

  get loadedBytes(): number {
    return this.#reader.offset;
  }

  /** Executes a command; false at the end. Throws what reader and replay throw. */
  step(): boolean {
    const found = this.#reader.next();
    if (found === AOF_CUT) throw new UnexpectedEnd();
    if (found === AOF_END) return this.#end();
    if (found === AOF_COMMAND) this.#replay.execute();
    if (!this.#replay.isInTransaction) this.validBytes = this.#reader.offset;
    return true;
  }

  #end(): false {
    if (!this.#replay.isInTransaction) return false;
    this.#server.log.warning(`Revert incomplete MULTI/EXEC transaction in AOF file ${this.#name}`);
    throw new UnexpectedEnd();
  }

  close(): void {
    this.#file.close();
  }
}

function skip(file: ReadableFile, bytes: number): void {
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (let left = bytes; left > 0; ) {
    const count = file.read(chunk.subarray(0, Math.min(left, CHUNK_BYTES)));
    if (count === 0) return;
    left -= count;
  }
}
