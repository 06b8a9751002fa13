/** A client for tests: sends any bytes, gives back each reply's bytes untouched, and can say what they mean. */
import { connect, type Socket } from 'node:net';
import { decode, type Reply, replyEnd } from './reply.ts';

/** A command's word. Strings are sent as UTF-8, numbers in decimal. */
export type Argument = string | number | bigint | Uint8Array;

/** Told by every waiting and later read once the server has closed, unless whole replies are still there to be read. */
export class ConnectionClosed extends Error {
  /** Bytes that came behind the last whole reply. */
  readonly rest: Buffer;
  constructor(rest: Buffer) {
    super(
      `the server closed the connection${rest.length > 0 ? ` behind ${JSON.stringify(rest.toString('latin1'))}` : ''}`,
    );
    this.rest = rest;
  }
}

interface Waiter {
  resolve(reply: Buffer): void;
  reject(reason: Error): void;
}

/** A command as the bytes of a request. */
export function request(words: readonly Argument[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${words.length}\r\n`)];
  for (const word of words) {
    const bytes = typeof word === 'object' ? word : Buffer.from(String(word));
    parts.push(Buffer.from(`$${bytes.length}\r\n`), Buffer.from(bytes), Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}

/** Replies, or pushes, that came, and those who wait for one. */
class Inbox {
  readonly arrived: Buffer[] = [];
  readonly #waiting: Waiter[] = [];

  add(reply: Buffer): void {
    const waiter = this.#waiting.shift();
    if (waiter) waiter.resolve(reply);
    else this.arrived.push(reply);
  }

  next(failure: Error | undefined): Promise<Buffer> {
    const reply = this.arrived.shift();
    if (reply) return Promise.resolve(reply);
    if (failure) return Promise.reject(failure);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  fail(reason: Error): void {
    for (const waiter of this.#waiting.splice(0)) waiter.reject(reason);
  }
}

/** Where to connect: a TCP port of this machine, or a UNIX socket's path. */
export type Address = number | string;

export class Connection {
  readonly #socket: Socket;
  readonly #replies = new Inbox();
  readonly #pushes = new Inbox();
  #input = Buffer.alloc(0);
  #inputLength = 0;
  /** Bytes the input must hold before the reply at its start can be whole. */
  #needed = 1;
  #failure: Error | undefined;

  /** Settles when the connection is closed, by whichever side; never rejects. */
  readonly closed: Promise<void>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#received(chunk));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#fail(new ConnectionClosed(this.#input.subarray(0, this.#inputLength)));
        resolve();
      });
    });
  }

  static open(address: Address): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const target = typeof address === 'number' ? { port: address, host: '127.0.0.1' } : { path: address };
      const socket = connect({ ...target, noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Connection(socket));
      });
    });
  }

  get isClosed(): boolean {
    return this.#failure !== undefined;
  }

  /** Sends bytes as they are. */
  send(bytes: Uint8Array | string): void {
    this.#socket.write(bytes);
  }

  /** The bytes of the next reply that was not read yet. RESP3's pushes are kept apart. */
  nextReply(): Promise<Buffer> {
    return this.#replies.next(this.#failure);
  }

  /** The bytes of the replies that came already and were not read yet. */
  takeReplies(): Buffer[] {
    return this.#replies.arrived.splice(0);
  }

  /** The bytes of the next push message (RESP3). */
  nextPush(): Promise<Buffer> {
    return this.#pushes.next(this.#failure);
  }

  /** Push messages that came and were not read yet. */
  get pushes(): readonly Buffer[] {
    return this.#pushes.arrived;
  }

  /** Sends a command; the reply's bytes. */
  raw(...words: Argument[]): Promise<Buffer> {
    this.send(request(words));
    return this.nextReply();
  }

  /** Sends a command; the reply's meaning. Errors are values (`ErrorReply`), not exceptions. */
  async call(...words: Argument[]): Promise<Reply> {
    return decode(await this.raw(...words));
  }

  /** Sends all commands at once; the bytes of the replies. */
  async pipeline(commands: readonly (readonly Argument[])[]): Promise<Buffer[]> {
    this.send(Buffer.concat(commands.map(request)));
    const replies: Buffer[] = [];
    for (const _ of commands) replies.push(await this.nextReply());
    return replies;
  }

  /** Sends no more; the server sees the end of the stream. */
  end(): void {
    this.#socket.end();
  }

  async close(): Promise<void> {
    this.#socket.destroy();
    await this.closed;
  }

  /** Closes with a reset instead of an orderly end. */
  async reset(): Promise<void> {
    this.#socket.resetAndDestroy();
    await this.closed;
  }

  #received(chunk: Buffer): void {
    this.#append(chunk);
    if (this.#inputLength < this.#needed) return;
    try {
      this.#split();
    } catch (error) {
      this.#fail(error as Error);
      this.#socket.destroy();
    }
  }

  #append(chunk: Buffer): void {
    const length = this.#inputLength + chunk.length;
    if (length > this.#input.length) {
      const grown = Buffer.alloc(Math.max(length, 2 * this.#input.length));
      this.#input.copy(grown, 0, 0, this.#inputLength);
      this.#input = grown;
    }
    chunk.copy(this.#input, this.#inputLength);
    this.#inputLength = length;
  }

  #split(): void {
    const input = this.#input.subarray(0, this.#inputLength);
    let start = 0;
    this.#needed = 1;
    while (start < input.length) {
      const end = replyEnd(input, start);
      if (end < 0) {
        this.#needed = -end - start;
        break;
      }
      const reply = Buffer.from(input.subarray(start, end));
      if (input[start] === 0x3e /* > */) this.#pushes.add(reply);
      else this.#replies.add(reply);
      start = end;
    }
    this.#input.copy(this.#input, 0, start, this.#inputLength);
    this.#inputLength -= start;
  }

  #fail(reason: Error): void {
    this.#failure ??= reason;
    this.#replies.fail(this.#failure);
    this.#pushes.fail(this.#failure);
  }
}
