import { describe, expect, test } from 'bun:test';
import { execFileSync, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { bunProgram, type Peer, peerProgram, startCinnabar, startPeer } from './peer.ts';

const KEYS = 60_000;

/** Runs a program to its end while the test goes on; settles with its exit code. */
function run(program: string, args: readonly string[]): Promise<number | null> {
  const child = spawn(program, args, { stdio: 'ignore' });
  return new Promise((resolve) => child.once('close', resolve));
}

async function digestOf(peer: Peer): Promise<string> {
  const connection = await peer.connect();
  const digest = String(await connection.call('DEBUG', 'DIGEST'));
  await connection.close();
  return digest;
}

describe.each([
  ['redis-cli', () => [peerProgram('redis8', 'cli')]],
  ['cinnabar-cli', () => [bunProgram(), 'src/bin/cli.ts']],
])('%s --rdb', (_name, program) => {
  test('fetches the data of the moment at which it asked, while they change', async () => {
    const server = await startCinnabar({ args: ['--enable-debug-command', 'yes'] });
    const file = join(server.dir, 'fetched.rdb');
    const [command, ...first] = program() as [string, ...string[]];
    try {
      const writer = await server.connect();
      await writer.call('DEBUG', 'POPULATE', KEYS, 'key', 60);
      await writer.call('RPUSH', 'list', 'a', 'b', 'c');
      const fetching = run(command, [...first, '-p', String(server.port), '--rdb', file]);
      let ended = false;
      fetching.finally(() => {
        ended = true;
      });
      for (let number = 0; !ended; number++) await writer.call('APPEND', `key:${number % KEYS}`, 'more');
      expect(await fetching).toBe(0);
      const peer = await startPeer('redis8', { args: ['--dir', server.dir, '--dbfilename', 'fetched.rdb'] });
      const reader = await peer.connect();
      expect(await reader.call('DBSIZE')).toBe(KEYS + 1);
      expect(await reader.call('LRANGE', 'list', 0, -1)).toEqual(['a', 'b', 'c']);
      await reader.close();
      await peer.stop();
      await writer.close();
    } finally {
      await server.stop();
    }
  });
});

test('several clients are served one after the other, and one that goes away leaves nothing', async () => {
  const server = await startCinnabar({ args: ['--enable-debug-command', 'yes'] });
  try {
    const writer = await server.connect();
    await writer.call('DEBUG', 'POPULATE', KEYS, 'key', 200);
    const leaving = await server.connect();
    leaving.send('REPLCONF capa eof rdb-only 1\r\nSYNC\r\n');
    await writer.call('PING');
    await leaving.close();
    const cli = peerProgram('redis8', 'cli');
    const files = ['a.rdb', 'b.rdb'].map((name) => join(server.dir, name));
    const codes = files.map((file) => run(cli, ['-p', String(server.port), '--rdb', file]));
    expect(await Promise.all(codes)).toEqual([0, 0]);
    expect(statSync(files[0]!).size).toBe(statSync(files[1]!).size);
    const check = peerProgram('redis8', 'server').replace('-server', '-check-rdb');
    expect(execFileSync(check, [files[0]!], { encoding: 'utf8' })).toContain(`${KEYS} keys read`);
    expect(String(await writer.call('INFO', 'persistence'))).toContain('rdb_bgsave_in_progress:0');
    const before = await digestOf(server);
    expect(await writer.call('BGSAVE')).toBe('Background saving started');
    expect(await digestOf(server)).toBe(before);
    await writer.close();
  } finally {
    await server.stop();
  }
});

test('SYNC is refused to those who expect more than a snapshot', async () => {
  const server = await startCinnabar();
  try {
    const connection = await server.connect();
    expect(String(await connection.raw('SYNC'))).toStartWith(
      '-ERR SYNC is for clients that want a snapshot only',
    );
    for (const words of [
      ['REPLCONF', 'a'],
      ['REPLCONF', 'foo', 'bar'],
      ['REPLCONF', 'rdb-only', 'x'],
    ])
      expect(String(await connection.raw(...words))).toStartWith('-ERR');
    expect(String(await connection.raw('REPLCONF'))).toBe('+OK\r\n');
    await connection.close();
  } finally {
    await server.stop();
  }
});
