/** What leaves a server as writes while it runs commands: real Redis's append-only file, and what Cinnabar's sinks are given. */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { WriteSink } from '../../src/server/propagation.ts';
import { Bench } from '../commands/bench.ts';
import type { Argument, Connection } from './connection.ts';
import { type Peer, type PeerName, startPeer } from './peer.ts';

/** A command's words, Latin-1. */
export type Words = readonly string[];

export interface Writer {
  /** Runs a command and settles with what it has written. */
  run(words: readonly Argument[]): Promise<Words[]>;
  /** Runs a command of another client, which may wait for what comes later; its reply is of no interest. */
  runWaiting(words: readonly Argument[]): Promise<Words[]>;
  stop(): Promise<void>;
}

const READ_BYTES = 1 << 20;

/** A real server with its append-only file on, and nothing going on but what it is told. */
export class PeerWriter implements Writer {
  readonly #peer: Peer;
  readonly #connection: Connection;
  readonly #waiting: Connection[] = [];
  readonly #file: number;
  #read = 0;
  #rest = Buffer.alloc(0);

  private constructor(peer: Peer, connection: Connection, file: number) {
    this.#peer = peer;
    this.#connection = connection;
    this.#file = file;
  }

  static async start(name: PeerName, args: readonly string[] = []): Promise<PeerWriter> {
    const own = ['--appendonly', 'yes', '--appendfsync', 'no', '--enable-debug-command', 'yes'];
    const peer = await startPeer(name, { args: [...own, ...args] });
    const folder = join(peer.dir, 'appendonlydir');
    const file = readdirSync(folder).find((name) => name.endsWith('.incr.aof'));
    if (file === undefined) throw new Error(`${name} has no incremental file`);
    const connection = await peer.connect();
    await connection.call('DEBUG', 'SET-ACTIVE-EXPIRE', 0);
    return new PeerWriter(peer, connection, openSync(join(folder, file), 'r'));
  }

  async run(words: readonly Argument[]): Promise<Words[]> {
    await this.#connection.raw(...words);
    return this.#written();
  }

  async runWaiting(words: readonly Argument[]): Promise<Words[]> {
    const connection = await this.#peer.connect();
    this.#waiting.push(connection);
    void connection.raw(...words).catch(() => undefined);
    for (let turns = 0; turns < 3; turns++) await this.#connection.raw('PING');
    return this.#written();
  }

  /** What DUMP gives for a key that `words` set. */
  async dumpOf(...words: readonly string[]): Promise<Buffer> {
    await this.run(words);
    const reply = await this.#connection.raw('DUMP', words[1]!);
    return reply.subarray(reply.indexOf('\r\n') + 2, -2);
  }

