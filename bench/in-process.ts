/** An instance without sockets, to which batches of requests are handed as a transport would. */
import { Server } from '../src/server/server.ts';
import { systemClock } from '../src/server/system/clock.ts';
import { systemRandom } from '../src/server/system/random.ts';
import { Output } from '../src/transport/output.ts';
import type { Connection, Transport } from '../src/transport/transport.ts';

const output = new Output(1 << 20);
const connection = {
  kind: 'tcp',
  remoteAddress: '127.0.0.1:1',
  pendingOutputBytes: 0,
} as unknown as Connection;
const server = new Server({ clock: systemClock, random: systemRandom, hashKey: { word0: 1, word1: 2 } });
server.attach({ output } as unknown as Transport);
server.accepted(connection);

/** Serves the requests, and drops the replies. */
export function send(batch: Uint8Array): void {
  server.received(connection, batch, 0, batch.length);
  output.length = 0;
}

/** Nanoseconds of CPU that a request has cost, with so many requests in a batch. */
export function measure(batches: readonly Uint8Array[], requestsABatch: number): number {
  const before = process.cpuUsage();
  for (const batch of batches) send(batch);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / (batches.length * requestsABatch);
}
