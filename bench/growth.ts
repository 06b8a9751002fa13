/**
 * The longest stall while a server grows from no keys to millions: seen by one client that asks once a millisecond while
 * others write, and as the server itself tells it. At full speed a faster server grows in less time and leaves fewer moments to
 * the client that measures it, so what clients see is also measured at a rate that all servers keep up with.
 */
import type { Connection } from '../test/peers/connection.ts';
import { generateLoad } from './load.ts';
import { type Row, record, rowOf } from './report.ts';
import { type Contestant, launch } from './servers.ts';

const PAUSE_MS = 1;
const CLIENTS = 20;
const PIPELINE = 16;
const KEYS_PER_SECOND = 500_000;

export async function measureGrowth(
  list: readonly Contestant[],
  keys: number,
  rounds: number,
): Promise<Row[]> {
  const rows = {
    middle: rowOf('client, p99.9', 'ms'),
    longest: rowOf('client, longest', 'ms'),
    inside: rowOf('LATENCY LATEST, longest', 'ms'),
    evenMiddle: rowOf(`client, p99.9, at ${KEYS_PER_SECOND / 1000}k/s`, 'ms'),
    evenLongest: rowOf(`client, longest, at ${KEYS_PER_SECOND / 1000}k/s`, 'ms'),
  };
  for (let round = 0; round < rounds; round++) {
    for (const contestant of list) {
      const { latencies, inside } = await grow(contestant, keys);
      record(rows.middle, contestant.name, percentile(latencies, 0.999));
      record(rows.longest, contestant.name, latencies.at(-1)!);
      record(rows.inside, contestant.name, inside);
    }
    for (const contestant of list) {
      const { latencies } = await grow(contestant, keys, KEYS_PER_SECOND);
      record(rows.evenMiddle, contestant.name, percentile(latencies, 0.999));
      record(rows.evenLongest, contestant.name, latencies.at(-1)!);
    }
  }
  return Object.values(rows);
}

interface Growth {
  /** Of the client that measures, in ascending order; in milliseconds, like the other. */
  readonly latencies: readonly number[];
  readonly inside: number;
}

async function grow(contestant: Contestant, keys: number, requestsPerSecond?: number): Promise<Growth> {
  const peer = await launch(contestant);
  try {
    const observer = await peer.connect();
    await observer.call('CONFIG', 'SET', 'latency-monitor-threshold', '1');
    const load = generateLoad(peer.port, {
      requests: keys,
      clients: CLIENTS,
      pipeline: PIPELINE,
      keys,
      sequential: true,
      ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
      command: ['SET', 'key:__rand_int__', 'v'.repeat(32)],
    });
    const latencies = await observe(observer, load);
    const inside = await longestInside(observer);
    await observer.close();
    return { latencies, inside };
  } finally {
    await peer.stop();
  }
}

/** How long single requests take until the load has ended. */
async function observe(observer: Connection, load: Promise<unknown>): Promise<number[]> {
  let growing = true;
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
  return latencies.sort((a, b) => a - b);
}

function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.floor(ascending.length * share)]!;
}

/** The longest of any event since the start; 0 when none took as long as a millisecond. */
async function longestInside(connection: Connection): Promise<number> {
  const events = await connection.call('LATENCY', 'LATEST');
  if (!Array.isArray(events)) return Number.NaN;
  return Math.max(0, ...events.map((event) => Number(Array.isArray(event) ? event[3] : Number.NaN)));
}
