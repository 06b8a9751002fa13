import { afterAll, describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConnectionClosed } from './connection.ts';
import { bunProgram, type PeerName, peerProgram, startPeer } from './peer.ts';
import { ErrorReply } from './reply.ts';

const versions: readonly (readonly [PeerName, RegExp])[] = [
  ['redis8', /redis_version:8\.0\./],
  ['valkey9', /valkey_version:9\./],
  ['redis7', /redis_version:7\.0\./],
];

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // What nobody has waited for yet is dead but not gone.
  return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

describe('peers', () => {
  test.each(versions)('%s starts, answers, and leaves nothing behind', async (name, version) => {
    const peer = await startPeer(name, { args: ['--maxclients', '77'], config: 'databases 3\n' });
    const connection = await peer.connect();
    expect(await connection.call('INFO', 'server')).toMatch(version);
    expect(await connection.call('CONFIG', 'GET', 'maxclients')).toEqual(['maxclients', '77']);
    expect(await connection.call('CONFIG', 'GET', 'databases')).toEqual(['databases', '3']);
    await peer.stop();
    await connection.closed;
    expect(existsSync(peer.dir)).toBe(false);
    expect(peer.process.exitCode ?? peer.process.signalCode).toBe('SIGKILL');
    await peer.stop();
  });

  test('a server that cannot start says why', async () => {
    await expect(startPeer('redis8', { config: 'no-such-option 1\n' })).rejects.toThrow(/no-such-option/);
  });

  test('a missing peer says what to install', () => {
    const folder = process.env['PEERS_BIN'];
    process.env['PEERS_BIN'] = '/nowhere';
    try {
      expect(() => peerProgram('valkey9', 'cli')).toThrow(/\/nowhere\/valkey9-cli is missing: install/);
    } finally {
      if (folder === undefined) delete process.env['PEERS_BIN'];
      else process.env['PEERS_BIN'] = folder;
    }
  });

  test('servers end with a test run that fails and stops nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cinnabar-test-orphan-'));
    const path = join(folder, 'orphan.test.ts');
    writeFileSync(
      path,
      `import { test } from 'bun:test';
      import { startPeer } from ${JSON.stringify(join(import.meta.dir, 'peer.ts'))};
      test('leaves a server', async () => {
        const peer = await startPeer('redis8');
        process.stdout.write(\`server \${peer.pid} in \${peer.dir}\\n\`);
        throw new Error('on purpose');
      });`,
    );
    const run = spawnSync(bunProgram(), ['test', path], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    const [, pid, dir] = /^server (\d+) in (.*)$/m.exec(run.stdout) ?? [];
    expect(run.status).toBe(1);
    while (existsSync(dir!) || isAlive(Number(pid))) await Bun.sleep(1);
  });
});

describe('a connection', () => {
  const started = startPeer('redis8');
  afterAll(async () => (await started).stop());

  test('gives the bytes of each reply', async () => {
    const connection = await (await started).connect();
    const replies = await connection.pipeline([
      ['SET', 'k', Buffer.from([0, 255])],
      ['GET', 'k'],
      ['LLEN', 'k'],
      ['FOO'],
    ]);
    expect(replies.map((reply) => reply.toString('latin1'))).toEqual([
      '+OK\r\n',
      '$2\r\n\x00\xff\r\n',
      '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n',
      "-ERR unknown command 'FOO', with args beginning with: \r\n",
    ]);
    expect(await connection.call('FOO')).toEqual(
      new ErrorReply("ERR unknown command 'FOO', with args beginning with: "),
    );
    await connection.close();
  });

  test('puts large replies together', async () => {
    const connection = await (await started).connect();
    const value = Buffer.alloc(8 << 20, 'x');
    await connection.raw('SET', 'large', value);
    const [first, , third] = await connection.pipeline([['GET', 'large'], ['PING'], ['GET', 'large']]);
    expect(first!.length).toBe(value.length + '$8388608\r\n\r\n'.length);
    expect(third!.equals(first!)).toBe(true);
    await connection.close();
  });

  test('keeps pushes apart', async () => {
    const connection = await (await started).connect();
    await connection.raw('HELLO', 3);
    await connection.raw('CLIENT', 'TRACKING', 'ON');
    await connection.raw('GET', 'tracked');
    await connection.raw('SET', 'tracked', '1');
    expect(await connection.call('PING')).toBe('PONG');
    expect((await connection.nextPush()).toString()).toBe(
      '>2\r\n$10\r\ninvalidate\r\n*1\r\n$7\r\ntracked\r\n',
    );
    await connection.close();
  });

  test('tells a close by the server behind the replies before it', async () => {
    const connection = await (await started).connect();
    connection.send('PING\r\n*1\r\nxyz\r\n');
    expect((await connection.nextReply()).toString()).toBe('+PONG\r\n');
    expect((await connection.nextReply()).toString()).toBe("-ERR Protocol error: expected '$', got 'x'\r\n");
    await expect(connection.nextReply()).rejects.toThrow(ConnectionClosed);
    await connection.closed;
  });
});
