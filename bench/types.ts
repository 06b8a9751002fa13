/**
 * What a pipelined request on hashes, sets, sorted sets, streams and the types inside strings costs inside the server,
 * without sockets; as bench/hot-path.ts, in nanoseconds of CPU per request.
 *
 *     bun bench/types.ts [name ...]
 *
 * The same requests come again each round, so nothing new is added and no score changes after the first; and the caches are
 * this process's own. What requests wait for memory in a busy server shows only with sockets: npm run bench -- requests.
 */
import { measure, send } from './in-process.ts';

const KEYS = 100_000;
const BATCH = 16;
const BATCHES = 2048;
const ROUNDS = 12;
const WARM_UP_ROUNDS = 3;
const VALUE = 'x'.repeat(16);

interface Workload {
  readonly request: () => string;
  /** What is sent before, `count` times. */
  readonly prepare?: readonly [count: number, request: (index: number) => string];
  /** Batches in a round, for what is slow. */
  readonly batches?: number;
}

const request = (...words: string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
const digits = (index: number): string => String(index).padStart(12, '0');
const random = (): string => digits(Math.floor(Math.random() * KEYS));
const smallHash = (key: string): string => request('HSET', `h:${key}`, 'name', VALUE, 'age', '42');
const player = (score: string, name: string): string => request('ZADD', 'board', score, `player:${name}`);
const players = [KEYS, (index: number) => player(random(), digits(index))] as const;
const place = (index: number): string =>
  request('GEOADD', 'map', `${13 + Math.random()}`, `${52 + Math.random()}`, `p:${digits(index)}`);
const center = ['FROMLONLAT', '13.4', '52.5', 'BYRADIUS'];

const workloads: Record<string, Workload> = {
  sadd: { request: () => request('SADD', 'set', `member:${random()}`) },
  hset: { request: () => request('HSET', 'hash', `field:${random()}`, VALUE) },
  hsetSmall: { request: () => smallHash(random()) },
  hgetallSmall: {
    request: () => request('HGETALL', `h:${random()}`),
    prepare: [KEYS, (index) => smallHash(digits(index))],
  },
  zadd: { request: () => player(random(), random()) },
  ztop10: { request: () => request('ZREVRANGE', 'board', '0', '9', 'WITHSCORES'), prepare: players },
  zrank: { request: () => request('ZREVRANK', 'board', `player:${random()}`), prepare: players },
  xadd: { request: () => request('XADD', 'stream', 'MAXLEN', '~', '10000', '*', 'f', VALUE) },
  setbit: { request: () => request('SETBIT', 'bits', String(Number(random())), '1') },
  pfadd: { request: () => request('PFADD', 'hll', `m:${random()}`) },
  geosearch: {
    request: () => request('GEOSEARCH', 'map', ...center, '5', 'km', 'COUNT', '10'),
    prepare: [KEYS, place],
    batches: 4,
  },
};

function prepare([count, make]: NonNullable<Workload['prepare']>): void {
  for (let index = 0; index < count; index++) send(Buffer.from(make(index)));
}

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(workloads);
for (const name of names) {
  const workload = workloads[name]!;
  if (workload.prepare !== undefined) prepare(workload.prepare);
  const batches = Array.from({ length: workload.batches ?? BATCHES }, () =>
    Buffer.from(Array.from({ length: BATCH }, workload.request).join('')),
  );
  const times = Array.from({ length: ROUNDS }, () => measure(batches, BATCH)).slice(WARM_UP_ROUNDS);
  times.sort((left, right) => left - right);
  console.log(
    `${name.padEnd(12)} ${times[times.length >> 1]!.toFixed(0)} ns  (best ${times[0]!.toFixed(0)})`,
  );
}
