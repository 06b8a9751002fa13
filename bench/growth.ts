/**
 * The longest stall while a server grows from no keys to millions: seen by one client that asks once a millisecond while
 * others write, and as the server itself tells it. At full speed a faster server leaves fewer moments to the client that measures
 * it, so what a client sees is also measured at a rate that all servers keep up with.
 */
import type { Connection } from '../test/peers/connection.ts';
import { generateLoad, generateSteadyLoad, type Load, type SteadyResult } from './load.ts';
import { type Row, record, rowOf } from './report.ts';
import { type Contestant, launch } from './servers.ts';

const PAUSE_MS = 1;
const CLIENTS = 20;
const PIPELINE = 16;
const KEYS_PER_SECOND = 500_000;
const OBSERVATIONS_PER_SECOND = 1000;

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
      const { p999Milliseconds, longestMilliseconds } = await growEvenly(contestant, keys);
      record(rows.evenMiddle, contestant.name, p999Milliseconds);
      record(rows.evenLongest, contestant.name, longestMilliseconds);
    }
  }
  return Object.values(rows);
}

interface Growth {
  /** Of the client that measures, in ascending order; in milliseconds, like the other. */
  readonly latencies: readonly number[];
  readonly inside: number;
}

async function grow(contestant: Contestant, keys: number): Promise<Growth> {
  const peer = await launch(contestant);
  try {
    const observer = await peer.connect();
    await observer.call('CONFIG', 'SET', 'latency-monitor-threshold', '1');
    const latencies = await observe(observer, generateLoad(peer.port, load(keys)));
    const inside = await longestInside(observer);
    await observer.close();
    return { latencies, inside };
  } finally {
    await peer.stop();
  }
}

/** At the same rate for all; the client that measures is a load generator too, with nothing of its own to wait for. */
async function growEvenly(contestant: Contestant, keys: number): Promise<SteadyResult> {
  const peer = await launch(contestant);
  try {
    const growth = generateLoad(peer.port, { ...load(keys), requestsPerSecond: KEYS_PER_SECOND });
    const observed = generateSteadyLoad(peer.port, {
      requests: Math.round((keys / KEYS_PER_SECOND) * OBSERVATIONS_PER_SECOND),
      clients: 1,
      requestsPerSecond: OBSERVATIONS_PER_SECOND,
      keys,
      command: ['GET', 'key:__rand_int__'],
    });
    const [result] = await Promise.all([observed, growth]);
    return result;
  } finally {
    await peer.stop();
  }
}

function load(keys: number): Load {
  const command = ['SET', 'key:__rand_int__', 'v'.repeat(32)];
  return { requests: keys, clients: CLIENTS, pipeline: PIPELINE, keys, sequential: true, command };
}

/** How long single requests take until the load has ended. */
async function observe(observer: Connection, growth: Promise<unknown>): Promise<number[]> {
  let growing = true;
  void growth
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
  await growth;
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
