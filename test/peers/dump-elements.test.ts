/** Values of hashes and sets in every encoding go both ways between us and Redis, by DUMP and RESTORE. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { Crc64 } from '../../src/memory/crc64.ts';
import type { Argument, Connection } from './connection.ts';
import { type Peer, startCinnabar, startPeer } from './peer.ts';
import { decode, ErrorReply, latin1 } from './reply.ts';

let ours: Peer;
let theirs: Peer;
beforeAll(async () => {
  const args = ['--enable-debug-command', 'yes'];
  [ours, theirs] = await Promise.all([startCinnabar({ args }), startPeer('redis8', { args })]);
});
afterAll(() => Promise.all([ours.stop(), theirs.stop()]));

const numbers = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => String(index * 77 - 500));
const texts = (count: number): string[] => Array.from({ length: count }, (_, index) => `member-${index}`);
const far = '70000000000000';

const commands: readonly (readonly Argument[])[] = [
  ['SADD', 'intset', ...numbers(100)],
  ['SADD', 'wide', '1', '70000', '-9223372036854775808', '9223372036854775807'],
  ['SADD', 'small', 'a', '1', '', 'x'.repeat(64), Buffer.from([0, 255, 13, 10])],
  ['SADD', 'numbers', ...numbers(600)],
  ['SADD', 'large', ...texts(300), 'y'.repeat(5000)],
  ['HSET', 'packed', ...texts(20), ...numbers(20)],
  ['HSET', 'table', ...texts(1200), 'long', 'z'.repeat(70_000)],
  ['HSET', 'timed', 'a', '1', 'b', '2', 'c', '3', 'd', '4'],
  ['HPEXPIREAT', 'timed', far, 'FIELDS', '1', 'c'],
  ['HPEXPIREAT', 'timed', '60000000000000', 'FIELDS', '1', 'b'],
  ['HSET', 'timedtable', ...texts(1200)],
  ['HPEXPIREAT', 'timedtable', far, 'FIELDS', '2', 'member-0', 'member-2'],
  ['HPEXPIREAT', 'timedtable', '60000000000000', 'FIELDS', '1', 'member-4'],
];
const keys = [...new Set(commands.map((words) => String(words[1])))];

async function carry(from: Connection, to: Connection): Promise<void> {
  await Promise.all([from.call('FLUSHALL'), to.call('FLUSHALL')]);
  for (const words of commands) expect(await from.call(...words)).not.toBeInstanceOf(ErrorReply);
  for (const key of keys) {
    const payload = Buffer.from(decode(await from.raw('DUMP', key), latin1) as string, 'latin1');
    expect(await to.call('RESTORE', key, '0', payload)).toBe('OK');
    for (const question of [
      ['DEBUG', 'DIGEST-VALUE', key],
      ['OBJECT', 'ENCODING', key],
    ])
      expect([key, await to.call(...question)]).toEqual([key, await from.call(...question)]);
  }
  const ttl = ['HPEXPIRETIME', 'timedtable', 'FIELDS', '3', 'member-0', 'member-4', 'member-6'];
  expect(await to.call(...ttl)).toEqual(await from.call(...ttl));
}

test('from us to Redis', async () => carry(await ours.connect(), await theirs.connect()));
test('from Redis to us', async () => carry(await theirs.connect(), await ours.connect()));

test('from Valkey to us, with fields that expire', async () => {
  const valkey = await startPeer('valkey9');
  const [from, to] = [await valkey.connect(), await ours.connect()];
  await to.call('FLUSHALL');
  for (const count of [4, 1000]) {
    const key = `timed-${count}`;
    await from.call('HSET', key, ...texts(count));
    await from.call('HPEXPIREAT', key, far, 'FIELDS', '1', 'member-2');
    const payload = Buffer.from(decode(await from.raw('DUMP', key), latin1) as string, 'latin1');
    expect(payload[0]).toBe(22);
    expect(await to.call('RESTORE', key, '0', payload)).toBe('OK');
    for (const question of [
      ['HPEXPIRETIME', key, 'FIELDS', '2', 'member-0', 'member-2'],
      ['HMGET', key, 'member-0', 'member-2'],
      ['HLEN', key],
    ])
      expect(await to.call(...question)).toEqual(await from.call(...question));
  }
  await valkey.stop();
});

/** Gives a payload the checksum that it should have. */
function sign(payload: Buffer): void {
  const crc = new Crc64();
  crc.update(payload, 0, payload.length - 8);
  payload.writeUInt32LE(crc.low >>> 0, payload.length - 8);
  payload.writeUInt32LE(crc.high >>> 0, payload.length - 4);
}

test('damaged payloads are refused or become values, and never do harm', async () => {
  const connection = await ours.connect();
  await connection.call('FLUSHALL');
  for (const words of commands) await connection.call(...words);
  let state = 1;
  const random = (bound: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  for (const key of keys) {
    const payload = Buffer.from(decode(await connection.raw('DUMP', key), latin1) as string, 'latin1');
    for (let round = 0; round < 60; round++) {
      const damaged = Buffer.from(payload);
      for (let flips = 1 + random(3); flips > 0; flips--) damaged[random(payload.length - 10)] = random(256);
      sign(damaged);
      const reply = await connection.call('RESTORE', 'damaged', '0', damaged, 'REPLACE');
      if (reply instanceof ErrorReply) expect(reply.message).toMatch(/Bad data format|BUSYKEY/);
      await connection.call('DEBUG', 'DIGEST-VALUE', 'damaged');
    }
  }
  await connection.call('DEL', 'damaged');
  expect(await connection.call('PING')).toBe('PONG');
}, 30_000);
