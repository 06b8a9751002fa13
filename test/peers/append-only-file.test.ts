/** Append-only files go both ways between us and real servers, whatever they were killed at. */
import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Argument, Connection } from './connection.ts';
import { Random } from './generators/random.ts';
import { groups } from './groups.ts';
import { type Peer, type PeerName, startCinnabar, startPeer } from './peer.ts';
import { decode, latin1 } from './reply.ts';

const COMMANDS_MAX = 1500;
const DATABASES = 16;
const HOUR_MS = 3_600_000;

setDefaultTimeout(60_000);
/** What would wait, what is about the server, and what does not say everywhere the same. */
const FOREIGN =
  /^(debug|config|hello|client|migrate|select|auth|reset|b[lrz].*|wait.*|monitor|subscribe|shutdown)$/i;
const typed = [
  'strings',
  'hashes',
  'lists',
  'sets',
  'sorted-sets',
  'geo',
  'hyperloglog',
  'streams',
  'keys',
  'expiry',
];

let directory = '';
const running: Peer[] = [];

afterEach(async () => {
  for (const peer of running.splice(0)) await peer.stop();
  rmSync(directory, { recursive: true, force: true });
});

type Server = PeerName | 'cinnabar';

/** Starts a server on the test's directory. */
async function start(server: Server, ...args: string[]): Promise<Peer> {
  const options = {
    args: ['--dir', directory, '--appendonly', 'yes', '--enable-debug-command', 'yes', ...args],
  };
  const peer = await (server === 'cinnabar' ? startCinnabar(options) : startPeer(server, options));
  running.push(peer);
  return peer;
}

async function kill(peer: Peer): Promise<void> {
  running.splice(running.indexOf(peer), 1);
  await peer.stop();
}

/** Commands that change data of all types, in several databases. */
function* commands(seed: number): Generator<readonly Argument[]> {
  const random = new Random(seed);
  for (let count = 0; count < COMMANDS_MAX; ) {
    const group = typed[random.below(typed.length)];
    yield ['SELECT', random.chance(0.7) ? 0 : 9];
    for (const step of groups[group].sequence(random, true)) {
      if (!('words' in step) || FOREIGN.test(String(step.words[0]))) continue;
      if (step.words.some((word) => /^block$/i.test(String(word)))) continue;
      yield step.words;
      count++;
    }
  }
}

/** Commands that every version knows; scores that their digests tell alike. */
const common: readonly (readonly Argument[])[] = [
  ['SET', 'string', 'value'],
  ['SET', 'lasting', 'value', 'PX', 10_000_000],
  ['INCRBY', 'number', 12345],
  ['INCRBYFLOAT', 'float', '3.5'],
  ['APPEND', 'long', 'x'.repeat(20_000)],
  ['SETBIT', 'bits', 1000, 1],
  ['RPUSH', 'list', ...Array.from({ length: 300 }, (_, i) => `element ${i}`)],
  ['LMOVE', 'list', 'other', 'LEFT', 'RIGHT'],
  ['SADD', 'integers', 1, 2, 3],
  ['SADD', 'set', ...Array.from({ length: 300 }, (_, i) => `member ${i}`)],
  ['SPOP', 'set', 10],
  ['ZADD', 'sorted', 1, 'a', '-1.5', 'b', '+inf', 'c'],
  ['ZADD', 'large', ...Array.from({ length: 300 }, (_, i) => [i / 4, `member ${i}`]).flat()],
  ['HSET', 'hash', 'f', 'v', 'g', 1],
  ['HINCRBYFLOAT', 'hash', 'g', '0.25'],
  ['XADD', 'stream', '1-1', 'f', 'v'],
  ['XADD', 'stream', 'MAXLEN', 3, '*', 'g', 'w'],
  ['XGROUP', 'CREATE', 'stream', 'group', 0],
  ['XREADGROUP', 'GROUP', 'group', 'alice', 'COUNT', 1, 'STREAMS', 'stream', '>'],
  ['PFADD', 'hll', 'a', 'b', 'c'],
  ['GEOADD', 'geo', 13.361389, 38.115556, 'Palermo'],
  ['SELECT', 3],
  ['MSET', 'a', 1, 'b', 2],
  ['RENAME', 'a', 'renamed'],
  ['SET', 'short', 'lived', 'PX', 1],
  ['COPY', 'b', 'b', 'DB', 5],
  ['EXPIRE', 'b', 100_000],
  ['SELECT', 0],
];

