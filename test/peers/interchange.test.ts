/** Data directories move between servers: what one has left, another one starts with. */
import { describe, expect, test } from 'bun:test';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from './connection.ts';
import { Random } from './generators/random.ts';
import { groups } from './groups.ts';
import { type Peer, type PeerName, startCinnabar, startPeer } from './peer.ts';
import { decode, ErrorReply } from './reply.ts';
import type { Step } from './target.ts';

type ServerName = PeerName | 'cinnabar';

/** What a directory holds: a snapshot; an append-only file with a snapshot as its base; one of commands alone. */
type Kind = 'snapshot' | 'append-only file' | 'commands';

const DATABASES = 3;
const SEQUENCES = 60;
const dataGroups = Object.entries(groups)
  .filter(([name]) => !['connection', 'authentication', 'server', 'protocol'].includes(name))
  .map(([, group]) => group);

/** Commands that change the server, wait, or take long. */
const unwanted = /^(hello|config|debug|bl|br|bz|xread|flush|shutdown|client|select|wait|swapdb)/i;
/** Fields that expire are known to Redis from 7.4 on and to Valkey from 9.0 on, each in forms of its own; ours are Redis's. */
const expiringFields = /^(hp?expire|hp?expireat|hgetex|hsetex|hpersist|hgetdel)$/i;

const options: Readonly<Record<Kind, readonly string[]>> = {
  snapshot: ['--appendonly', 'no'],
  'append-only file': ['--appendonly', 'yes', '--appendfsync', 'no'],
  commands: ['--appendonly', 'yes', '--appendfsync', 'no', '--aof-use-rdb-preamble', 'no'],
};

function start(name: ServerName, kind: Kind, folder: string, further: readonly string[] = []): Promise<Peer> {
  const debug = name === 'redis7' ? 'local' : 'yes';
  const args = ['--dir', folder, '--enable-debug-command', debug, ...options[kind], ...further];
  return name === 'cinnabar' ? startCinnabar({ args }) : startPeer(name, { args });
}

/** All types and encodings, in several databases, some keys with an expiry. */
async function fill(connection: Connection, seed: number, bearsExpiringFields: boolean): Promise<void> {
  const random = new Random(seed);
  const isWanted = (step: Step): step is { words: readonly (string | Buffer | number)[] } =>
    'words' in step &&
    !unwanted.test(String(step.words[0])) &&
    (bearsExpiringFields || !expiringFields.test(String(step.words[0])));
  for (let count = 0; count < SEQUENCES; count++) {
    await connection.call('SELECT', count % DATABASES);
    const steps = random.pick(dataGroups).sequence(random, true);
    await connection.pipeline(
      steps
        .filter(isWanted)
        .slice(0, 40)
        .map(({ words }) => words),
    );
  }
  const numbers = Array.from({ length: 2500 }, (_, index) => index);
  await connection.pipeline([
    ['HSET', 'large hash', ...numbers.flatMap((number) => [`field${number}`, `value${number}`])],
    ['SADD', 'large set', ...numbers.map((number) => `member${number}`)],
    ['SADD', 'integers', ...numbers.slice(0, 100)],
    ['ZADD', 'large sorted set', ...numbers.flatMap((number) => [number / 7, `member${number}`])],
    ['RPUSH', 'large list', ...numbers.map((number) => `element ${number} ${'x'.repeat(50)}`)],
    ['SET', 'large string', 'text '.repeat(40_000)],
    ...numbers
      .slice(0, 300)
      .map((number) => ['XADD', 'stream', `${number + 1}-1`, 'field', `value${number}`]),
    ['XGROUP', 'CREATE', 'stream', 'group', '0'],
    ['XREADGROUP', 'GROUP', 'group', 'consumer', 'COUNT', '30', 'STREAMS', 'stream', '>'],
    ['PFADD', 'counted', ...numbers],
    ['GEOADD', 'places', '13.4', '52.5', 'Berlin', '2.35', '48.85', 'Paris'],
    ['PEXPIREAT', 'large string', '4000000000000'],
    ['PEXPIREAT', 'large hash', '4000000000001'],
    ['HSET', 'hash that stays', 'field', 'value'],
    ['HPEXPIREAT', 'hash that stays', '4000000000004', 'FIELDS', '1', 'field'],
    ['HPERSIST', 'hash that stays', 'FIELDS', '1', 'field'],
  ]);
  if (!bearsExpiringFields) return;
  await connection.pipeline([
    ['HPEXPIREAT', 'large hash', '4000000000002', 'FIELDS', '2', 'field1', 'field3'],
    ['HPEXPIREAT', 'large hash', '4000000000003', 'FIELDS', '1', 'field2'],
    ['HSET', 'small hash', 'stays', '1', 'expires', '2'],
    ['HPEXPIREAT', 'small hash', '4000000000004', 'FIELDS', '1', 'expires'],
  ]);
}

