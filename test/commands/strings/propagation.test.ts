/** What goes to replicas and the append-only file, and which events tell of it: beside a real server's. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Peer, type PeerName, startPeer } from '../../peers/peer.ts';
import { decode, latin1 } from '../../peers/reply.ts';
import { Bench } from '../bench.ts';

const END = 'end-of-case';
/** Redis's own limit on moments that can be told from spans of time: those nearer than this are counted from now. */
const NEAR_MS = 1e9;
const ROUNDING_MS = 20_000;

/** Each line is one case, its commands separated by "; ". */
const shared = [
  'SET k v',
  'SET k v EX 100',
  'SET k v PX 100000',
  'SET k v EXAT 4102444800',
  'SET k v PXAT 4102444800000',
  'SET k v GET',
  'SET k v EX 100; SET k w KEEPTTL',
  'SET k v EX 100; SET k w KEEPTTL GET',
  'SET k v EX 100; SET k w XX GET',
  'SET k v NX; SET k w NX; SET k w XX; SET j w XX',
  'SET k v NX EX 100; SET k v XX PX 100000 GET',
  'SET k v NX GET; SET k w NX GET',
  'SET k v; SET k w EXAT 1',
  'SET k v; SET k w PXAT 1 GET',
  'SET k v EX 9223372036854775',
  'SETEX k 100 v',
  'PSETEX k 100000 v',
  'SETNX k v; SETNX k w',
  'GETSET k v; GETSET k w',
  'SET k v EX 100; GETSET k w',
  'GETDEL k; SET k v; GETDEL k',
  'GETEX k EX 100; SET k v; GETEX k; GETEX k EX 100; GETEX k PX 200000; GETEX k PERSIST; GETEX k PERSIST',
  'SET k v; GETEX k EXAT 4102444800; GETEX k PXAT 4102444800001',
  'SET k v; GETEX k EXAT 1; SET k v; GETEX k PXAT 1; GET k',
  'MSET a 1 b 2 a 3',
  'SET a 1 EX 100; MSET a 1 b 2',
  'MSETNX a 1 b 2; MSETNX b 1 c 2',
  'APPEND k a; APPEND k b; SET n 1; APPEND n 2',
  'APPEND k ; STRLEN k',
  'SETRANGE k 3 ab; SETRANGE k 0 x; SETRANGE k 0 ; SETRANGE j 5 ',
  'INCR n; DECR n; INCRBY n 5; DECRBY n 7',
  'SET n 9223372036854775807; INCR n; SET n x; INCR n',
  'INCRBYFLOAT f 1.5; INCRBYFLOAT f 1e3; INCRBYFLOAT f -0.1',
  'SET f 1 EX 100; INCRBYFLOAT f 2; INCR f',
  'SET k v; SET k w GET EX 100',
  'SET k v PX 1 XX; SET k v; SET k v EX 100 NX',
];

/** Valkey's own. */
const valkeys = [
  'SET k v; DELIFEQ k w; DELIFEQ k v; DELIFEQ k v',
  'SET k v; SET k w IFEQ x; SET j w IFEQ v',
  'SET k v; SET k w IFEQ v EX 100',
  'MSETEX 2 a 1 b 2; MSETEX 2 a 1 b 2 NX; MSETEX 1 a 1 XX',
  'MSETEX 2 a 1 b 2 PXAT 4102444800000; MSETEX 1 a 1 KEEPTTL',
  'MSETEX 2 a 1 b 2 EX 100; MSETEX 2 a 1 b 2 PX 100000 XX',
];

interface Told {
  readonly propagated: string[];
  readonly events: string[];
}

function words(command: string): string[] {
  return command.split(' ');
}

function commandsOf(lines: readonly string[]): string[][] {
  return lines.flatMap((line) => [
    ['SET', 'other', 'v'],
    ['FLUSHALL'],
    ...line.split('; ').map(words),
    ['SET', END, '1'],
  ]);
}