async function feed(connection: Connection, all: Iterable<readonly Argument[]>): Promise<void> {
  await connection.pipeline([...all]);
}

async function digest(connection: Connection): Promise<string> {
  return String(await connection.call('DEBUG', 'DIGEST'));
}

async function rewritten(connection: Connection): Promise<void> {
  expect(await connection.call('BGREWRITEAOF')).toContain('started');
  while (String(await connection.call('INFO', 'persistence')).includes('aof_rewrite_in_progress:1')) {
    // It is under way.
  }
  expect(String(await connection.call('INFO', 'persistence'))).toContain('aof_last_bgrewrite_status:ok');
}

/** Deletes what expires soon, or digests would depend on the time. */
async function keepLasting(connection: Connection): Promise<void> {
  for (let database = 0; database < DATABASES; database++) {
    await connection.call('SELECT', database);
    // What has expired goes, and is propagated, when it is passed.
    const [, names] = latin1Of(await connection.raw('SCAN', 0, 'COUNT', 1_000_000)) as [string, string[]];
    for (const name of names) {
      const key = Buffer.from(name, 'latin1');
      const isHash = (await connection.call('TYPE', key)) === 'hash';
      const fields = isHash ? (latin1Of(await connection.raw('HKEYS', key)) as string[]) : [];
      const words = fields.map((field) => Buffer.from(field, 'latin1'));
      // Older versions have no such command, and no such fields.
      const times = isHash ? await connection.call('HPTTL', key, 'FIELDS', words.length, ...words) : [];
      const expires = Array.isArray(times) && times.some(isSoon);
      if (expires || isSoon(await connection.call('PTTL', key))) await connection.call('DEL', key);
    }
  }
}

/** Of milliseconds that are left; negative for none. */
const isSoon = (left: unknown): boolean => Number(left) >= 0 && Number(left) < HOUR_MS;

const latin1Of = (reply: Buffer): unknown => decode(reply, latin1);

/** Fills a server, lets it rewrite its file in the middle, and kills it when all is durable. Returns the digest. */
async function produce(
  server: Server,
  parts: readonly Iterable<readonly Argument[]>[],
  ...args: string[]
): Promise<string> {
  const peer = await start(server, ...args);
  const connection = await peer.connect();
  for (const [index, part] of parts.entries()) {
    if (index > 0) await rewritten(connection);
    await feed(connection, part);
  }
  await keepLasting(connection);
  if (server !== 'redis7') await connection.call('WAITAOF', 1, 0, 5000);
  else await connection.call('CONFIG', 'SET', 'appendfsync', 'always');
  const made = await digest(connection);
  await kill(peer);
  return made;
}

async function consume(server: Server, ...args: string[]): Promise<string> {
  const peer = await start(server, ...args);
  const connection = await peer.connect();
  const found = await digest(connection);
  await connection.call('SET', 'more', 1);
  await kill(peer);
  return found;
}

function prepare(): void {
  directory = mkdtempSync(join(tmpdir(), 'cinnabar-test-aof-'));
}

const peers = ['redis8', 'valkey9', 'redis7'] as const;

test.each(peers)('%s reads what we have written', async (name) => {
  prepare();
  // Redis 7.0 reads no RDB files of later versions.
  const form = name === 'redis7' ? 'no' : 'yes';
  const made = await produce('cinnabar', [common, common], '--aof-use-rdb-preamble', form);
  expect(await consume(name)).toBe(made);
  expect(await consume('cinnabar')).not.toBe(made);
});