const latin1 = (bytes: Buffer): string => bytes.toString('latin1');

/** The keys of the selected database. */
async function keysOf(connection: Connection): Promise<Buffer[]> {
  const keys = decode(await connection.raw('KEYS', '*'), latin1) as string[];
  return keys.sort().map((key) => Buffer.from(key, 'latin1'));
}

/** All keys, what they hold, and when they and their fields expire. */
async function contentOf(connection: Connection): Promise<string[]> {
  const content: string[] = [];
  for (let database = 0; database < DATABASES; database++) {
    await connection.call('SELECT', database);
    for (const key of await keysOf(connection)) {
      const type = await connection.call('TYPE', key);
      const value = await (valuesOf[String(type)] ?? digestOf)(connection, key);
      // Beyond 2^53 we round.
      const expiry = Number(await connection.call('PEXPIRETIME', key));
      content.push(`${database} ${type} ${latin1(key)} until ${expiry}: ${value}`);
    }
  }
  await connection.call('SELECT', (SEQUENCES - 1) % DATABASES);
  content.push(JSON.stringify(await connection.call('XINFO', 'GROUPS', 'stream')));
  return content;
}

async function digestOf(connection: Connection, key: Buffer): Promise<string> {
  return String(await connection.call('DEBUG', 'DIGEST-VALUE', key));
}

/** Digests of Valkey write some scores in another way. */
async function membersOf(connection: Connection, key: Buffer): Promise<string> {
  return latin1(await connection.raw('ZRANGE', key, 0, -1, 'WITHSCORES'));
}

/** Digests of Redis tell when fields expire, those of Valkey do not. */
async function fieldsOf(connection: Connection, key: Buffer): Promise<string> {
  const words = decode(await connection.raw('HGETALL', key), latin1) as string[];
  const fields = words.filter((_, at) => at % 2 === 0);
  const names = fields.map((field) => Buffer.from(field, 'latin1'));
  const expiries = await connection.call('HPEXPIRETIME', key, 'FIELDS', names.length, ...names);
  // Redis 7.0 does not know that fields can expire.
  const moments = expiries instanceof ErrorReply ? [] : (expiries as number[]);
  return fields
    .map((field, at) => `${field}=${words[2 * at + 1]} until ${moments[at]}`)
    .sort()
    .join();
}

const valuesOf: Readonly<Record<string, typeof digestOf>> = { hash: fieldsOf, zset: membersOf };

/** Asks for every key, so that none is left whose time has come. */
async function meetAll(connection: Connection): Promise<void> {
  for (let database = 0; database < DATABASES; database++) {
    await connection.call('SELECT', database);
    await connection.pipeline((await keysOf(connection)).map((key) => ['TYPE', key]));
  }
  await connection.call('SELECT', (SEQUENCES - 1) % DATABASES);
}

