/**
 * What a request costs: processor time of the server, which a load generator on the same machine cannot hide, and
 * requests a second. Servers take turns within each round, so that a drift of the machine's speed hits all alike.
 */
import type { Peer } from '../test/peers/peer.ts';
import { generateLoad } from './load.ts';
import { type Row, record, rowOf } from './report.ts';
import { type Contestant, cpuMicroseconds, withServers } from './servers.ts';

interface Workload {
  readonly name: string;
  readonly command: readonly string[];
  /** Requests in a round without pipelining, and pipelined. */
  readonly requests: readonly [number, number];
}

const KEYS = 100_000;
const CLIENTS = 50;
const WARM_UP_SCALE = 1 / 3;
const value = 'x'.repeat(16);
const tenPairs = Array.from({ length: 10 }, () => ['key:__rand_int__', value]).flat();

const workloads: readonly Workload[] = [
  { name: 'PING', command: ['PING'], requests: [200_000, 1_500_000] },
  { name: 'GET', command: ['GET', 'key:__rand_int__'], requests: [200_000, 1_500_000] },
  { name: 'SET', command: ['SET', 'key:__rand_int__', value], requests: [200_000, 1_500_000] },
  { name: 'INCR', command: ['INCR', 'counter:__rand_int__'], requests: [150_000, 1_000_000] },
  { name: 'MSET of 10', command: ['MSET', ...tenPairs], requests: [60_000, 200_000] },
];

export interface RequestOptions {
  readonly rounds: number;
  readonly pipelines: readonly number[];
  /** Multiplies the number of requests. */
  readonly scale: number;
  /** Names of workloads to leave others out; empty for all. */
  readonly only: readonly string[];
}

export interface RequestFigures {
  readonly processor: readonly Row[];
  readonly throughput: readonly Row[];
}

export function measureRequests(
  list: readonly Contestant[],
  options: RequestOptions,
): Promise<RequestFigures> {
  return withServers(list, async (peers) => {
    const processor: Row[] = [];
    const throughput: Row[] = [];
    await fill(peers);
    for (const workload of workloads) {
      if (options.only.length > 0 && !options.only.includes(workload.name.split(' ')[0]!.toLowerCase()))
        continue;
      for (const pipeline of options.pipelines) {
        const label = `${workload.name}, pipeline ${pipeline}`;
        const [cost, rate] = [rowOf(label, 'us/request'), rowOf(label, 'requests/s', false)];
        processor.push(cost);
        throughput.push(rate);
        // A shorter round comes first and does not count: a server may compile what it is asked to do.
        const unused = rowOf('', '');
        for (const peer of peers)
          await measure(peer, workload, pipeline, options.scale * WARM_UP_SCALE, unused, unused);
        for (let round = 0; round < options.rounds; round++) {
          for (const peer of peers) await measure(peer, workload, pipeline, options.scale, cost, rate);
        }
      }
    }
    return { processor, throughput };
  });
}

async function fill(peers: readonly Peer[]): Promise<void> {
  const command = ['SET', 'key:__rand_int__', value];
  for (const peer of peers) {
    await generateLoad(peer.port, {
      requests: KEYS,
      clients: CLIENTS,
      pipeline: 16,
      keys: KEYS,
      sequential: true,
      command,
    });
  }
}

async function measure(
  peer: Peer,
  { command, requests: [single, piped] }: Workload,
  pipeline: number,
  scale: number,
  cost: Row,
  rate: Row,
): Promise<void> {
  const requests = Math.round((pipeline === 1 ? single : piped) * scale);
  const before = cpuMicroseconds(peer.pid);
  const result = await generateLoad(peer.port, { requests, clients: CLIENTS, pipeline, keys: KEYS, command });
  record(cost, peer.name, (cpuMicroseconds(peer.pid) - before) / requests);
  record(rate, peer.name, result.requestsPerSecond);
}
