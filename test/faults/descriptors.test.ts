/** A server that has used up its descriptors: it serves those whom it has, and takes others when it can again. */
import { afterEach, describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../peers/connection.ts';
import { type Peer, startCinnabar } from '../peers/peer.ts';

let server: Peer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

/** Leaves the server so many descriptors. */
function leave(peer: Peer, count: number): void {
  const used = readdirSync(`/proc/${peer.pid}/fd`).map(Number);
  const limit = Math.max(...used) + 1 + count;
  const { status } = spawnSync('prlimit', ['--pid', `${peer.pid}`, `--nofile=${limit}:`]);
  expect(status).toBe(0);
}

describe.each(['node', 'epoll', 'io_uring'])('%s', (transport) => {
  test('goes on without a free descriptor', async () => {
    server = await startCinnabar({ transport, args: ['--logfile', 'log', '--loglevel', 'debug'] });
    const peer = server;
    const client = await peer.connect();
    leave(peer, 2);
    const others = Array.from({ length: 8 }, () => Connection.open(peer.port));
    const until = Date.now() + 1500;
    // Everything that happens at regular times happens meanwhile.
    while (Date.now() < until) {
      expect(await client.call('PING')).toBe('PONG');
      await sleep(50);
    }
    const information = String(await client.call('INFO', 'everything'));
    expect(/^used_memory_rss:(\d+)/m.exec(information)?.[1]).toMatch(/^[1-9]/);
    expect(await client.call('CONFIG', 'SET', 'proc-title-template', 'other {title}')).toBe('OK');
    // What needs a file or a socket is refused, and no more than that.
    for (const line of [
      'SET k v',
      'SAVE',
      'BGSAVE',
      'CONFIG SET appendonly yes',
      'CONFIG SET bind 127.0.0.2',
    ])
      await client.call(...line.split(' '));
    await sleep(200);
    expect(await client.call('GET', 'k')).toBe('v');
    expect(await client.call('CONFIG', 'GET', 'appendonly')).toEqual(['appendonly', 'no']);
    for (const other of others) await (await other).close();
    await sleep(100);
    const later = await peer.connect();
    expect(await later.call('PING')).toBe('PONG');
    await Promise.all([later.close(), client.close()]);
  });
});