async function untilIdle(connection: Connection): Promise<void> {
  for (;;) {
    const information = String(await connection.call('INFO', 'persistence'));
    if (!/(rewrite|bgsave)_(in_progress|scheduled):1/.test(information)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Leaves data in a folder; returns what they are. */
async function leave(
  name: ServerName,
  kind: Kind,
  folder: string,
  seed: number,
  fields: boolean,
  further?: readonly string[],
): Promise<string[]> {
  const server = await start(name, kind, folder, further);
  try {
    const connection = await server.connect();
    await fill(connection, seed, fields);
    if (kind === 'snapshot') {
      expect(await connection.call('BGSAVE')).toBe('Background saving started');
    } else {
      expect(String(await connection.call('BGREWRITEAOF'))).toStartWith(
        'Background append only file rewriting',
      );
      await untilIdle(connection);
      // What comes behind the base.
      await connection.pipeline([
        ['INCRBY', 'behind', '5'],
        ['RPUSH', 'large list', 'behind'],
        ['SET', 'expiring', 'soon', 'EX', '100000'],
      ]);
    }
    await untilIdle(connection);
    await meetAll(connection);
    const content = await contentOf(connection);
    await connection.call('CONFIG', 'SET', 'save', '');
    connection.send('SHUTDOWN NOSAVE\r\n');
    await new Promise((resolve) => server.process.once('exit', resolve));
    return content;
  } finally {
    await server.stop();
  }
}

async function find(name: ServerName, kind: Kind, folder: string): Promise<string[]> {
  const server = await start(name, kind, folder);
  try {
    const connection = await server.connect();
    while (String(await connection.raw('PING')).startsWith('-LOADING'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    await meetAll(connection);
    const content = await contentOf(connection);
    await connection.close();
    return content;
  } finally {
    await server.stop();
  }
}

async function withFolders(work: (...folders: string[]) => Promise<void>): Promise<void> {
  const folders = [1, 2, 3].map((number) => mkdtempSync(join(tmpdir(), `cinnabar-test-folder${number}-`)));
  try {
    await work(...folders);
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

const copy = (from: string, to: string): void => cpSync(from, to, { recursive: true });

const kinds: readonly Kind[] = ['snapshot', 'append-only file', 'commands'];

describe.each(kinds)('a directory with: %s', (kind) => {
  test.each([
    ['cinnabar', 'redis8', 1, true, []],
    ['redis8', 'cinnabar', 2, true, []],
    ['cinnabar', 'valkey9', 3, false, []],
    ['cinnabar', 'valkey9', 7, true, ['--rdb-version', '80']],
    ['valkey9', 'cinnabar', 4, true, []],
  ] as const)(
    'moves from %s to %s (%d)',
    (from, to, seed, fieldsMayExpire, further) =>
      withFolders(async (one, other) => {
        const left = await leave(from, kind, one!, seed, fieldsMayExpire, further);
        copy(one!, other!);
        expect(await find(to, kind, other!)).toEqual(left);
        // And it is the same for the one that has left it.
        expect(await find(from, kind, one!)).toEqual(left);
      }),
    30_000,
  );

  // Digests of Redis 7.0 are others, so Redis 8 looks at what it has kept.
  test(
    'moves from us to Redis 7.0, for which we write an older format, and which keeps all of it',
    () =>
      withFolders(async (one, other, third) => {
        const left = await leave('cinnabar', kind, one!, 6, false, ['--rdb-version', '10']);
        copy(one!, other!);
        const server = await start('redis7', kind, other!);
        const connection = await server.connect();
        const hasKept = await connection.call(kind === 'snapshot' ? 'SAVE' : 'BGREWRITEAOF');
        expect(hasKept).not.toBeInstanceOf(ErrorReply);
        await untilIdle(connection);
        await server.stop();
        copy(other!, third!);
        expect(await find('redis8', kind, third!)).toEqual(left);
        expect(await find('cinnabar', kind, one!)).toEqual(left);
      }),
    30_000,
  );

  test(
    'moves from Redis 7.0 to us, who find in it what Redis 8 finds',
    () =>
      withFolders(async (one, other) => {
        await leave('redis7', kind, one!, 5, false);
        copy(one!, other!);
        expect(await find('cinnabar', kind, one!)).toEqual(await find('redis8', kind, other!));
      }),
    30_000,
  );
});
