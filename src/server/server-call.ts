/** Hot. What a command that acts on the server is given besides data. */
import { Call } from '../commands/call.ts';
import type { CommandDeclaration } from '../commands/declaration.ts';
import type { Arguments } from '../protocol/arguments.ts';
import type { Reply } from '../protocol/reply.ts';
import type { Client } from './client.ts';
import type { Server } from './server.ts';

export class ServerCall extends Call {
  readonly server: Server;
  /** Who asks. */
  client: Client;

  constructor(server: Server, reply: Reply, words: Arguments) {
    super(server.keyspace, reply, words);
    this.server = server;
    // There is no client between requests; the field is set before every command.
    this.client = undefined as unknown as Client;
  }
}

export type ServerCommand = CommandDeclaration<ServerCall>;
