/** RDB files go both ways between us and real servers. */
import { describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { ABSENT } from '../../src/persistence/rdb/format.ts';
import { type Key, key, readFile, writeFile } from '../persistence/rdb/memory-file.ts';
import type { Connection } from './connection.ts';
import { type Peer, type PeerName, peerProgram, startPeer } from './peer.ts';
import { decode, latin1 } from './reply.ts';

const FAR_MS = 4_000_000_000_000;

const value = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.integer().map((number) => Buffer.from(String(number)).subarray()),
  fc
    .constantFrom(
      '-128',
      '127',
      '-129',
      '32767',
      '32768',
      '2147483647',
      '2147483648',
      '-2147483648',
      '-0',
      '007',
      '',
    )
    .map((text) => Buffer.from(text).subarray()),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.nat(9000))
    .map(([part, times]) => Uint8Array.from({ length: times }, (_, at) => part[at % part.length])),
);
const random = fc.record({
  database: fc.constantFrom(0, 3, 15),
  name: fc.oneof(
    fc.uint8Array({ maxLength: 30 }),
    fc.integer().map((number) => Buffer.from(String(number)).subarray()),
  ),
  value,
  expiryMs: fc.oneof(
    fc.constant(ABSENT),
    fc.integer({ min: 0, max: 1_000_000 }).map((more) => FAR_MS + more),
  ),
});

/** Keys with different names, and one with a large value of each kind. */
function sample(seed: number): Key[] {
  const noise = Uint8Array.from({ length: 300_000 }, (_, at) => Math.imul(at + 1, 0x9e3779b1) >>> 13);
  const all = [
    ...fc
      .sample(random, { numRuns: 600, seed })
      .map((one) => ({ ...one, idleSeconds: ABSENT, frequency: ABSENT })),
    { ...key(0, 'zeros', ''), value: new Uint8Array(1_000_000) },
    { ...key(0, 'noise', ''), value: noise },
  ];
  const byName = new Map(all.map((one) => [`${one.database} ${hex(one.name)}`, one]));
  return [...byName.values()].sort((a, b) => a.database - b.database);
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Comparable, and in an order of its own. */
function plain(keys: readonly Key[]): string[] {
  return keys.map((one) => `${one.database} ${hex(one.name)} ${hex(one.value)} ${one.expiryMs}`).sort();
}

async function store(connection: Connection, keys: readonly Key[]): Promise<void> {
  const commands = keys.flatMap((one) => [
    ['SELECT', one.database],
    one.expiryMs === ABSENT
      ? ['SET', one.name, one.value]
      : ['SET', one.name, one.value, 'PXAT', one.expiryMs],
  ]);
  for (const reply of await connection.pipeline(commands)) expect(reply.toString()).toBe('+OK\r\n');
}

/** Asks for everything that we know to be there, and that there is nothing else. */
async function fetch(connection: Connection, keys: readonly Key[]): Promise<Key[]> {
  const found: Key[] = [];
  for (const one of keys) {
    await connection.call('SELECT', one.database);
    const text = decode(await connection.raw('GET', one.name), latin1) as string;
    const expiry = Number(await connection.call('PEXPIRETIME', one.name));
    found.push({ ...one, value: Buffer.from(text, 'latin1'), expiryMs: expiry === -1 ? ABSENT : expiry });
  }
  return found;
}

async function withPeer(
  name: PeerName,
  use: (peer: Peer, connection: Connection) => Promise<void>,
): Promise<void> {
  const peer = await startPeer(name, { args: ['--enable-debug-command', 'yes'] });
  try {
    await use(peer, await peer.connect());
  } finally {
    await peer.stop();
  }
}

function checkFile(name: PeerName, path: string): string {
  const program = peerProgram(name, 'server').replace(/-server$/, '-check-rdb');
  const { status, stdout } = spawnSync(program, [path], { encoding: 'utf8' });
  expect(status).toBe(0);
  return stdout;
}

describe('RDB files', () => {
  test.each(['redis8', 'valkey9', 'redis7'] as const)('we read what %s wrote', (name) =>
    withPeer(name, async (peer, connection) => {
      const keys = sample(1);
      await store(connection, keys);
      const library = "#!lua name=l\nredis.register_function('f', function() return 1 end)";
      expect(await connection.call('FUNCTION', 'LOAD', library)).toBe('l');
      for (const compression of ['yes', 'no']) {
        await connection.call('CONFIG', 'SET', 'rdbcompression', compression);
        expect(await connection.call('SAVE')).toBe('OK');
        const contents = readFile(readFileSync(join(peer.dir, 'dump.rdb')), 4096);
        expect(plain(contents.keys)).toEqual(plain(keys));
        expect(contents.databases.map(([index]) => index)).toEqual([0, 3, 15]);
        expect(contents.auxiliary.get('redis-bits')).toBe('64');
      }
    }),
  );

  test('we read idle times and frequencies that Redis wrote', () =>
    withPeer('redis8', async (peer, connection) => {
      const save = async (policy: string): Promise<Key> => {
        await connection.call('CONFIG', 'SET', 'maxmemory-policy', policy);
        await connection.call('SET', 'k', 'v');
        await connection.call('SAVE');
        return readFile(readFileSync(join(peer.dir, 'dump.rdb'))).keys[0];
      };
      expect((await save('allkeys-lfu')).frequency).toBe(5);
      expect((await save('allkeys-lru')).idleSeconds).toBe(0);
    }));

  test.each(['redis8', 'valkey9'] as const)('%s reads what we wrote', (name) =>
    withPeer(name, async (peer, connection) => {
      const keys = sample(2);
      const path = join(peer.dir, 'dump.rdb');
      for (const options of [
        { compress: true, checksum: true },
        { compress: false, checksum: false },
      ]) {
        writeFileSync(path, writeFile(keys, 4096, options));
        expect(checkFile(name, path)).toContain('RDB looks OK');
        expect(await connection.call('DEBUG', 'RELOAD', 'NOSAVE')).toBe('OK');
        expect(plain(await fetch(connection, keys))).toEqual(plain(keys));
        const keyspace = String(await connection.call('INFO', 'keyspace'));
        const counts = [...keyspace.matchAll(/^db(\d+):keys=(\d+)/gm)].map(([, index, count]) => [
          Number(index),
          Number(count),
        ]);
        expect(counts).toEqual(
          [0, 3, 15].map((index) => [index, keys.filter((one) => one.database === index).length]),
        );
      }
    }),
  );

  test('Redis reads idle times and frequencies that we wrote', () =>
    withPeer('redis8', async (peer, connection) => {
      const load = async (policy: string, attributes: Partial<Key>): Promise<void> => {
        await connection.call('CONFIG', 'SET', 'maxmemory-policy', policy);
        writeFileSync(join(peer.dir, 'dump.rdb'), writeFile([key(0, 'k', 'v', attributes)]));
        expect(await connection.call('DEBUG', 'RELOAD', 'NOSAVE')).toBe('OK');
      };
      await load('allkeys-lfu', { frequency: 200 });
      expect(await connection.call('OBJECT', 'FREQ', 'k')).toBe(200);
      await load('allkeys-lru', { idleSeconds: 5000 });
      expect(Number(await connection.call('OBJECT', 'IDLETIME', 'k'))).toBeGreaterThanOrEqual(5000);
    }));
});
