/** Cold. A connection that this server has opened to another one: requests go out, replies come back in order. */
import { ReplyDecoder } from '../protocol/client/decoder.ts';
import { encodeRequest, type RequestArgument } from '../protocol/client/encoder.ts';
import type { Reply } from '../protocol/client/reply.ts';
import { ReplyError } from '../protocol/client/reply-error.ts';
import type { Connection, Timer } from '../transport/transport.ts';
import type { Server } from './server.ts';

/** Told what becomes of a link. */
export interface LinkListener {
  connected(): void;
  /** The reply to the oldest request that had none. */
  replied(reply: Reply): void;
  /** The link is over, by the peer, an error, or because nothing came for too long; the last call. */
  failed(detail: string): void;
}

export class Link {
  readonly #server: Server;
  readonly #listener: LinkListener;
  readonly #decoder = new ReplyDecoder();
  readonly #timeout: number;
  #connection: Connection | undefined;
  #timer: Timer | undefined;
  #isOver = false;

  /** Connects. The link fails when for `timeout` milliseconds neither a connection nor a reply comes. */
  constructor(server: Server, host: string, port: number, timeout: number, listener: LinkListener) {
    this.#server = server;
    this.#listener = listener;
    this.#timeout = timeout;
    this.#watch();
    this.#connect(host, port);
  }

  send(words: readonly RequestArgument[]): void {
    const bytes = encodeRequest(words);
    this.#connection?.write(bytes, 0, bytes.length);
  }

  /** Ends the link; its listener is told nothing more. */
  close(): void {
    this.#isOver = true;
    this.#timer?.cancel();
    this.#connection?.destroy();
  }

  /** Takes what the peer has sent; all of it. */
  received(bytes: Uint8Array, start: number, end: number): void {
    if (this.#isOver) return;
    this.#decoder.feed(bytes.slice(start, end));
    try {
      for (let reply = this.#decoder.next(); reply !== undefined; reply = this.#decoder.next()) {
        this.#watch();
        this.#listener.replied(reply);
        if (this.#isOver) return;
      }
    } catch (error) {
      if (!(error instanceof ReplyError)) throw error;
      this.#fail(error.message);
    }
  }

  closed(detail: string): void {
    this.#fail(detail);
  }

  #connect(host: string, port: number): void {
    const address = { kind: 'tcp', host, port, backlog: 0 } as const;
    try {
      this.#connection = this.#server.transport.connect(address, () => {
        if (this.#isOver) return;
        this.#watch();
        this.#listener.connected();
      });
    } catch (error) {
      // What cannot even be tried has failed as well.
      this.#fail((error as Error).message);
      return;
    }
    this.#connection.owner = this;
  }

  /** Waits for the next sign of life. */
  #watch(): void {
    this.#timer?.cancel();
    this.#timer = this.#server.transport.setTimer(this.#timeout, () => this.#fail('timeout'));
  }

  #fail(detail: string): void {
    if (this.#isOver) return;
    this.close();
    this.#listener.failed(detail);
  }
}
