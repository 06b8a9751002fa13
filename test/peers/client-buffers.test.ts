/** Clients whose buffers grow: who is disconnected, and who is not, as Redis does it. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Connection } from './connection.ts';
import { type Peer, startCinnabar, startPeer } from './peer.ts';

let servers: Peer[];

beforeAll(async () => {
  const args = ['--client-output-buffer-limit', 'normal 1mb 0 0'];
  servers = await Promise.all([startCinnabar({ args }), startPeer('redis8', { args })]);
});

afterAll(async () => {
  await Promise.all((servers ?? []).map((server) => server.stop()));
});

/** A client that has sent half of a large request. */
async function fat(server: Peer, ...before: string[]): Promise<Connection> {
  const connection = await server.connect();
  if (before.length > 0) await connection.call(...before);
  connection.send('*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3000000\r\n');
  connection.send(Buffer.alloc(1_000_000, 'x'));
  return connection;
}

async function field(connection: Connection, name: string): Promise<string | undefined> {
  const information = String(await connection.call('INFO', 'everything'));
  return new RegExp(`^${name}:(.*)\r$`, 'm').exec(information)?.[1];
}

/** Asks again until the answer is the one that is wanted. */
async function eventually(ask: () => Promise<unknown>, wanted: unknown): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if ((await ask()) === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  expect(await ask()).toBe(wanted);
}

describe('maxmemory-clients', () => {
  test.each([0, 1])('server %d disconnects the largest, not whom it must not', async (index) => {
    const server = servers[index];
    const small = await server.connect();
    const kept = await fat(server, 'CLIENT', 'NO-EVICT', 'on');
    await eventually(async () => /qbuf=[1-9]\d{5,}/.test(String(await small.call('CLIENT', 'LIST'))), true);
    await small.call('CONFIG', 'SET', 'maxmemory-clients', '3mb');
    const victims = await Promise.all([fat(server), fat(server), fat(server)]);
    await Promise.race(victims.map((victim) => victim.closed));
    await eventually(async () => Number(await field(small, 'evicted_clients')) > 0, true);
    expect(kept.isClosed).toBe(false);
    expect(await small.call('PING')).toBe('PONG');
    await small.call('CONFIG', 'SET', 'maxmemory-clients', '0');
    await Promise.all([small, kept, ...victims].map((connection) => connection.close()));
  });
});

describe('a monitor that does not read', () => {
  async function open(port: number): Promise<Socket> {
    const socket = connect({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    socket.pause();
    return socket;
  }

  test.each([0, 1])('is disconnected by server %d', async (index) => {
    const client = await servers[index].connect();
    const monitor = await open(servers[index].port);
    monitor.write('MONITOR\r\n');
    await eventually(async () => /flags=O/.test(String(await client.call('CLIENT', 'LIST'))), true);
    const name = 'client_output_buffer_limit_disconnections';
    const word = 'x'.repeat(500_000);
    for (let sent = 0; sent < 100 && (await field(client, name)) === '0'; sent++)
      await client.call('ECHO', word);
    await eventually(() => field(client, name), '1');
    expect(await field(client, 'connected_clients')).toBe('1');
    monitor.destroy();
    await client.close();
  });
});
