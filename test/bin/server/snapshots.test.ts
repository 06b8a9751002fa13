/** Data that outlive the process: saved at its end and by save points, loaded at its start. */
import { afterEach, describe, expect, test } from 'bun:test';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../peers/connection.ts';
import { Connection as Open } from '../../peers/connection.ts';
import {
  cinnabarCommand,
  freePort,
  type Peer,
  peerProgram,
  startCinnabar,
  startPeer,
} from '../../peers/peer.ts';
import { ending, invoke, until, withDirectory } from './invocation.ts';

const peers: Peer[] = [];
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.stop()));
});

async function begin(...args: string[]): Promise<[Peer, Connection]> {
  const peer = await startCinnabar({ args: ['--enable-protected-configs', 'yes', ...args] });
  peers.push(peer);
  return [peer, await peer.connect()];
}

const SAVING = 'Saving the final RDB snapshot before exiting.';

/** Ways to end a server, and whether its data are there afterwards. */
const ENDS: readonly (readonly [end: string, points: string, isSaved: boolean])[] = [
  ['SIGTERM', '3600 1', true],
  ['SIGTERM', '', false],
  ['SIGINT', '3600 1', true],
  ['SHUTDOWN', '3600 1', true],
  ['SHUTDOWN', '', false],
  ['SHUTDOWN NOSAVE', '3600 1', false],
  ['SHUTDOWN SAVE', '', true],
];

describe('the end', () => {
  test.each(ENDS)('%s with save "%s": saved %p', (end, points, isSaved) =>
    withDirectory(async (dir) => {
      const [peer, connection] = await begin('--dir', dir, '--save', points);
      await connection.call('SET', 'key', 'value');
      await connection.call('SET', 'passing', 'value', 'EX', 1000);
      if (end.startsWith('SIG')) peer.process.kill(end as NodeJS.Signals);
      else connection.send(Buffer.from(`${end}\r\n`));
      expect(await ending(peer)).toEqual({ code: 0, signal: null });
      expect(peer.log().includes(SAVING)).toBe(isSaved);
      expect(readdirSync(dir)).toEqual(isSaved ? ['dump.rdb'] : []);
      const [again, reader] = await begin('--dir', dir);
      expect(await reader.call('GET', 'key')).toBe(isSaved ? 'value' : null);
      expect(Number(await reader.call('TTL', 'passing')) > 0).toBe(isSaved);
      expect(again.log().includes('DB loaded from disk: ')).toBe(isSaved);
      if (isSaved) expect(again.log()).toContain('Done loading RDB, keys loaded: 2, keys expired: 0.\n');
    }),
  );

  test('is refused while the data cannot be saved, unless it is forced', async () => {
    const [peer, connection] = await begin('--save', '3600 1');
    mkdirSync(join(peer.dir, 'dump.rdb'));
    writeFileSync(join(peer.dir, 'dump.rdb/x'), '');
    await connection.call('SET', 'key', 'value');
    for (const end of ['SHUTDOWN', 'SHUTDOWN SAVE'])
      expect((await connection.raw(...end.split(' '))).toString()).toBe(
        '-ERR Errors trying to SHUTDOWN. Check logs.\r\n',
      );
    peer.process.kill('SIGTERM');
    await until(() => peer.log().split("Error trying to save the DB, can't exit.").length === 4);
    expect(peer.log()).toMatch(
      /# Error moving temp DB file temp-\d+\.rdb on the final destination dump\.rdb \(in server root dir .*\): /,
    );
    expect(readdirSync(peer.dir)).toEqual(['dump.rdb']);
    connection.send(Buffer.from('SHUTDOWN FORCE\r\n'));
    expect(await ending(peer)).toEqual({ code: 0, signal: null });
    expect(peer.log()).toContain('Error trying to save the DB. Exit anyway.');
  });
});

