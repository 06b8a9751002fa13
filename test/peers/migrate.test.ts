/** Values that move between servers: MIGRATE, and DUMP with RESTORE, in every direction. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { Connection } from './connection.ts';
import { type Peer, startCinnabar, startPeer } from './peer.ts';

const DIGEST = ['--enable-debug-command', 'yes'];
const names = ['cinnabar', 'redis8', 'valkey9'] as const;
type Name = (typeof names)[number];

const many = Array.from({ length: 600 }, (_, i) => i);

/** Commands that make values of every type and encoding under "key:...". */
const values: readonly (readonly string[])[] = [
  ['SET', 'key:int', '12345'],
  ['SET', 'key:negative', '-9223372036854775808'],
  ['SET', 'key:embstr', 'text'],
  ['SET', 'key:raw', 'compressible '.repeat(500)],
  ['RPUSH', 'key:list', 'a', 'b', '12', '-7', 'a'],
  ['RPUSH', 'key:quicklist', ...many.map((i) => `element:${i} `.repeat(5)), 'L'.repeat(20_000), 'end'],
  ['SADD', 'key:intset', '1', '2', '70000', '-9223372036854775808'],
  ['SADD', 'key:set', 'a', 'b', '12'],
  ['SADD', 'key:large-set', ...many.map((i) => `member:${i}`)],
  ['HSET', 'key:hash', 'a', '1', 'b', 'text'],
  ['HSET', 'key:large-hash', ...many.flatMap((i) => [`field:${i}`, String(i)])],
  ['ZADD', 'key:zset', '1', 'a', '2.5', 'b', '-inf', 'c', 'inf', 'd'],
  ['ZADD', 'key:large-zset', ...many.flatMap((i) => [String(i / 7), `member:${i}`])],
  ['XADD', 'key:stream', '5-1', 'a', '1', 'b', '2'],
  ['XADD', 'key:stream', '5-2', 'a', '3', 'b', '4'],
  ['XADD', 'key:stream', '6-1', 'other', 'text'],
  ['XDEL', 'key:stream', '5-2'],
  ['XGROUP', 'CREATE', 'key:stream', 'group', '0'],
  ['XREADGROUP', 'GROUP', 'group', 'consumer', 'COUNT', '1', 'STREAMS', 'key:stream', '>'],
  ['GEOADD', 'key:geo', '13.361389', '38.115556', 'Palermo', '15.087269', '37.502669', 'Catania'],
  ['PFADD', 'key:hll', 'a', 'b', 'c'],
];
const keys = [...new Set(values.map((words) => words.find((word) => word.startsWith('key:'))!))];

const servers = new Map<Name, { peer: Peer; connection: Connection }>();

beforeAll(async () => {
  for (const name of names) {
    const peer =
      name === 'cinnabar' ? await startCinnabar({ args: DIGEST }) : await startPeer(name, { args: DIGEST });
    servers.set(name, { peer, connection: await Connection.open(peer.port) });
  }
});

afterAll(async () => {
  for (const { peer, connection } of servers.values()) {
    await connection.close();
    await peer.stop();
  }
});

function server(name: Name): { peer: Peer; connection: Connection } {
  const found = servers.get(name);
  if (found === undefined) throw new Error(`${name} has not started`);
  return found;
}

async function run(name: Name, ...words: (string | Buffer)[]): Promise<Buffer> {
  return await server(name).connection.raw(...words);
}

async function fill(name: Name): Promise<void> {
  for (const each of names) await run(each, 'FLUSHALL');
  for (const words of values) await run(name, ...words);
}

async function digests(name: Name): Promise<string> {
  return String(await run(name, 'DEBUG', 'DIGEST-VALUE', ...keys));
}

const directions = names.flatMap((from) =>
  names.filter((to) => to !== from).map((to) => [from, to] as const),
);

describe('DUMP and RESTORE', () => {
  // What Redis and Valkey dump, the other of them need not understand.
  test.each(directions.filter((direction) => direction.includes('cinnabar')))(
    'from %s to %s',
    async (from, to) => {
      await fill(from);
      const before = await digests(from);
      for (const key of keys) {
        const reply = await run(from, 'DUMP', key);
        const payload = reply.subarray(reply.indexOf('\n') + 1, -2);
        expect(String(await run(to, 'RESTORE', key, '0', payload))).toBe('+OK\r\n');
        // A short string that was written to in place comes back as one that was set.
        if (key === 'key:hll') continue;
        expect(String(await run(to, 'OBJECT', 'ENCODING', key))).toBe(
          String(await run(from, 'OBJECT', 'ENCODING', key)),
        );
      }
      expect(await digests(to)).toBe(before);
    },
  );
});

