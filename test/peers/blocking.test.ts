/** Several clients that wait for lists, beside Redis 8: who gets what, and in which order. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Connection } from './connection.ts';
import { type Peer, startCinnabar, startPeer } from './peer.ts';

let ours: Peer;
let theirs: Peer;

beforeAll(async () => {
  [ours, theirs] = await Promise.all([startCinnabar(), startPeer('redis8')]);
});
afterAll(() => Promise.all([ours.stop(), theirs.stop()]));

/**
 * One step a line: a client's name and its command. `main` never waits. `unblock`, `leave` and `replied` are told a client's
 * name: CLIENT UNBLOCK with a reason, the connection's end, and having got the reply of the command that waited.
 */
type Scenario = readonly string[];

const scenarios: Readonly<Record<string, Scenario>> = {
  'who waited first is served first': [
    ...['a BLPOP x 0', 'b BLPOP x 0', 'c BLPOP x 0', 'main RPUSH x 1 2'],
    ...['replied a', 'replied b', 'main LLEN x', 'main RPUSH x 3', 'replied c', 'main EXISTS x'],
  ],
  'elements of one push go to heads and tails as they ask': [
    ...['a BLPOP x 0', 'b BRPOP x 0', 'main RPUSH x 1 2 3', 'replied a', 'replied b', 'main LRANGE x 0 -1'],
  ],
  'LPUSH of several gives the one that is first afterwards': [
    ...['a BLPOP x 0', 'main LPUSH x 1 2 3', 'replied a', 'main LRANGE x 0 -1'],
  ],
  'of several keys the first in the order of pushes is taken': [
    ...['a BLPOP x y 0', 'main RPUSH y 1', 'main RPUSH x 2', 'replied a', 'main LRANGE x 0 -1'],
  ],
  'a client that has been served is in no queue any more': [
    ...['a BLPOP x y 0', 'b BLPOP y 0', 'main RPUSH x 1', 'main RPUSH y 2', 'replied a', 'replied b'],
    'main EXISTS x y',
  ],
  'a key twice': ['a BLPOP x x 0', 'main RPUSH x 1 2', 'replied a', 'main LRANGE x 0 -1'],
  'moves make other keys ready': [
    ...['a BLMOVE x y LEFT RIGHT 0', 'b BLMOVE y z RIGHT LEFT 0', 'c BLPOP z 0', 'main RPUSH x 1'],
    ...['replied a', 'replied b', 'replied c', 'main EXISTS x y z'],
  ],
  'a list moved around itself': [
    ...['a BRPOPLPUSH x x 0', 'main RPUSH x 1 2 3', 'replied a', 'main LRANGE x 0 -1'],
  ],
  'a circle of moves ends': [
    ...['a BLMOVE x y LEFT LEFT 0', 'b BLMOVE y x LEFT LEFT 0', 'main RPUSH x 1', 'replied a', 'replied b'],
    'main LRANGE x 0 -1',
  ],
  'a destination of another type fails when the source is there': [
    ...['main SET y text', 'a BLMOVE x y LEFT LEFT 0', 'b BLPOP x 0', 'main RPUSH x 1', 'replied a'],
    ...['replied b', 'main EXISTS x'],
  ],
  'as many as are there': [
    ...['a BLMPOP 0 2 x y LEFT COUNT 3', 'b BLMPOP 0 1 y RIGHT COUNT 2', 'main RPUSH y 1 2 3 4 5'],
    ...['replied a', 'replied b', 'main EXISTS y'],
  ],
  'another type is waited out': [
    ...['a BLPOP x 0', 'main SADD x member', 'main DEL x', 'main RPUSH x 1', 'replied a'],
  ],
  'another type beforehand is an error': [
    'main SET x text',
    'a BLPOP y x 0',
    'replied a',
    'a BLMPOP 0 2 y x LEFT',
    'replied a',
  ],
  'a list that is gone again at once': [
    ...['a BLPOP x 0', 'main RPUSH y 1', 'main RENAME y x', 'replied a', 'main EXISTS x y'],
  ],
  'COPY makes ready': ['a BLPOP x 0', 'main RPUSH y 1', 'main COPY y x', 'replied a', 'main LLEN y'],
  'MOVE makes ready': [
    ...['a SELECT 1', 'a BLPOP x 0', 'main RPUSH x 1', 'main MOVE x 1', 'replied a', 'main EXISTS x'],
  ],
  'SWAPDB makes ready': [
    ...['a SELECT 1', 'a BLPOP x 0', 'main RPUSH x 1', 'main SWAPDB 0 1', 'replied a', 'main DBSIZE'],
  ],
  'FLUSHALL leaves waiting': ['a BLPOP x 0', 'main FLUSHALL', 'main RPUSH x 1', 'replied a'],
  'a deleted key is waited for': [
    ...[
      'main RPUSH x 1',
      'a BLPOP x 0',
      'replied a',
      'a BLPOP x 0',
      'main DEL x',
      'main LPUSH x 2',
      'replied a',
    ],
  ],
  'lists and sorted sets under one name': [
    ...['a BLPOP x 0', 'b BZPOPMIN x 0', 'main ZADD x 1 member', 'replied b', 'main RPUSH x 1', 'replied a'],
  ],
  'LINSERT and LSET find no list, LPUSHX neither': [
    ...['a BLPOP x 0', 'main LPUSHX x 1', 'main LINSERT x BEFORE 1 2', 'main LSET x 0 1', 'main RPUSH x 5'],
    'replied a',
  ],
  'CLIENT UNBLOCK with a reply and with an error': [
    ...['a BLPOP x 0', 'b BLMOVE x y LEFT LEFT 0', 'c BLMPOP 0 1 x LEFT', 'unblock a', 'unblock b ERROR'],
    ...['unblock c TIMEOUT', 'replied a', 'replied b', 'replied c', 'unblock a', 'main RPUSH x 1'],
    'main LLEN x',
  ],
  'CLIENT UNBLOCK of the first hands its place on': [
    ...['a BLPOP x 0', 'b BLPOP x 0', 'unblock a', 'main RPUSH x 1', 'replied a', 'replied b'],
  ],
  'who has gone gets nothing': [
    ...['a BLPOP x 0', 'b BLPOP x 0', 'leave a', 'main RPUSH x 1', 'replied b', 'main EXISTS x'],
  ],
  'time is up': [
    ...['a BLPOP x 0.01', 'b BLMOVE x y LEFT LEFT 0.01', 'c BRPOPLPUSH x y 0.01', 'd BLMPOP 0.01 1 x LEFT'],
    ...['e BRPOP x y 0.01', 'replied a', 'replied b', 'replied c', 'replied d', 'replied e'],
  ],
  'time is up under RESP3': [
    ...['a HELLO 3 SETNAME name', 'a BLPOP x 0.01', 'replied a', 'a BLMOVE x y LEFT LEFT 0.01', 'replied a'],
    ...['a BLMPOP 0.01 1 x LEFT', 'replied a'],
  ],
  'bad timeouts': [
    ...['main BLPOP x -1', 'main BLPOP x text', 'main BLPOP x inf', 'main BLPOP x nan', 'main BLPOP x 1e400'],
    ...['main BLPOP x 9223372036854775807', 'main BLMOVE x y LEFT LEFT -0.1', 'main BRPOPLPUSH x y x'],
    ...['main BLMPOP -1 1 x LEFT', 'main BLMPOP 0 0 x LEFT', 'main BLMPOP 0 1 x MIDDLE'],
    ...['main BLMPOP 0 1 x LEFT COUNT 0', 'main BLMPOP 0 3 x LEFT', 'main BLMOVE x y LEFT MIDDLE 0'],
  ],
};