describe('a save that fails', () => {
  test('lets writes be refused until one succeeds', async () => {
    const [peer, connection] = await begin('--save', '3600 1');
    const other = await startPeer('redis8', { args: ['--save', '3600 1'] });
    peers.push(other);
    const theirs = await other.connect();
    const block = (dir: string): void => {
      mkdirSync(join(dir, 'dump.rdb'));
      writeFileSync(join(dir, 'dump.rdb/x'), '');
    };
    for (const { dir } of [peer, other]) block(dir);
    const same = async (line: string): Promise<void> => {
      const words = line.split(' ');
      const replies = await Promise.all([connection.raw(...words), theirs.raw(...words)]);
      expect(replies[0].toString(), line).toBe(replies[1].toString());
    };
    for (const line of ['SET key value', 'SAVE', 'SET key value', 'BGSAVE']) await same(line);
    const failed = async (asked: Connection): Promise<boolean> =>
      String(await asked.call('INFO', 'persistence')).includes('rdb_last_bgsave_status:err');
    await until(async () => (await failed(connection)) && (await failed(theirs)));
    for (const line of ['SET key new', 'DEL key', 'PING', 'GET key', 'FLUSHALL', 'EXPIRE key 1', 'ECHO x'])
      await same(line);
    for (const line of ['CONFIG SET stop-writes-on-bgsave-error no', 'SET key new', 'PING']) await same(line);
    for (const line of ['CONFIG SET stop-writes-on-bgsave-error yes', 'SET key x', 'PING']) await same(line);
    for (const { dir } of [peer, other]) rmSync(join(dir, 'dump.rdb'), { recursive: true });
    for (const line of ['SAVE', 'SET key newer', 'PING', 'GET key']) await same(line);
    await theirs.close();
  });

  test('leaves the last good file as it was', async () => {
    const [peer, connection] = await begin();
    await connection.call('SET', 'key', 'good');
    expect(await connection.call('SAVE')).toBe('OK');
    const good = readFileSync(join(peer.dir, 'dump.rdb'));
    // The temporary file cannot be created where a directory has its name.
    mkdirSync(join(peer.dir, `temp-${peer.pid}.rdb`));
    await connection.call('SET', 'key', 'bad');
    expect((await connection.raw('SAVE')).toString()).toBe('-ERR\r\n');
    expect(readFileSync(join(peer.dir, 'dump.rdb')).equals(good)).toBe(true);
    const complaint = /# Failed opening the temp RDB file temp-\d+\.rdb .* for saving: Is a directory/;
    await until(() => complaint.test(peer.log()));
  });
});

describe('save points', () => {
  test('save by themselves once there are enough changes', async () => {
    const [peer, connection] = await begin('--save', '1 2');
    await connection.call('MSET', 'a', 1, 'b', 2);
    await until(() => existsSync(join(peer.dir, 'dump.rdb')));
    await until(() => peer.log().includes('Background saving terminated with success'));
    expect(peer.log()).toMatch(
      /\* 2 changes in 1 seconds\. Saving\.\.\.\n.*\* Background saving started by pid \d+\n/,
    );
    expect(String(await connection.call('INFO', 'persistence'))).toContain(
      'rdb_changes_since_last_save:0\r\n',
    );
  });

  test('BGSAVE comes to its end at the next tick', async () => {
    const [peer, connection] = await begin();
    const replies = await connection.pipeline([
      ['SET', 'key', 'value'],
      ['BGSAVE'],
      ['BGSAVE'],
      ['INFO', 'persistence'],
      ['SET', 'key', 'later'],
    ]);
    expect(replies[1].toString()).toBe('+Background saving started\r\n');
    expect(replies[2].toString()).toBe('-ERR Background save already in progress\r\n');
    expect(replies[3].toString()).toContain('rdb_bgsave_in_progress:1\r\n');
    await until(() => peer.log().includes('Background saving terminated with success'));
    const after = String(await connection.call('INFO', 'persistence'));
    expect(after).toContain('rdb_bgsave_in_progress:0\r\n');
    expect(after).toContain('rdb_changes_since_last_save:1\r\n');
  });
});

describe('a file that cannot be loaded', () => {
  const entry = (key: string): string => `\0\x01${key}\x01v`;
  const end = '\xff\0\0\0\0\0\0\0\0';

  test.each([
    ['empty', '', /Short read or OOM loading DB.*\n.*dump\.rdb: unexpected end of file at offset 0\n/],
    ['cut', 'REDIS0011\0\x05ab', /dump\.rdb: unexpected end of file at offset 13\n/],
    [
      'of another kind',
      'HELLO WORLD',
      /dump\.rdb: not an RDB file: it begins with "HELLO WOR" at offset 0\n/,
    ],
    ['of the future', `REDIS9999${end}`, /dump\.rdb: unknown RDB version REDIS9999 at offset 5\n/],
    ['with an unknown type', `REDIS0011\x40\x01a\x01b${end}`, /dump\.rdb: unsupported type 64 at offset 9\n/],
    ['with a wrong checksum', `REDIS0011${entry('a')}\xff12345678`, /Wrong RDB checksum.*\n.*wrong checksum/],
    ['with a key twice', `REDIS0011${entry('a')}${entry('a')}${end}`, /RDB has duplicated key 'a' in DB 0\n/],
    [
      'with too many databases',
      `REDIS0011\xfe\x30${entry('a')}${end}`,
      /FATAL: Data file was created .* more than 16 databases/,
    ],
  ])('%s', (_, text, line) =>
    withDirectory((dir) => {
      writeFileSync(join(dir, 'dump.rdb'), Buffer.from(text, 'latin1'));
      const { code, output } = invoke(['--port', '0', '--unixsocket', join(dir, 's'), '--dir', dir]);
      expect(output).toMatch(line);
      expect(code).toBe(1);
      expect(output).toContain('# Fatal error loading the DB, check server logs. Exiting.\n');
      expect(readFileSync(join(dir, 'dump.rdb'), 'latin1')).toBe(text);
    }),
  );

  test('because of its checksum alone is loaded where checksums do not matter', () =>
    withDirectory(async (dir) => {
      writeFileSync(join(dir, 'dump.rdb'), Buffer.from(`REDIS0011${entry('a')}\xff12345678`, 'latin1'));
      const [, connection] = await begin('--dir', dir, '--rdbchecksum', 'no');
      expect(await connection.call('GET', 'a')).toBe('v');
    }));
});

