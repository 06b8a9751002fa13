/** ioredis in real use, over TCP and over a UNIX socket. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type Peer, startCinnabar } from '../peers/peer.ts';

let server: Peer;
beforeAll(async () => {
  server = await startCinnabar({ config: 'unixsocket server.sock\n' });
});
afterAll(() => server.stop());

describe.each(['tcp', 'unix'])('ioredis over %s', (kind) => {
  let redis: Redis;
  const options = () => (kind === 'tcp' ? { port: server.port } : { path: join(server.dir, 'server.sock') });

  beforeEach(async () => {
    redis = new Redis({ ...options(), connectionName: 'ioredis-test', maxRetriesPerRequest: 3 });
    await redis.flushall();
  });
  afterEach(() => redis.disconnect());

  test('finds a server that it believes to be Redis 8', async () => {
    expect(await redis.ping()).toBe('PONG');
    const info = await redis.info();
    expect(info).toMatch(/^redis_version:8\.0\.\d+\r$/m);
    expect(info).toMatch(/^loading:0\r$/m);
    expect(await redis.client('GETNAME')).toBe('ioredis-test');
    expect(await redis.client('LIST')).toContain('name=ioredis-test');
  });

  test('strings and their options', async () => {
    expect(await redis.set('name', 'Ada', 'EX', 100)).toBe('OK');
    expect(await redis.set('name', 'Eve', 'NX')).toBeNull();
    expect(await redis.set('name', 'Eve', 'XX', 'GET')).toBe('Ada');
    expect(await redis.mset({ a: '1', b: '2' })).toBe('OK');
    expect(await redis.mget('a', 'b', 'c')).toEqual(['1', '2', null]);
    expect(await redis.incrby('a', 41)).toBe(42);
    expect(await redis.incrbyfloat('a', 0.5)).toBe('42.5');
    expect(await redis.append('name', ' L.')).toBe(6);
    expect(await redis.getrange('name', 0, 2)).toBe('Eve');
    expect(await redis.getdel('name')).toBe('Eve L.');
    expect(await redis.exists('name', 'a', 'b')).toBe(2);
  });

  test('bytes stay bytes', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, code) => code));
    await redis.set(bytes, bytes);
    expect(await redis.getBuffer(bytes)).toEqual(bytes);
    const large = Buffer.alloc(3_000_000, 'large ');
    await redis.set('large', large);
    expect((await redis.getBuffer('large'))?.equals(large)).toBe(true);
  });

  test('expiry', async () => {
    await redis.set('session', 'x');
    expect(await redis.expire('session', 100)).toBe(1);
    expect(await redis.ttl('session')).toBeGreaterThan(90);
    expect(await redis.persist('session')).toBe(1);
    expect(await redis.pttl('session')).toBe(-1);
    await redis.psetex('short', 5, 'x');
    while ((await redis.get('short')) !== null) await Bun.sleep(1);
    expect(await redis.ttl('short')).toBe(-2);
  });

  test('pipelines and a thousand commands at once', async () => {
    const pipeline = redis.pipeline();
    for (let i = 0; i < 1000; i++) pipeline.set(`key:${i}`, i).get(`key:${i}`);
    pipeline.call('NOSUCH');
    const replies = await pipeline.exec();
    expect(replies?.slice(0, 2000).every(([error]) => error === null)).toBe(true);
    expect(replies?.[1999]).toEqual([null, '999']);
    expect(replies?.[2000]?.[0]?.message).toContain("unknown command 'NOSUCH'");
    const together = await Promise.all(Array.from({ length: 1000 }, (_, i) => redis.get(`key:${i}`)));
    expect(together[500]).toBe('500');
  });

  test('scan streams meet every key', async () => {
    const keys = Array.from({ length: 500 }, (_, i) => `scan:${i}`);
    await redis.mset(...keys.flatMap((key) => [key, '1']), 'other', '1');
    const seen = new Set<string>();
    for await (const batch of redis.scanStream({ match: 'scan:*', count: 20 })) {
      for (const key of batch as string[]) seen.add(key);
    }
    expect([...seen].sort()).toEqual(keys.sort());
  });

  test('errors arrive as errors', async () => {
    await redis.set('text', 'abc');
    await expect(redis.incr('text')).rejects.toThrow('ERR value is not an integer or out of range');
    await expect(redis.call('SET', 'a')).rejects.toThrow("ERR wrong number of arguments for 'set' command");
    await expect(redis.call('NOSUCH', 'x')).rejects.toThrow(/^ERR unknown command 'NOSUCH'/);
    await expect(redis.select(99)).rejects.toThrow('ERR DB index is out of range');
  });

  test('comes back after its connection was killed, in its database and by its name', async () => {
    await redis.select(3);
    await redis.set('here', 'yes');
    const other = new Redis(options());
    const id = await redis.client('ID');
    const again = new Promise((resolve) => redis.once('ready', resolve));
    expect(await other.client('KILL', 'ID', String(id))).toBe(1);
    await again;
    expect(await redis.get('here')).toBe('yes');
    expect(await redis.client('GETNAME')).toBe('ioredis-test');
    other.disconnect();
  });

  test('quits in order', async () => {
    const ended = new Promise((resolve) => redis.once('end', resolve));
    expect(await redis.quit()).toBe('OK');
    await ended;
  });
});
