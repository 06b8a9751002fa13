/**
 * The longest stall while a server grows from no keys to millions: seen by one client that asks once a millisecond while
 * others write, and as the server itself tells it.
 */
import type { Connection } from '../test/peers/connection.ts';
import type { Peer } from '../test/peers/peer.ts';
import { generateLoad } from './load.ts';
import { type Row, record, rowOf } from './report.ts';
import { type Contestant, launch } from './servers.ts';

const PAUSE_MS = 1;
const CLIENTS = 20;
const PIPELINE = 16;

export async function measureGrowth(
  list: readonly Contestant[],
  keys: number,
  rounds: number,
): Promise<Row[]> {
  const rows = {
    middle: rowOf('client, p99.9', 'ms'),
    longest: rowOf('client, longest', 'ms'),
    inside: rowOf('LATENCY LATEST, longest', 'ms'),
  };
  for (let round = 0; round < rounds; round++) {
    for (const contestant of list) {
      const peer = await launch(contestant);
      try {
        const { latencies, inside } = await grow(peer, keys);
        record(rows.middle, peer.name, latencies[Math.floor(latencies.length * 0.999)]!);
        record(rows.longest, peer.name, latencies.at(-1)!);
        record(rows.inside, peer.name, inside);
      } finally {
        await peer.stop();
      }
    }
  }
  return Object.values(rows);
}

async function grow(peer: Peer, keys: number): Promise<{ latencies: number[]; inside: number }> {
  const observer = await peer.connect();
  await observer.call('CONFIG', 'SET', 'latency-monitor-threshold', '1');
  const command = ['SET', 'key:__rand_int__', 'v'.repeat(32)];
  let growing = true;
  const load = generateLoad(peer.port, {
    requests: keys,
    clients: CLIENTS,
    pipeline: PIPELINE,
    keys,
    sequential: true,
    command,
  });
  void load
    .catch(() => undefined)
    .then(() => {
      growing = false;
    });
  const latencies: number[] = [];
  while (growing) {
    const start = performance.now();
    await observer.raw('GET', 'key:000000000001');
    latencies.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  await load;
  const inside = await longestInside(observer);
  await observer.close();
  return { latencies: latencies.sort((a, b) => a - b), inside };
}

/** The longest of any event since the start; 0 when none took as long as a millisecond. */
async function longestInside(connection: Connection): Promise<number> {
  const events = await connection.call('LATENCY', 'LATEST');
  if (!Array.isArray(events)) return Number.NaN;
  return Math.max(0, ...events.map((event) => Number(Array.isArray(event) ? event[3] : Number.NaN)));
}
