/** The other end of a connection in transport tests: a plain socket of the runtime that remembers what it received. */
import { connect, type Socket } from 'node:net';
import type { ListenAddress } from '../../src/transport/transport.ts';

export class Peer {
  readonly socket: Socket;
  readonly #chunks: Buffer[] = [];
  received = 0;
  #ended = false;
  error: NodeJS.ErrnoException | undefined;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (data) => {
      this.#chunks.push(data as Buffer);
      this.received += data.length;
      this.#wake?.();
    });
    const end = (): void => {
      this.#ended = true;
      this.#wake?.();
    };
    socket.on('end', end);
    socket.on('close', end);
    socket.on('error', (error) => {
      this.error = error;
      end();
    });
  }

  static open(address: ListenAddress): Promise<Peer> {
    return new Promise((resolve, reject) => {
      const options =
        address.kind === 'tcp' ? { host: address.host, port: address.port } : { path: address.path };
      const socket = connect({ ...options, allowHalfOpen: true });
      const failed = (error: Error): void => reject(error);
      socket.once('error', failed);
      socket.once('connect', () => {
        socket.off('error', failed);
        resolve(new Peer(socket));
      });
    });
  }

  write(data: string | Uint8Array): void {
    this.socket.write(data);
  }

  /** Waits until `count` bytes were received altogether, or the other end has ended. */
  async until(count: number): Promise<Buffer> {
    while (this.received < count && !this.#ended) await this.#change();
    return Buffer.concat(this.#chunks);
  }

  /** Waits for the other end's end, and returns everything received. */
  async untilEnd(): Promise<Buffer> {
    while (!this.#ended) await this.#change();
    return Buffer.concat(this.#chunks);
  }

  async text(count: number): Promise<string> {
    return (await this.until(count)).toString();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Sends no more, but still receives. */
  end(): void {
    this.socket.end();
  }

  close(): void {
    this.socket.destroy();
  }
}
