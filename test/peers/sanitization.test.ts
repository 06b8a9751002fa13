/** What sanitize-dump-payload asks for, and how often that is done, as INFO tells. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileOf, keyOf, listpack, text } from '../persistence/rdb/old-forms.ts';
import type { Connection } from './connection.ts';
import { type Peer, startCinnabar, startPeer } from './peer.ts';
import { decode, ErrorReply, latin1 } from './reply.ts';

let ours: Peer;
let theirs: Peer;
beforeAll(async () => {
  const args = ['--enable-debug-command', 'yes'];
  [ours, theirs] = await Promise.all([startCinnabar({ args }), startPeer('redis8', { args })]);
});
afterAll(() => Promise.all([ours.stop(), theirs.stop()]));

const commands = [
  'SET string value',
  'RPUSH list a b',
  'SADD set a b',
  'SADD intset 1 2',
  'HSET hash a b',
  'ZADD zset 1 a',
  'XADD stream 1-1 a b',
];

async function sanitizations(connection: Connection): Promise<number> {
  return Number(/dump_payload_sanitizations:(\d+)/.exec(String(await connection.call('INFO', 'stats')))?.[1]);
}

test.each(['no', 'clients', 'yes'])('%s: what is counted', async (setting) => {
  const counts: number[][] = [];
  for (const peer of [ours, theirs]) {
    const connection = await peer.connect();
    await connection.call('FLUSHALL');
    await connection.call('CONFIG', 'SET', 'sanitize-dump-payload', setting);
    await connection.call('CONFIG', 'RESETSTAT');
    const own: number[] = [];
    for (const command of commands) {
      const words = command.split(' ');
      await connection.call(...words);
      const payload = Buffer.from(decode(await connection.raw('DUMP', words[1]), latin1) as string, 'latin1');
      const before = await sanitizations(connection);
      expect(await connection.call('RESTORE', `${words[1]}2`, '0', payload)).toBe('OK');
      own.push((await sanitizations(connection)) - before);
    }
    const before = await sanitizations(connection);
    await connection.call('DEBUG', 'RELOAD');
    own.push((await sanitizations(connection)) - before);
    counts.push(own);
    await connection.close();
  }
  expect(counts[0]).toEqual(counts[1]);
});

test('a field that is there twice is found when it is looked for', async () => {
  for (const peer of [ours, theirs]) {
    const connection = await peer.connect();
    const file = fileOf('REDIS0012', 0xfe, 0, keyOf(16, 'hash', text(listpack(['a', '1', 'a', '2']))));
    for (const [setting, isLoaded] of [
      ['no', true],
      ['clients', true],
      ['yes', false],
    ] as const) {
      // Redis ends when it finds such a thing.
      if (peer === theirs && !isLoaded) continue;
      await connection.call('CONFIG', 'SET', 'sanitize-dump-payload', setting);
      writeFileSync(join(peer.dir, 'dump.rdb'), file);
      const reply = await connection.call('DEBUG', 'RELOAD', 'NOSAVE');
      if (isLoaded) expect(reply).toBe('OK');
      else expect(reply).toBeInstanceOf(ErrorReply);
    }
    await connection.close();
  }
});