describe('while data are loaded', () => {
  /** A file of so many keys, written by a server; the slower loads it for a second or more. */
  const prepare = async (dir: string, keys: number): Promise<void> => {
    const [, connection] = await begin('--dir', dir);
    for (let i = 0; i < keys; i++) connection.send(Buffer.from(`SET key:${i} value\r\n`));
    for (let i = 0; i < keys; i++) await connection.nextReply();
    expect(await connection.call('SAVE')).toBe('OK');
  };
  const args = ['--key-load-delay', '2000', '--loading-process-events-interval-bytes', '1024'];

  test('commands are refused, or served, as Redis does it', () =>
    withDirectory(async (dir) => {
      await prepare(dir, 500);
      const both = [];
      for (const command of [cinnabarCommand(), [peerProgram('redis8', 'server')]]) {
        const port = await freePort();
        const words = [...command.slice(1), '--port', String(port), '--dir', dir, '--save', '', ...args];
        const child = spawn(command[0]!, words, { stdio: 'ignore' });
        const replies: string[] = [];
        try {
          let connection: Connection | undefined;
          await until(async () => {
            connection = await Open.open(port).catch(() => undefined);
            return connection !== undefined;
          });
          if (connection === undefined) throw new Error('not connected');
          const lines = [
            'GET key:1',
            'PING',
            'ECHO x',
            'SET a 1',
            'DBSIZE',
            'SELECT 1',
            'SELECT 0',
            'FLUSHALL',
          ];
          lines.push(
            'SAVE',
            'BGSAVE',
            'CONFIG GET hz',
            'COMMAND COUNT x',
            'AUTH x',
            'MGET a',
            'INFO persistence',
          );
          // All at once, so that they are served between the same two keys.
          const asked = await connection.pipeline(lines.map((line) => line.split(' ')));
          replies.push(...asked.slice(0, -1).map(String));
          const fields = String(asked.at(-1))
            .split('\r\n')
            .filter((line) => /^(?:async_)?loading/.test(line));
          replies.push(
            ...fields.map((line) => (line.startsWith('loading:') ? line : line.replace(/:.*/, ''))),
          );
          await until(
            async () => !String(await connection?.call('INFO', 'persistence')).includes('loading:1'),
          );
          for (const line of ['GET key:499', 'DBSIZE', 'PING'])
            replies.push((await connection.raw(...line.split(' '))).toString());
          await connection.close();
        } finally {
          child.kill('SIGKILL');
        }
        both.push(replies);
      }
      expect(both[0]).toEqual(both[1]);
      expect(both[0]).toContain('-LOADING Redis is loading the dataset in memory\r\n');
      expect(both[0]).toContain('loading:1');
    }));

  test('an end saves nothing', () =>
    withDirectory(async (dir) => {
      await prepare(dir, 300);
      const file = readFileSync(join(dir, 'dump.rdb'));
      const port = await freePort();
      const [program, ...first] = cinnabarCommand();
      const words = [...first, '--port', String(port), '--dir', dir, '--save', '3600 1', ...args];
      const child = spawn(program!, words, { stdio: ['ignore', 'pipe', 'ignore'] });
      let log = '';
      child.stdout.on('data', (chunk) => {
        log += chunk;
      });
      await until(() => log.includes('Loading RDB'));
      child.kill('SIGTERM');
      const code = await new Promise((resolve) => child.once('close', resolve));
      expect(code).toBe(0);
      expect(log).not.toContain('Done loading');
      expect(log).not.toContain('DB saved on disk');
      expect(readFileSync(join(dir, 'dump.rdb')).equals(file)).toBe(true);
    }));
});
