/**
 * Saving in the background while clients write and read at a steady rate: how long it takes, what the clients see of it,
 * and how much memory it takes meanwhile; and loading the file.
 */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../test/peers/connection.ts';
import { type Peer, startServer } from '../test/peers/peer.ts';
import { generateLoad, generateSteadyLoad, type SteadyResult } from './load.ts';
import { type Row, record, rowOf } from './report.ts';
import { type Contestant, information, launch, residentBytes } from './servers.ts';

const CLIENTS = 8;
/** Of each of the two commands. */
const REQUESTS_PER_SECOND = 2000;
/** The load goes on until the slowest server has saved the keys. */
const KEYS_PER_SECOND = 400_000;
/** So long after the load it begins to save. */
const CALM_MS = 300;
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
        record(rows.tail, contestant.name, saved.p999Milliseconds);
        record(rows.longest, contestant.name, saved.longestMilliseconds);
        record(rows.memory, contestant.name, saved.extraPercent);
        record(rows.loading, contestant.name, await load(contestant, folder));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
  }
  return Object.values(rows);
}

interface Saved extends SteadyResult {
  readonly seconds: number;
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
  // The saves of a server that has run for a while take the place of an older file.
  await saveOnce(observer, () => {});
  const before = residentBytes(peer.pid);
  let resident = before;
  const loads = ask(peer.port, keys);
  await new Promise((resolve) => setTimeout(resolve, CALM_MS));
  const start = performance.now();
  await saveOnce(observer, () => {
    resident = Math.max(resident, residentBytes(peer.pid));
  });
  const seconds = (performance.now() - start) / 1000;
  const latencies = await loads;
  // What a forked process had to copy.
  const copied = await information(peer, 'rdb_last_cow_size');
  await observer.close();
  return { ...latencies, seconds, extraPercent: ((resident - before + copied) / before) * 100 };
}

/** Saves, and calls `watch` now and then. */
async function saveOnce(observer: Connection, watch: () => void): Promise<void> {
  await observer.call('BGSAVE');
  while (String(await observer.call('INFO', 'persistence')).includes('rdb_bgsave_in_progress:1')) {
    watch();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Reads and writes at the same rate; the worse of the two. */
async function ask(port: number, keys: number): Promise<SteadyResult> {
  const results = await Promise.all(
    [
      ['GET', 'key:__rand_int__'],
      ['SET', 'key:__rand_int__', VALUE],
    ].map((command) =>
      generateSteadyLoad(port, {
        requests: Math.round((keys / KEYS_PER_SECOND) * REQUESTS_PER_SECOND),
        clients: CLIENTS,
        requestsPerSecond: REQUESTS_PER_SECOND,
        keys,
        command,
      }),
    ),
  );
  return {
    p999Milliseconds: Math.max(...results.map((result) => result.p999Milliseconds)),
    longestMilliseconds: Math.max(...results.map((result) => result.longestMilliseconds)),
  };
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
