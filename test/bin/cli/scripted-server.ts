/** A server that answers commands with bytes of the test's choice, and remembers what it was sent. */
import { createServer, type Server, type Socket } from 'node:net';
import { ReplyDecoder } from '../../../src/protocol/client/decoder.ts';
import { type Reply, replyElements } from '../../../src/protocol/client/reply.ts';

/** Bytes as one character each; with `close`, the connection ends after them. */
export type Answer = string | { readonly close: string };

/** The first pattern that matches a command, its words joined by spaces, gives the answer; without one, `+OK`. */
export type Script = readonly (readonly [pattern: RegExp, answer: Answer])[];

export class ScriptedServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** One entry a command; `<connected>` for a new connection. */
  sent: string[] = [];
  script: Script = [];

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static start(): Promise<ScriptedServer> {
    const server = new ScriptedServer();
    return new Promise((resolve) => {
      server.#server.listen(0, '127.0.0.1', () => resolve(server));
    });
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return address.port;
  }

  /** A new start with another script. */
  play(script: Script): void {
    this.sent = [];
    this.script = script;
  }

  stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    this.sent.push('<connected>');
    const decoder = new ReplyDecoder();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk) => {
      decoder.feed(chunk);
      for (let request = decoder.next(); request !== undefined; request = decoder.next()) {
        this.#answer(socket, words(request).join(' '));
      }
    });
  }

  #answer(socket: Socket, command: string): void {
    this.sent.push(command);
    const answer = this.script.find(([pattern]) => pattern.test(command))?.[1] ?? '+OK\r\n';
    if (typeof answer === 'string') socket.write(Buffer.from(answer, 'latin1'));
    else socket.end(Buffer.from(answer.close, 'latin1'));
  }
}

function words(request: Reply): string[] {
  return replyElements(request).map((word) =>
    'bytes' in word ? Buffer.from(word.bytes).toString('latin1') : '?',
  );
}
