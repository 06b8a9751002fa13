/** Cold. All connected clients. */
import type { Connection } from '../transport/transport.ts';
import { Client } from './client.ts';

export class Clients {
  readonly byId = new Map<number, Client>();
  /** Connections accepted, and refused for maxclients. */
  accepted = 0;
  rejected = 0;
  #nextId = 1;

  get count(): number {
    return this.byId.size;
  }

  add(connection: Connection, now: number): Client {
    const client = new Client(this.#nextId++, connection, now);
    connection.owner = client;
    this.byId.set(client.id, client);
    return client;
  }

  remove(client: Client): void {
    client.stopped = true;
    this.byId.delete(client.id);
  }

  resetStatistics(): void {
    this.accepted = 0;
    this.rejected = 0;
  }

  /** Serves no further request of the client, and closes it when its replies are sent. */
  closeAfterReply(client: Client): void {
    client.stopped = true;
    client.closing = true;
    client.connection.end();
  }

  /** Closes the client at once. */
  close(client: Client): void {
    client.stopped = true;
    client.closing = true;
    client.connection.destroy();
  }
}
