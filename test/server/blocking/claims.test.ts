/** XREADGROUP CLAIM waits for entries to have been idle long enough (Redis 8.4, which the installed peers are older than). */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Connection } from '../../peers/connection.ts';
import { type Peer, startCinnabar } from '../../peers/peer.ts';

let peer: Peer;
let main: Connection;
let reader: Connection;

beforeAll(async () => {
  peer = await startCinnabar();
  [main, reader] = await Promise.all([peer.connect(), peer.connect()]);
});
afterAll(() => peer.stop());

/** A stream with one entry: id, fields, milliseconds of idleness, deliveries. */
type Claimed = readonly [[string, [[string, readonly string[], number, number]]]];

const claim = (...options: string[]) =>
  reader.call('XREADGROUP', 'GROUP', 'g', 'bob', ...options, 'STREAMS', 's', '>');

test('an entry is claimed as soon as it has been idle for long enough, though nothing happens', async () => {
  await main.call('XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM');
  await main.call('XADD', 's', '1-0', 'f', 'v');
  await main.call('XREADGROUP', 'GROUP', 'g', 'alice', 'STREAMS', 's', '>');
  const [[, [[id, fields, idle, deliveries]]]] = (await claim(
    'CLAIM',
    '60',
    'BLOCK',
    '0',
  )) as unknown as Claimed;
  expect([id, fields, deliveries]).toEqual(['1-0', ['f', 'v'], 1]);
  expect(Number(idle)).toBeGreaterThanOrEqual(60);
  expect(await main.call('XPENDING', 's', 'g')).toEqual([1, '1-0', '1-0', [['bob', '1']]]);
});

test('one that is delivered while the reader waits is claimed in its time', async () => {
  await main.call('XGROUP', 'CREATE', 't', 'g', '$', 'MKSTREAM');
  await main.call('XACK', 's', 'g', '1-0');
  const first = main.call('XREADGROUP', 'GROUP', 'g', 'alice', 'BLOCK', '0', 'STREAMS', 's', '>');
  const other = await peer.connect();
  await other.call('PING');
  const reply = claim('CLAIM', '60', 'BLOCK', '0');
  await other.call('PING');
  await other.call('XADD', 's', '2-0', 'f', 'v');
  await first;
  const [[, [[id, , idle]]]] = (await reply) as unknown as Claimed;
  expect(id).toBe('2-0');
  expect(Number(idle)).toBeGreaterThanOrEqual(60);
  await other.close();
});

test('the time is up before, if it is shorter', async () => {
  expect(await claim('CLAIM', '1000000', 'BLOCK', '20')).toBeNull();
});

test('what is given back is claimed at once', async () => {
  const reply = claim('CLAIM', '1000000', 'BLOCK', '0');
  const other = await peer.connect();
  await other.call('PING');
  await other.call('XNACK', 's', 'g', 'FAIL', 'IDS', '1', '2-0');
  const [[, [[id]]]] = (await reply) as unknown as Claimed;
  expect(id).toBe('2-0');
  await other.close();
});
