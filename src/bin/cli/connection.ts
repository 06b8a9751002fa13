import { createConnection, type Socket } from 'node:net';
import { ReplyDecoder } from '../../protocol/client/decoder.ts';
import { encodeRequest, type RequestArgument } from '../../protocol/client/encoder.ts';
import type { Reply } from '../../protocol/client/reply.ts';
import type { Target } from './settings.ts';
import { systemErrorText } from './system-error.ts';

/** The connection could not be made, or has ended; the message is the reason alone. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** One connection to a server: requests out, replies in the order in which they come. */
export class Connection {
  readonly #socket: Socket;
  readonly #decoder = new ReplyDecoder();
  #failure: Error | undefined;
  #wake: (() => void) | undefined;
  /** What came and waits to be taken by `bytes`; undefined while replies are decoded. */
  #stream: Uint8Array[] | undefined;
  /** Called after bytes have come or the connection has ended, for who does not wait in `receive`. */
  onActivity: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      if (this.#stream === undefined) this.#decoder.feed(chunk);
      else if (this.#stream.push(chunk) > 1) socket.pause();
      this.#notify();
    });
    socket.on('error', (error) => this.#fail(systemErrorText(error)));
    socket.on('close', () => this.#fail(closedByServer));
    socket.on('end', () => socket.destroy());
  }

  /** @throws ConnectionError */
  static open(target: Target): Promise<Connection> {
    const socket = createConnection(addressOf(target));
    return new Promise((resolve, reject) => {
      const refuse = (error: unknown) => {
        socket.destroy();
        reject(new ConnectionError(systemErrorText(error)));
      };
      socket.once('error', refuse);
      if (target.connectTimeoutMs > 0) {
        socket.setTimeout(target.connectTimeoutMs, () => refuse({ code: 'ETIMEDOUT' }));
      }
      socket.once('connect', () => {
        socket.setTimeout(0);
        socket.off('error', refuse);
        resolve(new Connection(socket));
      });
    });
  }

  /** Why the connection can no longer be used; undefined while it can. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  send(args: readonly RequestArgument[]): void {
    this.sendBytes(encodeRequest(args));
  }

  sendBytes(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Waits until what was sent has left this process. */
  drained(): Promise<void> {
    if (this.#failure !== undefined || !this.#socket.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => {
      this.#socket.once('drain', resolve);
      this.#socket.once('close', resolve);
    });
  }

  /**
   * A reply that has come whole, without waiting.
   * @throws ReplyError when the stream is not RESP.
   */
  poll(): Reply | undefined {
    return this.#decoder.next();
  }

  /**
   * The next reply.
   * @throws ReplyError, ConnectionError
   */
  async receive(): Promise<Reply> {
    for (;;) {
      const reply = this.poll();
      if (reply !== undefined) return reply;
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** From now on what comes is no reply: `bytes` gives it as it is. REQUIRES: nothing has come that was not received. */
  streamBytes(): void {
    this.#stream = [];
  }

  /**
   * The next bytes, some at a time; the server is kept waiting for as long as they are not asked for.
   * @throws ConnectionError
   */
  async bytes(): Promise<Uint8Array> {
    for (;;) {
      const chunk = this.#stream?.shift();
      if (chunk !== undefined) return chunk;
      if (this.#failure !== undefined) throw this.#failure;
      this.#socket.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#failure ??= new ConnectionError('Connection closed');
    this.#socket.destroy();
    this.#notify();
  }

  #fail(reason: string): void {
    // Writing to a connection that the server has closed fails before its end is read.
    this.#failure ??= new ConnectionError(reason === brokenPipe ? closedByServer : reason);
    this.#notify();
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
    this.onActivity();
  }
}

const closedByServer = 'Server closed the connection';
const brokenPipe = 'Broken pipe';

function addressOf(target: Target) {
  if (target.socketPath !== undefined) return { path: target.socketPath };
  return { host: target.host, port: target.port, family: target.addressFamily };
}
