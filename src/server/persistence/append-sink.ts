/** Hot. Turns writes into what the append-only file holds: requests, the databases they are for, and when they came. */

import type { Keyspace } from '../../keyspace/keyspace.ts';
import type { WriteSink } from '../propagation.ts';
import type { ServerCall } from '../server-call.ts';
import type { AppendBuffer } from './append-buffer.ts';
import type { AppendWriter } from './append-writer.ts';

const STAR = 42;
const SECOND = 1000;
const SELECT = Buffer.from('SELECT');
const MULTI = [Buffer.from('MULTI')];
const EXEC = [Buffer.from('EXEC')];

export class AppendSink implements WriteSink {
  readonly #keyspace: Keyspace;
  readonly #writer: AppendWriter;
  readonly #buffer: AppendBuffer;
  /** The database that the file has selected; -1 for none. */
  #selected = -1;
  /** Whether commands are preceded by the time, once a second; aof-timestamp-enabled. */
  stampsTime = false;
  /** Seconds of the epoch: the last time that the file says. */
  #stampedAt = 0;

  constructor(keyspace: Keyspace, writer: AppendWriter) {
    this.#keyspace = keyspace;
    this.#writer = writer;
    this.#buffer = writer.buffer;
  }

  /** What comes next goes to another file, which has selected nothing yet. */
  fileChanged(): void {
    this.#selected = -1;
    this.#stampedAt = 0;
  }

  write(database: number, call: ServerCall): void {
    const { propagated, parser, client } = call;
    if (propagated !== null) {
      this.#writeAll(database, propagated);
    } else {
      this.#prepare(database);
      const { bytes } = call.arguments;
      if (parser !== null && bytes[call.start] === STAR)
        this.#buffer.addEncoded(bytes, call.start, parser.next);
      else this.#buffer.addRequest(call.arguments);
    }
    client.writeOffset = this.#writer.offset;
  }

  writeWords(database: number, words: readonly Uint8Array[]): void {
    this.#prepare(database);
    this.#buffer.addWords(words);
  }

  /** Several commands that one command stands for happen together or not at all. */
  #writeAll(database: number, commands: readonly Uint8Array[][]): void {
    if (commands.length === 0) return;
    this.#prepare(database);
    if (commands.length > 1) this.#buffer.addWords(MULTI);
    for (const words of commands) this.#buffer.addWords(words);
    if (commands.length > 1) this.#buffer.addWords(EXEC);
  }

  /** Says the time, if that is due, and the database. */
  #prepare(database: number): void {
    if (this.stampsTime) this.#stamp();
    if (database === this.#selected) return;
    this.#selected = database;
    this.#buffer.addWords([SELECT, Buffer.from(String(database))]);
  }

  #stamp(): void {
    const seconds = Math.floor(this.#keyspace.now / SECOND);
    if (seconds <= this.#stampedAt) return;
    this.#stampedAt = seconds;
    const line = Buffer.from(`#TS:${seconds}\r\n`);
    this.#buffer.addEncoded(line, 0, line.length);
  }
}