test.each(peers)('we read what %s has written', async (name) => {
  prepare();
  const made = await produce(name, [common, common]);
  expect(await consume('cinnabar')).toBe(made);
  if (name !== 'redis7') expect(await consume(name)).not.toBe(made);
});

test.each(['yes', 'no'])(
  'all kinds of commands come to Redis, with a base that is a snapshot: %s',
  async (form) => {
    prepare();
    const made = await produce('cinnabar', [commands(1), commands(2)], '--aof-use-rdb-preamble', form);
    expect(await consume('redis8')).toBe(made);
  },
);

test.each(['yes', 'no'])(
  'all kinds of commands come from Redis, with a base that is a snapshot: %s',
  async (form) => {
    prepare();
    const made = await produce('redis8', [commands(3), commands(4)], '--aof-use-rdb-preamble', form);
    expect(await consume('cinnabar')).toBe(made);
  },
);

test('the folder looks alike', async () => {
  const look = async (server: Server): Promise<string[]> => {
    prepare();
    await produce(server, [common, common]);
    const folder = join(directory, 'appendonlydir');
    const manifest = readFileSync(join(folder, 'appendonly.aof.manifest'), 'latin1');
    const names = readdirSync(folder).sort();
    rmSync(directory, { recursive: true });
    return [...names, manifest.replace(/ startoffset \d+| endoffset \d+/g, '')];
  };
  expect(await look('cinnabar')).toEqual(await look('redis8'));
});

/** The source texts of all libraries, in order. */
async function librariesOf(connection: Connection): Promise<string[]> {
  const texts = latin1Of(await connection.raw('FUNCTION', 'LIST', 'WITHCODE')) as unknown[][];
  return texts.map((library) => String(library[library.indexOf('library_code') + 1])).sort();
}

/** A library that registers a function of its own name. */
const library = (name: string, result: number, shebang = `#!lua name=${name}`): string =>
  `${shebang}\nredis.register_function('${name}', function() return ${result} end)`;

/** Each leaves libraries in another way; `dump` has "kept" and "other". */
const changes: readonly (readonly [string, (dump: Buffer) => readonly Argument[]])[] = [
  ['FUNCTION DELETE', () => ['FUNCTION', 'DELETE', 'other']],
  ['FUNCTION DELETE of a name in quotes', () => ['FUNCTION', 'DELETE', 'quoted']],
  ['FUNCTION FLUSH', () => ['FUNCTION', 'FLUSH', 'SYNC']],
  ['FUNCTION RESTORE in place of all', (dump) => ['FUNCTION', 'RESTORE', dump, 'FLUSH']],
  ['FUNCTION RESTORE in place of the same', (dump) => ['FUNCTION', 'RESTORE', dump, 'replace']],
  ['FUNCTION LOAD REPLACE', () => ['FUNCTION', 'LOAD', 'REPLACE', library('kept', 9)]],
];

test.each(changes)('libraries go on to the next file, after %s', async (_, change) => {
  prepare();
  const first = await start('redis8');
  const connection = await first.connect();
  for (const name of ['kept', 'other']) await connection.call('FUNCTION', 'LOAD', library(name, 1));
  const payload = latin1Of(await connection.raw('FUNCTION', 'DUMP')) as string;
  await connection.call('FUNCTION', 'FLUSH');
  await connection.raw('FUNCTION', 'RESTORE', Buffer.from(payload, 'latin1'));
  await connection.call('FUNCTION', 'LOAD', 'REPLACE', library('other', 2));
  await connection.call('FUNCTION', 'LOAD', library('quoted', 1, '#!lua "Name=quoted"'));
  await connection.raw(...change(Buffer.from(payload, 'latin1')));
  const made = await librariesOf(connection);
  await connection.call('WAITAOF', 1, 0, 5000);
  await kill(first);
  const ours = await start('cinnabar');
  await rewritten(await ours.connect());
  await kill(ours);
  expect(await librariesOf(await (await start('redis8')).connect())).toEqual(made);
});
