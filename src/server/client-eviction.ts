/** Cold. maxmemory-clients: when clients together take too much memory, the largest are disconnected. */
import { CLIENT_MONITOR, type Client } from './client.ts';
import { clientMemory } from './client-memory.ts';
import { GATE_CLIENT_MEMORY } from './gates.ts';
import type { Server } from './server.ts';

/** A smaller limit would leave no room to talk to the server at all. */
const LIMIT_BYTES_MIN = 128 * 1024;
/** Adding up this many clients takes about a quarter of a millisecond, so it is done no more often than once a millisecond. */
const CLIENTS_PER_MILLISECOND = 1000;

export class ClientEviction {
  readonly #server: Server;
  #configured = 0;
  #checkedAt = 0;
  /** Clients disconnected so far. */
  evicted = 0;

  constructor(server: Server) {
    this.#server = server;
  }

  /** maxmemory-clients: bytes, or if negative so many percent of maxmemory; 0 for no limit. */
  setMaximum(bytesOrPercent: number): void {
    this.#configured = bytesOrPercent;
    if (bytesOrPercent !== 0) this.#server.gates |= GATE_CLIENT_MEMORY;
    else this.#server.gates &= ~GATE_CLIENT_MEMORY;
  }

  /** Bytes; 0 for no limit. */
  get limit(): number {
    const configured = this.#configured;
    const bytes = configured < 0 ? (this.#server.memory.maximum * -configured) / 100 : configured;
    return bytes === 0 ? 0 : Math.max(bytes, LIMIT_BYTES_MIN);
  }

  /** Before a command runs: evicts if it is time to look again. Returns whether `client` itself had to go. */
  check(client: Client): boolean {
    const { keyspace, clients } = this.#server;
    if (keyspace.now - this.#checkedAt < clients.count / CLIENTS_PER_MILLISECOND) return false;
    this.#checkedAt = keyspace.now;
    this.evict();
    return client.stopped;
  }

  /** Disconnects the largest clients until all together are below the limit. At every tick, and before commands. */
  evict(): void {
    const { limit } = this;
    if (limit === 0) return;
    const { clients, log } = this.#server;
    let total = 0;
    for (const client of clients.byId.values()) if (!client.closing) total += clientMemory(client);
    if (total < limit) return;
    const candidates = [...clients.byId.values()].filter(isEvictable);
    candidates.sort((left, right) => clientMemory(right) - clientMemory(left));
    for (const client of candidates) {
      if (total < limit) return;
      total -= clientMemory(client);
      this.evicted++;
      log.notice(`Evicting client: id=${client.id} addr=${client.connection.remoteAddress}`);
      clients.close(client);
    }
  }
}

function isEvictable(client: Client): boolean {
  return !client.closing && !client.noEvict && (client.gates & CLIENT_MONITOR) === 0;
}
