import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { byteString, byteStringOfText } from '../bytes.ts';
import type { Connection } from '../connection.ts';
import { Failure } from '../failure.ts';
import type { Output } from '../output.ts';
import type { Session } from '../session.ts';
import { systemErrorText } from '../system-error.ts';

const NEWLINE = 10;
/** The mark that ends a snapshot whose length was not known when it began. */
const MARK_BYTES = 40;
const HEADER_BYTES_MAX = 1024;

/** --rdb: asks for all data as a replica does, once, and writes them to a file as they come. */
export async function fetchSnapshot(session: Session): Promise<number> {
  const { snapshotPath: path, onlyFunctions } = session.settings;
  const { output } = session;
  const connection = await session.connectOrFail();
  await announce(session, ['capa', 'eof']);
  await announce(session, ['rdb-only', '1']);
  if (onlyFunctions && !(await announce(session, ['rdb-filter-only', 'functions'])))
    throw new Failure('Failed requesting functions only RDB from server, aborting');
  connection.streamBytes();
  connection.send(['SYNC']);
  const transfer = new Transfer(connection);
  const header = await transfer.header();
  const marked = /^\$EOF:(.{40})$/.exec(header);
  const length = marked === null ? announcedLength(header) : 0;
  const size = marked === null ? `${length} bytes` : 'bytes of bulk transfer until EOF marker';
  output.error(byteStringOfText(`SYNC sent to master, writing ${size} to '${path}'`));
  const target = openTarget(path, output);
  try {
    const written =
      marked === null ? await transfer.copy(length, target) : await transfer.copyToMark(marked[1], target);
    output.error(`Transfer finished with success${marked === null ? '.' : ` after ${written} bytes`}`);
  } finally {
    target.close();
  }
  return 0;
}

/** Tells the server of something with REPLCONF; returns whether it understood. One that does not can still answer SYNC. */
async function announce(session: Session, words: readonly string[]): Promise<boolean> {
  session.output.error(`sending REPLCONF ${words.join(' ')}`);
  const reply = await session.request(['REPLCONF', ...words]);
  if (reply.kind !== 'error') return true;
  session.output.error(`REPLCONF ${words[0]} error: ${byteString(reply.bytes)}`);
  return false;
}

function announcedLength(header: string): number {
  if (header.startsWith('-')) throw new Failure(`SYNC with master failed: ${header}`);
  const length = Number(header.slice(1));
  if (!/^\$\d+$/.test(header) || !Number.isSafeInteger(length))
    throw new Failure(`The answer to SYNC is no snapshot: ${JSON.stringify(header)}`);
  return length;
}

interface Target {
  /** Settles when more can be written. */
  write(bytes: Uint8Array): Promise<void>;
  /** Makes sure of what was written. */
  close(): void;
}

function openTarget(path: string, output: Output): Target {
  if (path === '-') return standardOutput(output);
  let file: number;
  try {
    file = openSync(path, 'w', 0o644);
  } catch (error) {
    throw new Failure(`Error opening '${path}': ${systemErrorText(error)}`);
  }
  return {
    async write(bytes) {
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      } catch (error) {
        throw new Failure(`Error writing data to file: ${systemErrorText(error)}`);
      }
    },
    close() {
      try {
        fsyncSync(file);
      } catch {
        // A pipe or a device has nothing to be made sure of.
      }
      closeSync(file);
    },
  };
}

function standardOutput(output: Output): Target {
  return {
    write(bytes) {
      output.bytes(bytes);
      return output.drained();
    },
    close() {},
  };
}

/** The bytes that answer SYNC, in the order in which they come. */
class Transfer {
  readonly #connection: Connection;
  /** Bytes that have come and were not used. */
  #rest: Uint8Array = new Uint8Array(0);

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The first line; empty ones before it only show that the server is alive. */
  async header(): Promise<string> {
    let line = '';
    for (;;) {
      const end = this.#rest.indexOf(NEWLINE);
      line += byteString(this.#rest.subarray(0, end < 0 ? this.#rest.length : end));
      this.#rest = end < 0 ? new Uint8Array(0) : this.#rest.subarray(end + 1);
      const found = line.replace(/\r$/, '');
      if (end >= 0 && found !== '') return found;
      if (end >= 0) line = '';
      if (line.length > HEADER_BYTES_MAX) throw new Failure('The answer to SYNC is no snapshot');
      if (this.#rest.length === 0) this.#rest = await this.#connection.bytes();
    }
  }

  /** Copies `length` bytes. */
  async copy(length: number, target: Target): Promise<number> {
    for (let left = length; left > 0; ) {
      if (this.#rest.length === 0) this.#rest = await this.#connection.bytes();
      const part = this.#rest.subarray(0, left);
      await target.write(part);
      left -= part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return length;
  }

  /** Copies everything before the mark; returns how many bytes that were. */
  async copyToMark(mark: string, target: Target): Promise<number> {
    const sought = Buffer.from(mark, 'latin1');
    let written = 0;
    for (;;) {
      const held = Buffer.from(this.#rest);
      const end = held.indexOf(sought);
      // The mark's beginning may have come already.
      const safe = end >= 0 ? end : Math.max(0, held.length - MARK_BYTES + 1);
      await target.write(held.subarray(0, safe));
      written += safe;
      if (end >= 0) return written;
      this.#rest = Buffer.concat([held.subarray(safe), await this.#connection.bytes()]);
    }
  }
}
