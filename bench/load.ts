/** The load generator: valkey-benchmark, run as a process of its own. */
import { spawn } from 'node:child_process';
import { peerProgram } from '../test/peers/peer.ts';

export interface Load {
  readonly requests: number;
  readonly clients: number;
  readonly pipeline: number;
  /** "__rand_int__" in the command stands for a number of 12 digits below this. */
  readonly keys: number;
  /** Numbers in order, each once, instead of random ones. */
  readonly sequential?: boolean;
  /** No more than that; by default as many as the server takes. */
  readonly requestsPerSecond?: number;
  readonly command: readonly string[];
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
}

export async function generateLoad(port: number, load: Load): Promise<LoadResult> {
  const { requests, clients, pipeline, keys, sequential, requestsPerSecond, command } = load;
  const numbers = ['-p', port, '-n', requests, '-c', clients, '-P', pipeline, '-r', keys].map(String);
  const order = sequential ? ['--sequential'] : [];
  const rate = requestsPerSecond === undefined ? [] : ['--rps', String(requestsPerSecond)];
  const args = [...numbers, ...order, ...rate, '--csv', ...command];
  const output = await outputOf(peerProgram('valkey9', 'benchmark'), args);
  // The last row: "name","requests a second","average","least","p50","p95","p99","most".
  const row = output.split('\n').findLast((line) => line.startsWith('"') && !line.startsWith('"test"'));
  const cells = (row?.match(/"[^"]*"/g) ?? []).map((cell) => Number(cell.slice(1, -1))).slice(-7);
  if (cells.length < 7 || !(cells[0]! > 0)) throw new Error(`the load generator says: ${output.slice(-300)}`);
  return { requestsPerSecond: cells[0]!, p50Milliseconds: cells[3]!, p99Milliseconds: cells[5]! };
}

export interface SteadyLoad {
  readonly requests: number;
  readonly clients: number;
  readonly requestsPerSecond: number;
  readonly keys: number;
  readonly command: readonly string[];
}

export interface SteadyResult {
  readonly p999Milliseconds: number;
  readonly longestMilliseconds: number;
}

/** Requests at an even rate, whatever the server does: who waits shows up in the latencies. */
export async function generateSteadyLoad(port: number, load: SteadyLoad): Promise<SteadyResult> {
  const { requests, clients, requestsPerSecond, keys, command } = load;
  const numbers = ['-p', port, '-n', requests, '-c', clients, '--rps', requestsPerSecond, '-r', keys];
  const args = [...numbers.map(String), '--precision', '3', ...command];
  const output = await outputOf(peerProgram('valkey9', 'benchmark'), args);
  // "99.902% <= 0.311 milliseconds (cumulative count 2000)", in rising order; the last of the first list is the longest.
  const percentiles = /Latency by percentile distribution:\n((?:.*% <= .*\n)+)/.exec(output)?.[1] ?? '';
  const rows = [...percentiles.matchAll(/([\d.]+)% <= ([\d.]+) /g)].map((row) => row.slice(1).map(Number));
  const tail = rows.find(([percent]) => percent! >= 99.9);
  if (tail === undefined) throw new Error(`the load generator says: ${output.slice(-300)}`);
  return { p999Milliseconds: tail[1]!, longestMilliseconds: rows.at(-1)![1]! };
}

function outputOf(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      const text = Buffer.concat(output).toString('utf8');
      if (code === 0) resolve(text);
      else reject(new Error(`the load generator ended with code ${code}: ${text.slice(-300)}`));
    });
  });
}
