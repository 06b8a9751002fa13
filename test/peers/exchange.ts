/** Byte streams sent to a server as they are, piece by piece; everything that comes back, and whether the server hung up. */
import { connect, type Socket } from 'node:net';
import type { Connection } from './connection.ts';
import type { Peer } from './peer.ts';

export interface Exchange {
  /** All that the server sent until it closed: by itself, or because we had sent everything and ended our side. */
  readonly bytes: Buffer;
  /** After which piece the server closed by itself; -1 if it did not. */
  readonly closedAfter: number;
}

/** Servers read about this much of a connection in a turn. */
const READ_BYTES = 16 * 1024;
/** Turns of a server's loop that pass until it has also closed whom it wants to close. */
const ROUNDS = 3;

class Stream {
  readonly #socket: Socket;
  readonly #chunks: Buffer[] = [];
  readonly #ended: Promise<void>;
  isClosed = false;
  closedAfter = -1;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#chunks.push(chunk));
    socket.on('end', () => {
      this.isClosed = true;
    });
    this.#ended = new Promise((resolve) => {
      socket.on('close', () => resolve());
      socket.on('end', () => resolve());
    });
    // A server that closes without having read everything resets the connection.
    socket.on('error', () => {
      this.isClosed = true;
    });
  }

  static open(port: number): Promise<Stream> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Stream(socket));
      });
    });
  }

  send(piece: Uint8Array): void {
    if (!this.isClosed && piece.length > 0) this.#socket.write(piece);
  }

  async finish(): Promise<Exchange> {
    this.#socket.end();
    await this.#ended;
    this.#socket.destroy();
    return { bytes: Buffer.concat(this.#chunks), closedAfter: this.closedAfter };
  }
}

/**
 * Sends each stream on a connection of its own, all at the same time: a piece of each, then as many PINGs of `control` as
 * the server needs to have served them, then the next piece of each.
 */
export async function exchange(
  peer: Peer,
  control: Connection,
  streams: readonly (readonly Uint8Array[])[],
): Promise<Exchange[]> {
  const open = await Promise.all(streams.map(() => Stream.open(peer.port)));
  const pieces = Math.max(...streams.map((stream) => stream.length));
  for (let index = 0; index < pieces; index++) {
    let longest = 0;
    for (const [at, stream] of open.entries()) {
      const piece = streams[at]![index];
      if (piece === undefined) continue;
      stream.send(piece);
      longest = Math.max(longest, piece.length);
    }
    for (let round = ROUNDS + 2 * Math.ceil(longest / READ_BYTES); round > 0; round--) {
      await control.raw('PING');
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const stream of open) {
      if (stream.isClosed && stream.closedAfter < 0) stream.closedAfter = index;
    }
  }
  return Promise.all(open.map((stream) => stream.finish()));
}
