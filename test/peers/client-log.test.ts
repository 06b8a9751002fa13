/** What a server that is to talk much says of its clients, as Redis says it. */
import { expect, test } from 'bun:test';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Peer, startCinnabar, startPeer } from './peer.ts';

/** The lines about clients, without what differs from run to run. */
async function lines(peer: Peer, level: string): Promise<string[]> {
  const client = await peer.connect();
  await client.call('CONFIG', 'SET', 'loglevel', level);
  for (const bytes of ['PING\r\n', '*x\r\n', '*1\r\n$-1\r\n', 'SET "a\r\n']) {
    const socket = connect({ port: peer.port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(bytes);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    await sleep(50);
  }
  await client.close();
  await peer.stop();
  return peer
    .log()
    .split('\n')
    .map(
      (line) =>
        /- (?:Accepted|Client closed connection id.*|Protocol error \([^)]*\) from client)/.exec(line)?.[0],
    )
    .filter((line) => line !== undefined);
}

test.each(['verbose', 'notice'])('%s', async (level) => {
  const [own, expected] = await Promise.all([
    lines(await startCinnabar(), level),
    lines(await startPeer('redis8'), level),
  ]);
  const kinds = (all: string[]): string[] =>
    [...new Set(all.map((line) => line.replace(/id=.*|\(.*\)/, '')))].sort();
  expect(kinds(own)).toEqual(kinds(expected));
  // The server's time may be behind when nothing has happened for a while.
  expect(own.join('\n')).not.toMatch(/age=-|idle=-/);
  expect(own.filter((line) => line.includes('Protocol'))).toHaveLength(level === 'verbose' ? 3 : 0);
});
