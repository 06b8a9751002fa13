/** What a server says of clients that wait, and which of them it closes, as Redis does it. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from './connection.ts';
import { type Peer, startCinnabar, startPeer } from './peer.ts';

let servers: Peer[];

beforeAll(async () => {
  servers = await Promise.all([startCinnabar(), startPeer('redis8')]);
});

afterAll(async () => {
  await Promise.all((servers ?? []).map((server) => server.stop()));
});

/** The values of one field, client by client. */
async function listed(connection: Connection, field: string): Promise<string[]> {
  const list = String(await connection.call('CLIENT', 'LIST'));
  return [...list.matchAll(new RegExp(` ${field}=(\\S*)`, 'g'))].map(([, value]) => value ?? '');
}

async function information(connection: Connection, field: string): Promise<number> {
  const text = String(await connection.call('INFO', 'everything'));
  return Number(new RegExp(`^${field}:(.*)\r$`, 'm').exec(text)?.[1]);
}

describe.each([0, 1])('server %d', (index) => {
  let client: Connection;

  beforeAll(async () => {
    client = await servers[index].connect();
  });

  afterAll(() => client?.close());

  test('closes idle clients, but none that waits for others', async () => {
    const [idle, monitor, blocked, paused] = await Promise.all(
      [1, 2, 3, 4].map(() => servers[index].connect()),
    );
    await monitor.call('MONITOR');
    blocked.send('BLPOP nothing 0\r\n');
    await client.call('CONFIG', 'SET', 'timeout', '1');
    await client.call('CLIENT', 'PAUSE', '3000', 'WRITE');
    paused.send('SET k v\r\n');
    const closed = idle.closed.then(() => 'closed');
    const asking = setInterval(() => void client.call('PING'), 200);
    expect(await Promise.race([closed, sleep(4000)])).toBe('closed');
    // As long again, for those whose time was up a moment later.
    await sleep(500);
    clearInterval(asking);
    expect([monitor, blocked, paused].map(({ isClosed }) => isClosed)).toEqual([false, false, false]);
    await client.call('CONFIG', 'SET', 'timeout', '0');
    await client.call('CLIENT', 'UNPAUSE');
    await Promise.all([idle, monitor, blocked, paused].map((connection) => connection.close()));
  });

  test('shows that a client waits for the end of a pause', async () => {
    const paused = await servers[index].connect();
    await client.call('CLIENT', 'PAUSE', '5000', 'WRITE');
    paused.send('SET k v\r\n');
    await sleep(50);
    expect((await listed(client, 'flags')).at(-1)).toBe('b');
    await client.call('CLIENT', 'UNPAUSE');
    await paused.close();
  });

  test('counts wrong passwords, and keeps the count', async () => {
    const before = await information(client, 'acl_access_denied_auth');
    await client.call('AUTH', 'nobody', 'x');
    await client.call('HELLO', '3', 'AUTH', 'nobody', 'x');
    await client.call('CONFIG', 'RESETSTAT');
    expect(await information(client, 'acl_access_denied_auth')).toBe(before + 2);
  });

  test('remembers large buffers that are gone again', async () => {
    await client.call('SET', 'large', 'x'.repeat(8_000_000));
    const reader = connect({ port: servers[index].port, host: '127.0.0.1' });
    await once(reader, 'connect');
    reader.pause();
    reader.write('GET large\r\nGET large\r\n');
    await sleep(450);
    reader.destroy();
    await sleep(50);
    expect(await information(client, 'client_recent_max_output_buffer')).toBeGreaterThan(1_000_000);
  });
});
