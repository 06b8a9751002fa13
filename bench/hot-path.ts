/**
 * What a pipelined request costs inside the server, without sockets: batches of requests are handed to an instance as a
 * transport would. Prints nanoseconds of CPU per request by command; the median of several rounds.
 *
 *     bun bench/hot-path.ts [name ...]
 */
import { measure, send } from './in-process.ts';

const KEYS = 100_000;
const BATCH = 16;
const BATCHES = 4096;
const ROUNDS = 15;
const VALUE = 'x'.repeat(16);

const request = (...words: string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
const randomKey = (prefix: string): string =>
  `${prefix}:${String(Math.floor(Math.random() * KEYS)).padStart(12, '0')}`;

const workloads: Record<string, () => string> = {
  ping: () => request('PING'),
  set: () => request('SET', randomKey('key'), VALUE),
  get: () => request('GET', randomKey('key')),
  incr: () => request('INCR', randomKey('counter')),
  setex: () => request('SET', randomKey('ttl'), VALUE, 'EX', '100'),
  mset10: () => request('MSET', ...Array.from({ length: 10 }, () => [randomKey('key'), VALUE]).flat()),
  lpush: () => request('LPUSH', 'list', VALUE),
  rpush: () => request('RPUSH', 'list', VALUE),
  lpop: () => request('LPOP', 'list'),
  lpushLpop: alternately(request('LPUSH', 'queue', VALUE), request('LPOP', 'queue')),
  rpushLpop: alternately(request('RPUSH', 'queue', VALUE), request('LPOP', 'queue')),
  lrange100: () => request('LRANGE', 'hundred', '0', '99'),
};

/** Sent before a workload, for what it reads or takes away. */
const preparations: Record<string, readonly [count: number, request: string]> = {
  lpop: [BATCH * BATCHES * ROUNDS, request('RPUSH', 'list', VALUE)],
  lrange100: [100, request('RPUSH', 'hundred', VALUE)],
};

function alternately(first: string, second: string): () => string {
  let isFirst = false;
  return () => {
    isFirst = !isFirst;
    return isFirst ? first : second;
  };
}

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(workloads);
for (const name of names) {
  const [count, prepared] = preparations[name] ?? [0, ''];
  for (let i = 0; i < count; i++) send(Buffer.from(prepared));
  const batches = Array.from({ length: BATCHES }, () =>
    Buffer.from(Array.from({ length: BATCH }, workloads[name]).join('')),
  );
  const times = Array.from({ length: ROUNDS }, () => measure(batches, BATCH)).slice(3);
  times.sort((left, right) => left - right);
  console.log(`${name.padEnd(9)} ${times[times.length >> 1].toFixed(0)} ns  (best ${times[0].toFixed(0)})`);
}