  async stop(): Promise<void> {
    closeSync(this.#file);
    await Promise.all(this.#waiting.map((connection) => connection.close()));
    await this.#connection.close();
    await this.#peer.stop();
  }

  /** What the file has got since the last time. It is written to before replies are sent. */
  #written(): Words[] {
    const chunk = Buffer.alloc(READ_BYTES);
    for (;;) {
      const length = readSync(this.#file, chunk, 0, READ_BYTES, this.#read);
      if (length === 0) break;
      this.#read += length;
      this.#rest = Buffer.concat([this.#rest, chunk.subarray(0, length)]);
    }
    const commands = parseRequests(this.#rest);
    this.#rest = Buffer.alloc(0);
    return commands;
  }
}

/** An instance of ours without sockets, whose clock shows the real time whenever a command begins. */
export class OwnWriter implements Writer {
  readonly #bench: Bench;
  readonly #written: Words[] = [];
  #selected = 0;

  constructor() {
    this.#bench = new Bench({ checked: false });
    const sink: WriteSink = {
      write: (database, call) => {
        const commands = call.propagated ?? [call.arguments.copyAll()];
        if (commands.length > 1) this.#written.push(['MULTI']);
        for (const words of commands) this.#write(database, words);
        if (commands.length > 1) this.#written.push(['EXEC']);
      },
      writeWords: (database, words) => this.#write(database, words),
    };
    this.#bench.server.propagation.add(sink);
  }

  /** Sets an option before anything runs. */
  configure(...words: string[]): void {
    this.#bench.run('CONFIG', 'SET', ...words);
  }

  run(words: readonly Argument[]): Promise<Words[]> {
    this.#bench.now = Date.now();
    this.#bench.run(...words.map(toBytes));
    return Promise.resolve(this.#written.splice(0));
  }

  runWaiting(words: readonly Argument[]): Promise<Words[]> {
    const { server, call, client, now } = this.#bench;
    call.client = server.clients.add(client.connection, now);
    call.client.database = client.database;
    call.waiting = server.waiting;
    const written = this.run(words);
    call.waiting = null;
    call.client = client;
    return written;
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  #write(database: number, words: readonly Uint8Array[]): void {
    if (database !== this.#selected) this.#written.push(['SELECT', String(database)]);
    this.#selected = database;
    this.#written.push(words.map((word) => Buffer.from(word).toString('latin1')));
  }
}

/** Milliseconds by which two clocks may have read differently. */
const CLOCK_TOLERANCE = 20_000;
const MOMENT = /^\d{13,19}(-\d+)?$/;

/** Whether two servers have written the same; moments may lie a little apart. */
export function writtenAgree(left: readonly Words[], right: readonly Words[]): boolean {
  const [theirs, ours] = [essential(left), essential(right)];
  return theirs.length === ours.length && theirs.every((words, at) => wordsAgree(words, ours[at]!));
}

/**
 * Without what differs on purpose. Redis does not tell of a consumer that reading has created until it owns an entry; leaves
 * the LIMIT of approximate trimming in the exact form, which only those accept who obey it; has a field set by HSETEX, which
 * Redis 7 does not know, when HINCRBYFLOAT has run; and tells of fields that are deleted together one by one.
 */
function essential(written: readonly Words[]): Words[] {
  const told: Words[] = [];
  for (const words of written) {
    if (words[1] === 'CREATECONSUMER') continue;
    const last = told.at(-1);
    const isMore = words[0] === 'HDEL' && last?.[0] === 'HDEL' && last[1] === words[1];
    const sets = last?.[0] === 'HSET' && last[1] === words[1] && last[2] === words[5];
    if (sets && words[0] === 'HPEXPIREAT' && last.length === 4) continue;
    if (isMore) told.push([...told.pop()!, ...words.slice(2)]);
    else told.push(inOurWords(words));
  }
  const commands = told.filter(([name]) => name !== 'MULTI' && name !== 'EXEC');
  return commands.length > 1 ? told : commands;
}

function inOurWords(words: Words): Words {
  const [name, ...rest] = [words[0]!.toUpperCase(), ...words.slice(1)];
  const limit = rest.findIndex((word) => /^limit$/i.test(word));
  if ((name === 'XADD' || name === 'XTRIM') && rest[limit - 2] === '=') rest.splice(limit, 2);
  const isSum = name === 'HSETEX' && rest[1] === 'KEEPTTL' && rest.length === 6;
  return isSum ? ['HSET', rest[0]!, ...rest.slice(4)] : [name, ...rest];
}

function wordsAgree(left: Words, right: Words): boolean {
  return left.length === right.length && left.every((word, at) => wordAgrees(word, right[at]!));
}

function wordAgrees(left: string, right: string): boolean {
  if (left.toLowerCase() === right.toLowerCase() || `${left}-0` === right) return true;
  if (!MOMENT.test(left) || !MOMENT.test(right)) return false;
  return Math.abs(Number.parseInt(left, 10) - Number.parseInt(right, 10)) < CLOCK_TOLERANCE;
}

/** The commands of a stretch of a file, without the databases that are selected first of all. */
function parseRequests(bytes: Buffer): Words[] {
  const commands: Words[] = [];
  let at = 0;
  const line = (): string => {
    const end = bytes.indexOf('\r\n', at);
    const text = bytes.toString('latin1', at + 1, end);
    at = end + 2;
    return text;
  };
  while (at < bytes.length) {
    const words: string[] = [];
    for (let count = Number(line()); count > 0; count--) {
      const length = Number(line());
      words.push(bytes.toString('latin1', at, at + length));
      at += length + 2;
    }
    commands.push(words);
  }
  return commands;
}

function toBytes(word: Argument): Uint8Array {
  return typeof word === 'object' ? word : Buffer.from(String(word));
}
