/** Hot. What a command that acts on the server is given besides data. */
import { Call } from '../commands/call.ts';
import type { CommandDeclaration } from '../commands/declaration.ts';
import type { Arguments } from '../protocol/arguments.ts';
import type { Reply } from '../protocol/reply.ts';
import type { RequestParser } from '../protocol/request-parser.ts';
import type { Output } from '../transport/output.ts';
import type { Client } from './client.ts';
import type { Server } from './server.ts';

export class ServerCall extends Call {
  readonly server: Server;
  /** Who asks. */
  client: Client;
  /** Where the client's replies go, unless it has asked for none (CLIENT REPLY): then `reply.output` is another. */
  output: Output;
  /** Where the request stands in the input buffer. */
  start = 0;
  /** What has parsed the request, and knows its end; null for words that came in no request. */
  parser: RequestParser | null = null;
  /** The same of the request that is being timed: the last one that ran. */
  timedStart = 0;
  /** Words that MONITOR and the slow log must not show; null if there are none. */
  redacted: number[] | null = null;

  constructor(server: Server, reply: Reply, words: Arguments) {
    super(server.keyspace, reply, words);
    this.server = server;
    this.output = reply.output;
    // There is no client between requests; the field is set before every command.
    this.client = undefined as unknown as Client;
  }

  /** The request came in silence, but ends it: its own reply is wanted. */
  speak(): void {
    this.reply.output = this.output;
  }

  /** Keeps word `index` (a password) out of MONITOR and the slow log. */
  redact(index: number): void {
    this.redacted ??= [];
    this.redacted.push(index);
  }

  /** A word as MONITOR and the slow log may show it. */
  shown(index: number): string {
    return this.redacted?.includes(index) ? '(redacted)' : this.arguments.text(index);
  }
}

export type ServerCommand = CommandDeclaration<ServerCall>;
