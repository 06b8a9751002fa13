/** node-redis in real use, with both versions of the protocol. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { createClient } from 'redis';
import { type Peer, startCinnabar } from '../peers/peer.ts';

let server: Peer;
beforeAll(async () => {
  server = await startCinnabar({ args: ['--requirepass', 'secret'] });
});
afterAll(() => server.stop());

describe.each([2, 3] as const)('node-redis with RESP%i', (RESP) => {
  const url = () => `redis://default:secret@127.0.0.1:${server.port}`;
  const clientOf = () => createClient({ url: url(), RESP, name: 'node-redis-test' });
  let client: ReturnType<typeof clientOf>;

  beforeEach(async () => {
    client = clientOf();
    client.on('error', () => undefined);
    await client.connect();
    await client.flushAll();
  });
  afterEach(() => client.destroy());

  test('introduces itself', async () => {
    expect(await client.ping()).toBe('PONG');
    expect(await client.clientGetName()).toBe('node-redis-test');
    const info = await client.clientInfo();
    expect(info.name).toBe('node-redis-test');
    expect(info.resp).toBe(RESP);
    expect(info.libName).toBe('node-redis');
    expect(await client.info('server')).toMatch(/^redis_version:8\.0\.\d+\r$/m);
  });

  test('a wrong password is refused', async () => {
    const socket = { reconnectStrategy: false } as const;
    const stranger = createClient({ url: `redis://:wrong@127.0.0.1:${server.port}`, RESP, socket });
    stranger.on('error', () => undefined);
    await expect(stranger.connect()).rejects.toThrow('WRONGPASS');
  });

  test('strings and their options', async () => {
    expect(await client.set('name', 'Ada', { expiration: { type: 'EX', value: 100 } })).toBe('OK');
    expect(await client.set('name', 'Eve', { condition: 'NX' })).toBeNull();
    expect(await client.set('name', 'Eve', { condition: 'XX', GET: true })).toBe('Ada');
    expect(await client.mSet({ a: '1', b: '2' })).toBe('OK');
    expect(await client.mGet(['a', 'b', 'c'])).toEqual(['1', '2', null]);
    expect(await client.incrBy('a', 41)).toBe(42);
    expect(await client.getEx('a', { type: 'PX', value: 100_000 })).toBe('42');
    expect(await client.pTTL('a')).toBeGreaterThan(90_000);
    expect(await client.lcs('name', 'name')).toBe('Eve');
    expect(await client.del(['a', 'b', 'c'])).toBe(2);
    expect(await client.type('name')).toBe('string');
    expect(await client.objectEncoding('name')).toBe('embstr');
  });

  test('expiry with conditions', async () => {
    await client.set('key', 'x');
    expect(await client.expire('key', 100, 'NX')).toBe(1);
    expect(await client.expire('key', 50, 'GT')).toBe(0);
    expect(await client.expireAt('key', 4_102_444_800)).toBe(1);
    expect(await client.expireTime('key')).toBe(4_102_444_800);
    expect(await client.copy('key', 'other')).toBe(1);
    expect(await client.rename('key', 'new')).toBe('OK');
    expect(await client.expireTime('new')).toBe(4_102_444_800);
  });

  test('what is called at once is pipelined', async () => {
    await Promise.all(Array.from({ length: 2000 }, (_, i) => client.set(`key:${i}`, `value ${i}`)));
    const values = await Promise.all(Array.from({ length: 2000 }, (_, i) => client.get(`key:${i}`)));
    expect(values[1234]).toBe('value 1234');
    expect(await client.dbSize()).toBe(2000);
    expect(await client.exists(['key:1', 'key:1999', 'key:2000'])).toBe(2);
  });

  test('the scan iterator meets every key', async () => {
    const keys = Array.from({ length: 300 }, (_, i) => `scan:${i}`);
    await client.mSet(Object.fromEntries(keys.map((key) => [key, '1'])));
    await client.set('other', '1');
    const seen = new Set<string>();
    for await (const batch of client.scanIterator({ MATCH: 'scan:*', COUNT: 25, TYPE: 'string' })) {
      for (const key of batch) seen.add(key);
    }
    expect([...seen].sort()).toEqual(keys.sort());
  });

  test('configuration and commands as objects', async () => {
    const found = await client.configGet('maxmemory*');
    expect(found['maxmemory-policy']).toBe('noeviction');
    await client.configSet('maxmemory-samples', '7');
    expect((await client.configGet('maxmemory-samples'))['maxmemory-samples']).toBe('7');
    await client.configSet('maxmemory-samples', '5');
    const [get] = await client.commandInfo(['get']);
    expect(get?.name).toBe('get');
    expect(get?.arity).toBe(2);
    expect(await client.commandGetKeys(['MSET', 'a', '1', 'b', '2'])).toEqual(['a', 'b']);
  });

  test('errors arrive as errors', async () => {
    await client.set('text', 'abc');
    await expect(client.incr('text')).rejects.toThrow('ERR value is not an integer or out of range');
    await expect(client.sendCommand(['NOSUCH'])).rejects.toThrow(/^ERR unknown command 'NOSUCH'/);
    await expect(client.select(99)).rejects.toThrow('ERR DB index is out of range');
  });

  test('comes back after its connection was killed', async () => {
    const other = clientOf();
    other.on('error', () => undefined);
    await other.connect();
    await client.set('here', 'yes');
    const again = new Promise<void>((resolve) => client.once('ready', () => resolve()));
    expect(await other.clientKill({ filter: 'ID', id: await client.clientId() })).toBe(1);
    await again;
    expect(await client.get('here')).toBe('yes');
    expect(await client.clientGetName()).toBe('node-redis-test');
    other.destroy();
  });

  test('closes when all is answered', async () => {
    const last = client.get('nothing');
    await client.close();
    expect(await last).toBeNull();
    expect(client.isOpen).toBe(false);
    client = clientOf();
    client.on('error', () => undefined);
    await client.connect();
  });
});