interface WaitingClient {
  readonly connection: Connection;
  readonly id: string;
  /** To what it has sent last. */
  reply: Promise<Buffer>;
}

/** Everything that `main` was replied, and the others where the scenario asks for it, each after who asked. */
async function outcome(peer: Peer, scenario: Scenario): Promise<string[]> {
  const clients = new Map<string, WaitingClient>();
  const main = await peer.connect();
  const log: string[] = [];
  await main.raw('FLUSHALL');
  for (const line of scenario) {
    const [who, ...words] = line.split(' ') as [string, ...string[]];
    if (who === 'main') {
      log.push(`${line}: ${(await main.raw(...words)).toString('latin1')}`);
    } else if (who === 'unblock') {
      const [name, ...reason] = words as [string, ...string[]];
      log.push(`${line}: ${await main.raw('CLIENT', 'UNBLOCK', clients.get(name)!.id, ...reason)}`);
    } else if (who === 'leave') {
      const before = await blockedClients(main);
      clients.get(words[0]!)!.connection.close();
      while ((await blockedClients(main)) === before);
    } else if (who === 'replied') {
      log.push(`${line}: ${(await clients.get(words[0]!)!.reply).toString('latin1')}`);
    } else {
      const client = clients.get(who) ?? (await connected(peer));
      clients.set(who, client);
      await begin(main, client, words);
    }
  }
  log.push(`left waiting: ${await blockedClients(main)}`);
  for (const { connection } of clients.values()) connection.close();
  while ((await blockedClients(main)) !== 0);
  main.close();
  return log;
}

async function connected(peer: Peer): Promise<WaitingClient> {
  const connection = await peer.connect();
  const reply = connection.raw('CLIENT', 'ID');
  const id = (await reply).toString('latin1').slice(1).trim();
  return { connection, id, reply };
}

/** Sends a command, and returns when it waits or is done. */
async function begin(main: Connection, client: WaitingClient, words: readonly string[]): Promise<void> {
  const before = await blockedClients(main);
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  client.reply = client.connection.raw(...words);
  client.reply.then(done, done);
  while (!isDone && (await blockedClients(main)) <= before);
}

async function blockedClients(connection: Connection): Promise<number> {
  const text = (await connection.raw('INFO', 'clients')).toString('latin1');
  return Number(/^blocked_clients:(\d+)/m.exec(text)?.[1]);
}

describe('whoever waits gets what Redis gives', () => {
  test.each(Object.entries(scenarios))('%s', async (_, scenario) => {
    expect(await outcome(ours, scenario)).toEqual(await outcome(theirs, scenario));
  });
});
