/** How many changes a command counts, beside Redis: after so many of them a save point saves. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from './connection.ts';
import { type Peer, startCinnabar, startPeer } from './peer.ts';

let servers: Peer[];
let ours: Connection;
let theirs: Connection;

beforeAll(async () => {
  servers = await Promise.all([startCinnabar(), startPeer('redis8')]);
  [ours, theirs] = await Promise.all(servers.map((server) => server.connect()));
});

afterAll(async () => {
  await Promise.all([ours?.close(), theirs?.close()]);
  await Promise.all((servers ?? []).map((server) => server.stop()));
});

const PREPARATION = [
  'HSET h a 1 b 2 c 3 d 4',
  'HSET t a 1 b 2',
  'HPEXPIRE t 100000 FIELDS 2 a b',
  'SADD s 1 2 3 a b',
  'SADD s2 1 x',
  'ZADD z 1 a 2 b 3 c 4 d',
  'RPUSH l a b a c d',
  'XADD x 1-1 f v',
  'XADD x 1-2 f v',
  'XADD x 1-3 f v',
  'XGROUP CREATE x g 0',
  'XREADGROUP GROUP g c COUNT 2 STREAMS x >',
  'MSET k v n 1 e 5',
  'GEOADD geo 1 1 a 2 2 b',
  'PFADD p a',
];

async function changes(connection: Connection): Promise<number> {
  const text = String(await connection.call('INFO', 'persistence'));
  return Number(/^rdb_changes_since_last_save:(\d+)/m.exec(text)?.[1]);
}

async function counted(connection: Connection, line: string, wait = 0): Promise<number> {
  await connection.call('FLUSHALL');
  for (const preparation of PREPARATION) await connection.call(...preparation.split(' '));
  const before = await changes(connection);
  await connection.call(...line.split(' '));
  await sleep(wait);
  return (await changes(connection)) - before;
}

test.each([
  ...['HDEL h a b zz', 'HDEL h a b c d', 'HMSET h a 1 e 5 f 6', 'HSET h a 9 q 1', 'HSETNX h a 1'],
  ...['HINCRBY h a 1', 'HSETEX h FIELDS 2 a 1 b 2', 'HSETEX h EX 100 FIELDS 2 a 1 b 2'],
  ...['HSETEX h PXAT 1 FIELDS 2 a 1 b 2', 'HGETDEL h FIELDS 3 a b zz', 'HGETDEL h FIELDS 4 a b c d'],
  ...['HGETEX h EX 100 FIELDS 2 a b', 'HGETEX h EXAT 1 FIELDS 2 a b', 'HGETEX h EXAT 1 FIELDS 4 a b c d'],
  ...['HPEXPIRE h 100000 FIELDS 2 a b', 'HPEXPIRE t 5000 XX FIELDS 2 a zz', 'HEXPIRE h 0 FIELDS 2 a b'],
  ...[
    'HEXPIRE h 0 FIELDS 4 a b c d',
    'HPERSIST t FIELDS 2 a b',
    'SADD s 1 9 10',
    'SADD s 1',
    'SREM s 1 2 zz',
  ],
  ...['SREM s2 1 x', 'SPOP s', 'SPOP s 2', 'SPOP s 100', 'SMOVE s s2 a', 'SUNIONSTORE d s s2'],
  ...['ZADD z 9 a 8 q 7 r', 'ZREM z a b zz', 'ZPOPMIN z 2', 'ZREMRANGEBYRANK z 0 1', 'ZUNIONSTORE d 1 z'],
  ...['RPUSH l a b c', 'LPOP l 3', 'LREM l 0 a', 'LTRIM l 1 2', 'LMOVE l l2 LEFT RIGHT', 'RPOPLPUSH l l'],
  ...['LMPOP 1 l LEFT COUNT 3', 'BLMOVE l l2 LEFT RIGHT 1', 'XADD x * a b', 'XADD x MAXLEN 1 * a b'],
  ...['XDEL x 1-1 1-2 9-9', 'XTRIM x MAXLEN 1', 'XACK x g 1-1 1-2', 'XGROUP DESTROY x g', 'DEL k n zz'],
  ...['RENAME k kk', 'COPY k kkk', 'EXPIRE k 100', 'MSET a 1 b 2 c 3', 'GEOADD geo 3 3 c 4 4 d', 'FLUSHDB'],
  ...['GEOSEARCHSTORE gd geo FROMLONLAT 1 1 BYRADIUS 10000 km', 'SORT l ALPHA STORE d', 'PFADD p b c'],
  ...['SORT l BY nosort GET # GET nokey* STORE d', 'BITOP AND d k n', 'SWAPDB 0 1', 'GET k'],
])('%s', async (line) => {
  expect(await counted(ours, line)).toBe(await counted(theirs, line));
});

test.each(['HPEXPIRE h 30 FIELDS 2 a b', 'HPEXPIRE h 30 FIELDS 4 a b c d', 'PEXPIRE k 30'])(
  '%s, and what goes by itself then does not count',
  async (line) => {
    expect(await counted(ours, line, 400)).toBe(await counted(theirs, line, 400));
  },
);
