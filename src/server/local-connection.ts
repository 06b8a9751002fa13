/** Cold. A client inside the process: requests go straight to the instance, replies come back as values. */
import { ReplyDecoder } from '../protocol/client/decoder.ts';
import { encodeRequest, type RequestArgument } from '../protocol/client/encoder.ts';
import type { Reply } from '../protocol/client/reply.ts';
import { Output } from '../transport/output.ts';
import type { Connection } from '../transport/transport.ts';
import type { Server } from './server.ts';

const CAPACITY = 1024;

export class LocalConnection implements Connection {
  owner: unknown = undefined;
  readonly kind = 'unix';
  readonly descriptor = -1;
  readonly remoteAddress = 'local:0';
  readonly localAddress = 'local:0';
  readonly pendingOutputBytes = 0;
  readonly inputCapacityBytes = 0;
  readonly #server: Server;
  readonly #output = new Output(CAPACITY);
  readonly #decoder = new ReplyDecoder();
  readonly #waiting: ((reply: Reply | undefined) => void)[] = [];
  #input: Uint8Array = new Uint8Array(0);
  #paused = false;
  #closed = false;

  constructor(server: Server) {
    this.#server = server;
    server.accepted(this);
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  get pendingInputBytes(): number {
    return this.#input.length;
  }

  /** Runs a command; undefined if the connection ends before the reply. */
  send(words: readonly RequestArgument[]): Promise<Reply | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#input = Buffer.concat([this.#input, encodeRequest(words)]);
      this.#waiting.push(resolve);
      this.#present();
    });
  }

  write(bytes: Uint8Array, start: number, end: number): void {
    this.#decoder.feed(bytes.slice(start, end));
    for (let reply = this.#decoder.next(); reply !== undefined; reply = this.#decoder.next()) {
      if (reply.kind !== 'push') this.#waiting.shift()?.(reply);
    }
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#present();
  }

  destroy(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#server.closed(this, 'destroyed', '');
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }

  end(): void {
    // Its replies have been delivered when the request that ends it returns.
    queueMicrotask(() => this.destroy());
  }

  #present(): void {
    if (this.#paused || this.#closed || this.#input.length === 0) return;
    const consumed = this.#server.receivedLocally(this, this.#input, this.#output);
    this.#input = this.#input.subarray(consumed);
    const length = this.#output.length;
    this.#output.length = 0;
    this.write(this.#output.bytes, 0, length);
  }
}
