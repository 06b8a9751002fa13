/** What commands count as keyspace hits and misses, beside Redis 8; and errors that no generator finds. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Connection } from './connection.ts';
import { type Peer, startCinnabar, startPeer } from './peer.ts';

let ours: Peer;
let theirs: Peer;

beforeAll(async () => {
  [ours, theirs] = await Promise.all([startCinnabar(), startPeer('redis8')]);
});
afterAll(() => Promise.all([ours.stop(), theirs.stop()]));

const keys = ['string', 'list', 'set', 'hash', 'sorted', 'stream', 'missing'];
const filling = [
  'FLUSHALL',
  'SET string 5',
  'SET other 5',
  'RPUSH list a b c',
  'SADD set a b 1',
  'HSET hash a 1 b 2',
  'ZADD sorted 1 a 2 b',
  'XADD stream 1 a b',
  'XGROUP CREATE stream group 0',
  'CONFIG RESETSTAT',
];
/** KEY stands for each of the keys in turn. */
const commands = [
  'GETSET KEY v',
  'SET KEY v GET',
  'SET KEY v NX GET',
  'LMOVE list KEY LEFT RIGHT',
  'LMOVE KEY list LEFT RIGHT',
  'RPOPLPUSH list KEY',
  'BLMOVE list KEY LEFT LEFT 0.01',
  'SMOVE set KEY a',
  'SMOVE KEY set a',
  'XREAD STREAMS KEY 0',
  'XREAD STREAMS KEY stream 0 0',
  'XREAD STREAMS KEY +',
  'XREADGROUP GROUP group consumer STREAMS KEY >',
  'XREADGROUP GROUP group consumer STREAMS KEY 0',
  'SCAN 0 COUNT 100 TYPE string MATCH KEY',
  'SCAN 0 COUNT 100 TYPE nothing MATCH KEY',
  'SCAN 0 COUNT 100 MATCH KEY',
];

async function counted(peer: Peer, line: string): Promise<string> {
  const connection = await peer.connect();
  for (const command of [...filling, line]) await run(connection, command);
  const information = String(await connection.call('INFO', 'stats'));
  await connection.close();
  return [...information.matchAll(/keyspace_\w+:\d+/g)].join(' ');
}

function run(connection: Connection, line: string): Promise<Buffer> {
  return connection.raw(...line.split(' '));
}

describe('hits and misses', () => {
  for (const command of commands) {
    test(command, async () => {
      for (const key of keys) {
        const line = command.replace('KEY', key);
        expect([line, await counted(ours, line)]).toEqual([line, await counted(theirs, line)]);
      }
    });
  }
});

test('options out of place and counts at the edge are refused in the same words', async () => {
  const lines = [
    ...filling,
    'SCAN 0 NOVALUES',
    'SCAN 0 COUNT 1 NOVALUES MATCH',
    'SSCAN set 0 NOVALUES',
    'ZSCAN sorted 0 NOVALUES',
    'ZSCAN sorted 0 COUNT 1 novalues',
    'ZRANDMEMBER sorted -4611686018427387904 WITHSCORES',
    'HRANDFIELD hash -4611686018427387904 WITHVALUES',
  ];
  const [left, right] = await Promise.all([ours, theirs].map((peer) => peer.connect()));
  for (const line of lines)
    expect([line, String(await run(left!, line))]).toEqual([line, String(await run(right!, line))]);
  await Promise.all([left!.close(), right!.close()]);
});
