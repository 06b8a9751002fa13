/**
 * Saving in the background while clients write and read at a steady rate: how long it takes, what the clients see of it,
 * and how much memory it takes meanwhile; and loading the file.
 */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../test/peers/connection.ts';
import { type Peer, startServer } from '../test/peers/peer.ts';
import { generateLoad } from './load.ts';
import { type Row, record, rowOf } from './report.ts';
import { type Contestant, information, launch, residentBytes } from './servers.ts';

const CONNECTIONS = 16;
/** Requests a millisecond: 4,000 a second. */
const BURST = 4;
const VALUE = 'v'.repeat(32);
const POLL_MS = 20;

export async function measureSaving(
  list: readonly Contestant[],
  keys: number,
  rounds: number,
): Promise<Row[]> {
  const rows = {
    seconds: rowOf('BGSAVE under load', 's'),
    tail: rowOf('latency, p99.9', 'ms'),
    longest: rowOf('latency, longest', 'ms'),
    memory: rowOf('extra memory', '%'),
    loading: rowOf('loading, to the first GET', 's'),
  };
  for (let round = 0; round < rounds; round++) {
    for (const contestant of list) {
      const folder = mkdtempSync(join(tmpdir(), 'cinnabar-bench-'));
      try {
        const saved = await save(contestant, keys, join(folder, 'dump.rdb'));
        record(rows.seconds, contestant.name, saved.seconds);
        record(rows.tail, contestant.name, saved.latencies[Math.floor(saved.latencies.length * 0.999)]!);
        record(rows.longest, contestant.name, saved.latencies.at(-1)!);
        record(rows.memory, contestant.name, saved.extraPercent);
        record(rows.loading, contestant.name, await load(contestant, folder));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
  }
  return Object.values(rows);
}

interface Saved {
  readonly seconds: number;
  readonly latencies: number[];
  readonly extraPercent: number;
}

async function save(contestant: Contestant, keys: number, copy: string): Promise<Saved> {
  const peer = await launch(contestant);
  try {
    const command = ['SET', 'key:__rand_int__', VALUE];
    await generateLoad(peer.port, {
      requests: keys,
      clients: 50,
      pipeline: 32,
      keys,
      sequential: true,
      command,
    });
    const saved = await saveUnderLoad(peer, keys);
    copyFileSync(join(peer.dir, 'dump.rdb'), copy);
    return saved;
  } finally {
    await peer.stop();
  }
}

async function saveUnderLoad(peer: Peer, keys: number): Promise<Saved> {
  const observer = await peer.connect();
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => peer.connect()));
  const latencies: number[] = [];
  const before = residentBytes(peer.pid);
  let resident = before;
  const timer = setInterval(() => ask(clients, keys, latencies), 1);
  await observer.call('BGSAVE');
  const start = performance.now();
  while (String(await observer.call('INFO', 'persistence')).includes('rdb_bgsave_in_progress:1')) {
    resident = Math.max(resident, residentBytes(peer.pid));
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const seconds = (performance.now() - start) / 1000;
  clearInterval(timer);
  // What a forked process had to copy.
  const copied = await information(peer, 'rdb_last_cow_size');
  await Promise.all([observer, ...clients].map((connection) => connection.close()));
  latencies.sort((a, b) => a - b);
  return { seconds, latencies, extraPercent: ((resident - before + copied) / before) * 100 };
}

let turn = 0;

/** One burst, half of it writes. */
function ask(clients: readonly Connection[], keys: number, latencies: number[]): void {
  for (let i = 0; i < BURST; i++) {
    const client = clients[turn++ % clients.length]!;
    const key = `key:${String(Math.floor(Math.random() * keys)).padStart(12, '0')}`;
    const start = performance.now();
    const words = turn % 2 === 0 ? ['GET', key] : ['SET', key, VALUE];
    client.raw(...words).then(
      () => latencies.push(performance.now() - start),
      () => {},
    );
  }
}

/** Seconds from the start of the process to an answer that is a value. */
async function load({ name, command }: Contestant, folder: string): Promise<number> {
  const start = performance.now();
  const peer = await startServer(name, command, { args: ['--appendonly', 'no', '--dir', folder] });
  try {
    const connection = await peer.connect();
    while (!(await connection.raw('GET', 'key:000000000001')).includes(VALUE))
      await new Promise((resolve) => setTimeout(resolve, POLL_MS / 4));
    const seconds = (performance.now() - start) / 1000;
    await connection.close();
    return seconds;
  } finally {
    await peer.stop();
  }
}
