/** Cold. Snapshots that clients fetch (SYNC after REPLCONF rdb-only): one at a time, straight into their connections. */
import type { Done } from '../../persistence/files.ts';
import type { SnapshotTarget } from '../../persistence/snapshot-target.ts';
import type { Client } from '../client.ts';
import type { Server } from '../server.ts';

const CHUNK_BYTES = 64 * 1024;
/** A client that has not taken so much is waited for. */
const PENDING_BYTES_MAX = 1024 * 1024;
const PAUSE_MILLISECONDS = 2;
const MARK_DIGITS = 40;

/** What a client has said with REPLCONF of the snapshot that it is going to ask for. */
export interface TransferWishes {
  /** It wants nothing but the snapshot. */
  snapshotOnly: boolean;
  /** It finds the end of a snapshot whose length it is not told. */
  findsEnd: boolean;
  functionsOnly: boolean;
}

export class Transfers {
  readonly #server: Server;
  readonly #waiting: Client[] = [];
  #current: Client | undefined;
  readonly #wishes = new WeakMap<Client, TransferWishes>();

  constructor(server: Server) {
    this.#server = server;
    server.cron.add(() => this.#next());
  }

  wishesOf(client: Client): TransferWishes {
    const known = this.#wishes.get(client) ?? {
      snapshotOnly: false,
      findsEnd: false,
      functionsOnly: false,
    };
    this.#wishes.set(client, known);
    return known;
  }

  /** Sends the client a snapshot, and then closes its connection; at once or as soon as no other one is written. */
  add(client: Client): void {
    client.stopped = true;
    this.#waiting.push(client);
    this.#next();
  }

  /** The client is gone. */
  forget(client: Client): void {
    const place = this.#waiting.indexOf(client);
    if (place >= 0) this.#waiting.splice(place, 1);
    if (client !== this.#current) return;
    this.#current = undefined;
    this.#server.snapshotting.cancel();
  }

  #next(): void {
    const { snapshotting, log, keyspace } = this.#server;
    if (snapshotting.isRunning) return;
    const client = this.#waiting.shift();
    if (client === undefined) return;
    this.#current = client;
    const digits = Array.from({ length: MARK_DIGITS }, () => keyspace.random.below(16).toString(16));
    const mark = new TextEncoder().encode(digits.join(''));
    log.notice('Starting a snapshot for a client');
    write(client, new TextEncoder().encode(`$EOF:${digits.join('')}\r\n`));
    snapshotting.send(new ConnectionTarget(client, this.#server), {
      functionsOnly: this.wishesOf(client).functionsOnly,
      done: () => {
        this.#current = undefined;
        write(client, mark);
        client.connection.end();
      },
    });
  }
}

class ConnectionTarget implements SnapshotTarget {
  readonly #client: Client;
  readonly #server: Server;
  #isPausing = false;
  readonly failure = null;
  onProgress: () => void = () => {};

  constructor(client: Client, server: Server) {
    this.#client = client;
    this.#server = server;
  }

  get isFull(): boolean {
    if (this.#client.connection.pendingOutputBytes < PENDING_BYTES_MAX) return false;
    if (!this.#isPausing) this.#server.transport.setTimer(PAUSE_MILLISECONDS, () => this.#look());
    this.#isPausing = true;
    return true;
  }

  newChunk(): Uint8Array {
    return new Uint8Array(CHUNK_BYTES);
  }

  exchange(chunk: Uint8Array, length: number): Uint8Array {
    this.#client.connection.write(chunk, 0, length);
    return chunk;
  }

  finish(done: Done): void {
    done(null);
  }

  abandon(): void {}

  #look(): void {
    this.#isPausing = false;
    this.onProgress();
  }
}

function write(client: Client, bytes: Uint8Array): void {
  client.connection.write(bytes, 0, bytes.length);
}