describe('MIGRATE', () => {
  test.each(directions.filter((direction) => direction.includes('cinnabar')))(
    'from %s to %s',
    async (from, to) => {
      await fill(from);
      const before = await digests(from);
      await run(from, 'EXPIRE', keys[0]!, '1000');
      const { port } = server(to).peer;
      const target = ['127.0.0.1', String(port), '', '0', '5000'];
      expect(String(await run(from, 'MIGRATE', ...target, 'COPY', 'KEYS', 'missing', ...keys))).toBe(
        '+OK\r\n',
      );
      expect(String(await run(from, 'EXISTS', ...keys))).toBe(`:${keys.length}\r\n`);
      expect(await digests(to)).not.toBe(before);
      await run(to, 'PERSIST', keys[0]!);
      expect(await digests(to)).toBe(before);
      expect(String(await run(from, 'MIGRATE', ...target, 'KEYS', ...keys))).toContain('BUSYKEY');
      expect(String(await run(from, 'MIGRATE', ...target, 'REPLACE', 'KEYS', ...keys))).toBe('+OK\r\n');
      expect(String(await run(from, 'EXISTS', ...keys))).toBe(':0\r\n');
      expect(String(await run(from, 'MIGRATE', ...target, 'KEYS', ...keys))).toBe('+NOKEY\r\n');
    },
  );

  // Digests of Redis 7.0 are others.
  test('to Redis 7.0, for which an older format is written, and from there to Redis 8', async () => {
    await fill('cinnabar');
    const before = await digests('cinnabar');
    const redis7 = await startPeer('redis7');
    const connection = await Connection.open(redis7.port);
    try {
      const move = (port: number): string[] => ['MIGRATE', '127.0.0.1', `${port}`, '', '0', '5000', 'KEYS'];
      expect(String(await run('cinnabar', 'CONFIG', 'SET', 'rdb-version', '10'))).toBe('+OK\r\n');
      expect(String(await run('cinnabar', ...move(redis7.port), ...keys))).toBe('+OK\r\n');
      expect(String(await connection.raw(...move(server('redis8').peer.port), ...keys))).toBe('+OK\r\n');
      expect(await digests('redis8')).toBe(before);
    } finally {
      await run('cinnabar', 'CONFIG', 'SET', 'rdb-version', '11');
      await connection.close();
      await redis7.stop();
    }
  });

  test('authenticates, and reports what goes wrong, as Redis does', async () => {
    await run('valkey9', 'CONFIG', 'SET', 'requirepass', 'secret');
    const { port } = server('valkey9').peer;
    const attempts: string[][] = [
      ['127.0.0.1', String(port), 'key', '0', '1000'],
      ['127.0.0.1', String(port), 'key', '0', '1000', 'AUTH', 'wrong'],
      ['127.0.0.1', String(port), 'key', '99', '1000', 'COPY', 'AUTH', 'secret'],
      ['127.0.0.1', '1', 'key', '0', '1000'],
      ['nowhere.invalid', '1', 'key', '0', '1000'],
      ['127.0.0.1', String(port), 'key', '0', '1000', 'KEYS', 'a'],
      ['127.0.0.1', String(port), 'key', 'x', '1000'],
      ['127.0.0.1', String(port), 'key', '0', '1000', 'WHAT'],
    ];
    for (const words of attempts) {
      const replies: string[] = [];
      for (const name of ['cinnabar', 'redis8'] as const) {
        await run(name, 'SET', 'key', 'value');
        replies.push(String(await run(name, 'MIGRATE', ...words)));
        expect(String(await run(name, 'GET', 'key'))).toBe('$5\r\nvalue\r\n');
      }
      expect(replies[0]).toBe(replies[1]!);
    }
    const account = ['AUTH2', 'default', 'secret'];
    const target = ['127.0.0.1', String(port), 'key', '1', '1000'];
    expect(String(await run('cinnabar', 'MIGRATE', ...target, 'COPY', 'REPLACE', ...account))).toBe(
      '+OK\r\n',
    );
    await run('valkey9', 'AUTH', 'secret');
    expect(String(await run('valkey9', 'CONFIG', 'SET', 'requirepass', ''))).toBe('+OK\r\n');
  });
});
