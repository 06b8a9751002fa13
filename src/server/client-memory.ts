/** Cold. What clients take of the memory: each, all together, and at most in the last seconds. */
import type { Client } from './client.ts';
import type { Clients } from './clients.ts';

/** Estimated bytes of a client's objects, besides its buffers. */
export const CLIENT_BYTES = 1024;
/** The recent maxima look back this many seconds. */
const RECENT_SECONDS = 8;

/** Bytes that a client takes: its objects, its buffers, and what it has us remember. */
export function clientMemory(client: Client): number {
  const { connection, fieldSets } = client;
  return (
    CLIENT_BYTES + connection.inputCapacityBytes + connection.pendingOutputBytes + (fieldSets?.bytes ?? 0)
  );
}

export class ClientMemory {
  readonly #clients: Clients;
  /** The largest buffers in each of the last seconds, in turn. */
  readonly #input = new Float64Array(RECENT_SECONDS);
  readonly #output = new Float64Array(RECENT_SECONDS);
  #second = 0;

  constructor(clients: Clients) {
    this.#clients = clients;
  }

  /** Bytes of all clients together. */
  get total(): number {
    let bytes = 0;
    for (const client of this.#clients.byId.values()) bytes += clientMemory(client);
    return bytes;
  }

  /** The largest input buffer of the last seconds. */
  get recentInput(): number {
    return Math.max(...this.#input);
  }

  /** The largest unsent output of the last seconds. */
  get recentOutput(): number {
    return Math.max(...this.#output);
  }

  /** Looks at all buffers; to be called several times a second, or what comes and goes between is not seen. */
  survey(now: number): void {
    const second = Math.floor(now / 1000);
    const slot = second % RECENT_SECONDS;
    let input = second === this.#second ? this.#input[slot] : 0;
    let output = second === this.#second ? this.#output[slot] : 0;
    this.#second = second;
    for (const { connection } of this.#clients.byId.values()) {
      input = Math.max(input, connection.inputCapacityBytes);
      output = Math.max(output, connection.pendingOutputBytes);
    }
    this.#input[slot] = input;
    this.#output[slot] = output;
  }
}