/** Moments that count from now, in steps coarse enough for the time that the test takes. */
function withoutClock(command: readonly string[], now: number): string {
  return command
    .map((word, index) => {
      const distance = Number(word) - now;
      const isMoment = index > 1 && /^(?:PXAT|PEXPIREAT)$/i.test(command[index === 2 ? 0 : index - 1]!);
      return isMoment && Math.abs(distance) < NEAR_MS
        ? `now+${Math.round(distance / ROUNDING_MS) * ROUNDING_MS}`
        : word;
    })
    .join(' ');
}

/** What was told of each line, by the marker between them. */
function perLine(told: readonly string[], isEnd: (item: string) => boolean): string[] {
  const parts = [''];
  for (const item of told) {
    if (isEnd(item)) parts.push('');
    else parts[parts.length - 1] += `${item}\n`;
  }
  return parts;
}

class Recorder {
  readonly #peer: Peer;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  /** Runs the lines; what the server has written to its file and told of in events. */
  async run(lines: readonly string[]): Promise<Told> {
    const now = Date.now();
    const connection = await this.#peer.connect();
    const listener = await this.#peer.connect();
    await connection.call('DEBUG', 'SET-ACTIVE-EXPIRE', 0);
    await listener.call('PSUBSCRIBE', '__keyevent@0__:*');
    await connection.pipeline(commandsOf(lines));
    const events: string[] = [];
    for (let ends = 0; ends < lines.length; ) {
      const [, , channel, key] = decode(await listener.nextReply(), latin1) as string[];
      events.push(`${channel!.replace('__keyevent@0__:', '')} ${key}`);
      if (key === END) ends++;
    }
    await listener.close();
    await connection.close();
    return { propagated: this.#written().map((command) => withoutClock(command, now)), events };
  }

  #written(): string[][] {
    const text = readFileSync(join(this.#peer.dir, 'appendonlydir', 'appendonly.aof.1.incr.aof'), 'latin1');
    const commands: string[][] = [];
    for (const part of text.split(/^\*\d+\r\n/m).slice(1)) {
      const command = part.split('\r\n').filter((_, index) => index % 2 === 1);
      if (command[0]?.toUpperCase() !== 'SELECT') commands.push(command);
    }
    return commands;
  }
}

function ours(lines: readonly string[]): Told {
  const bench = new Bench();
  bench.now = Date.now();
  for (const command of commandsOf(lines)) bench.run(...command);
  const propagated = bench.takePropagated().map((command) => withoutClock(words(command), bench.now));
  return { propagated, events: bench.takeEvents() };
}

async function compare(peer: Peer, lines: readonly string[]): Promise<void> {
  const theirs = await new Recorder(peer).run(lines);
  const mine = ours(lines);
  const isEnd = (item: string): boolean => item === `SET ${END} 1` || item === `set ${END}`;
  const propagated = [mine, theirs].map((told) => perLine(told.propagated, isEnd));
  const events = [mine, theirs].map((told) => perLine(told.events, isEnd));
  const told = (side: number): string[] =>
    lines.map((line, index) => `${line}\n${propagated[side]![index]}${events[side]![index]}`);
  expect(told(0)).toEqual(told(1));
}

const peers = new Map<PeerName, Peer>();
const args = [
  ...['--appendonly', 'yes', '--appendfsync', 'always', '--notify-keyspace-events', 'KEA'],
  ...['--enable-debug-command', 'yes'],
];

beforeAll(async () => {
  for (const name of ['redis8', 'valkey9'] as const) peers.set(name, await startPeer(name, { args }));
});
afterAll(async () => {
  for (const peer of peers.values()) await peer.stop();
});

describe('writes are propagated and told', () => {
  test('as by Redis 8', () => compare(peers.get('redis8')!, shared));

  test('as by Valkey 9, where Redis 8 does not know the command', () =>
    compare(peers.get('valkey9')!, valkeys));
});
