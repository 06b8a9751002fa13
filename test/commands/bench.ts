/** An instance for tests of commands: without sockets, on a clock that stands still, with a checked arena. */
import type { Database } from '../../src/keyspace/database.ts';
import type { KeyspaceEvent, KeyspaceListener } from '../../src/keyspace/events.ts';
import type { Keyspace, Random } from '../../src/keyspace/keyspace.ts';
import { Arena } from '../../src/memory/arena.ts';
import { Arguments } from '../../src/protocol/arguments.ts';
import { Reply } from '../../src/protocol/reply.ts';
import type { Client } from '../../src/server/client.ts';
import { Server } from '../../src/server/server.ts';
import { ServerCall } from '../../src/server/server-call.ts';
import { Output } from '../../src/transport/output.ts';
import type { Connection } from '../../src/transport/transport.ts';

/** Strings are Latin-1: a character a byte, in requests, replies, and whatever is recorded. */
export type Word = string | number | bigint | Uint8Array;

/** The time on every bench's clock at first, in milliseconds of the epoch. */
export const BENCH_START = 1_700_000_000_000;

export interface BenchOptions {
  /** How much the arena may hold, in segments of 1 GiB. */
  readonly segmentsMax?: number;
  /** False leaves the arena's checks out, for tests with much data. */
  readonly checked?: boolean;
}

export class Bench {
  /** Milliseconds of the epoch; to be changed by tests. */
  now = BENCH_START;
  readonly server: Server;
  readonly call: ServerCall;
  readonly client: Client;
  /** What happened to keys, in order: "set key", "expired key". */
  readonly events: string[] = [];
  /** Every command that went to replicas and the append-only file, its words separated by spaces. */
  readonly propagated: string[] = [];
  readonly #usedBytesAtStart: number;

  constructor(options: BenchOptions = {}) {
    const arena = new Arena({ checked: true, ...options });
    const clock = {
      milliseconds: () => this.now,
      wallMicroseconds: () => this.now * 1000,
      microseconds: () => this.now * 1000,
    };
    this.server = new Server({
      clock,
      random: repeatableRandom(),
      hashKey: { word0: 0x01234567, word1: 0x89abcdef },
      arena,
    });
    this.call = new ServerCall(this.server, new Reply(new Output(1024)), new Arguments());
    this.client = this.server.clients.add(silentConnection(), this.now);
    this.call.client = this.client;
    this.server.propagation.add({
      write: (_, call) => this.#record(call),
      writeWords: (_, words) => this.propagated.push(words.map(toText).join(' ')),
    });
    this.keyspace.listener = recordingListener(this.events, this.keyspace.listener);
    this.#usedBytesAtStart = this.usedBytes;
  }

  get keyspace(): Keyspace {
    return this.server.keyspace;
  }

  get usedBytes(): number {
    return this.keyspace.arena.usedBytes;
  }

  /** Runs a command; returns the bytes of its reply. */
  run(...words: Word[]): string {
    const { call, client, keyspace } = this;
    keyspace.setNow(this.now);
    call.arguments.assign(words.map(toBytes));
    call.database = keyspace.databases[client.database];
    call.reply.version = client.version;
    const { dispatcher } = this.server;
    dispatcher.statistics.begin();
    dispatcher.execute(call);
    dispatcher.statistics.cut();
    const { output } = call.reply;
    const reply = toText(output.bytes.subarray(0, output.length));
    output.length = 0;
    return reply;
  }

  /** Runs commands given as one line each, words separated by spaces; returns the last reply. */
  runLines(...lines: string[]): string {
    return lines.map((line) => this.run(...line.split(' '))).at(-1) ?? '';
  }

  /** What was recorded in `events` since the last call. */
  takeEvents(): string[] {
    return this.events.splice(0);
  }

  /** What was recorded in `propagated` since the last call. */
  takePropagated(): string[] {
    return this.propagated.splice(0);
  }

  /** Throws if a structure is damaged. */
  verify(): void {
    this.keyspace.arena.verify();
    for (const { keys, expiring } of this.keyspace.databases) {
      keys.verify();
      expiring.verify();
    }
  }

  /** Deletes all keys; throws if memory is then still in use. */
  verifyEmptied(): void {
    this.verify();
    this.run('FLUSHALL', 'SYNC');
    this.verify();
    const left = this.usedBytes - this.#usedBytesAtStart;
    if (left !== 0) throw new Error(`${left} bytes are still in use after the last key has gone`);
  }

  #record(call: ServerCall): void {
    const commands = call.propagated ?? [call.arguments.copyAll()];
    for (const words of commands) this.propagated.push(words.map(toText).join(' '));
  }
}

/** A bulk string as it stands in a reply. */
export function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

/** An array of replies. */
export function array(...elements: string[]): string {
  return `*${elements.length}\r\n${elements.join('')}`;
}

export const OK = '+OK\r\n';
export const NIL = '$-1\r\n';
export const WRONG_TYPE = '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n';

function toBytes(word: Word): Uint8Array {
  return word instanceof Uint8Array ? word : Buffer.from(String(word), 'latin1');
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** A linear congruential generator (Knuth's MMIX constants). */
function repeatableRandom(): Random {
  let state = 1n;
  const fraction = (): number => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number(state >> 32n) / 2 ** 32;
  };
  return { fraction, below: (bound) => Math.floor(fraction() * bound) };
}

function silentConnection(): Connection {
  return {
    owner: undefined,
    kind: 'unix',
    descriptor: -1,
    remoteAddress: 'bench:0',
    localAddress: 'bench:0',
    pendingOutputBytes: 0,
    pendingInputBytes: 0,
    inputCapacityBytes: 0,
    write: () => {},
    pause: () => {},
    resume: () => {},
    destroy: () => {},
    end: () => {},
  };
}

function recordingListener(events: string[], next: KeyspaceListener | null): KeyspaceListener {
  return {
    changed(database: Database, event: KeyspaceEvent, bytes: Uint8Array, start: number, end: number): void {
      events.push(`${event.name} ${toText(bytes.subarray(start, end))}`);
      next?.changed(database, event, bytes, start, end);
    },
    missed: (database, bytes, start, end) => next?.missed(database, bytes, start, end),
    expired(database: Database, key: Uint8Array): void {
      events.push(`expired ${toText(key)}`);
      next?.expired(database, key);
    },
    evicted(database: Database, key: Uint8Array): void {
      events.push(`evicted ${toText(key)}`);
      next?.evicted(database, key);
    },
    flushed: (index) => next?.flushed(index),
  };
}
