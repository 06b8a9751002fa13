/** Data directories move between servers: what one has left, another one starts with. */
import { describe, expect, test } from 'bun:test';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from './connection.ts';
import { Random } from './generators/random.ts';
import { groups } from './groups.ts';
import { type Peer, type PeerName, startCinnabar, startPeer } from './peer.ts';
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
/** Fields that expire are known to Redis from 7.4 on and to Valkey from 9.0 on, each in forms of its own. */
const expiringFields = /^(hp?expire|hp?expireat|hgetex|hsetex|hpersist|hgetdel)$/i;

const options: Readonly<Record<Kind, readonly string[]>> = {
  snapshot: ['--appendonly', 'no'],
  'append-only file': ['--appendonly', 'yes', '--appendfsync', 'no'],
  commands: ['--appendonly', 'yes', '--appendfsync', 'no', '--aof-use-rdb-preamble', 'no'],
};

function start(name: ServerName, kind: Kind, folder: string): Promise<Peer> {
  const debug = name === 'redis7' ? 'local' : 'yes';
  const args = ['--dir', folder, '--enable-debug-command', debug, ...options[kind]];
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
  const numbers = Array.from({ length: 1500 }, (_, index) => index);
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
  ]);
}

/** What there is, and when keys expire. */
async function contentOf(connection: Connection): Promise<string[]> {
  const content = [String(await connection.call('DEBUG', 'DIGEST'))];
  for (let database = 0; database < DATABASES; database++) {
    await connection.call('SELECT', database);
    content.push(`database ${database}: ${await connection.call('DBSIZE')} keys`);
    for (const key of ['large string', 'large hash', 'stream'])
      content.push(`${key}: ${await connection.call('PEXPIRETIME', key)}`);
  }
  await connection.call('SELECT', (SEQUENCES - 1) % DATABASES);
  content.push(JSON.stringify(await connection.call('XINFO', 'GROUPS', 'stream')));
  return content;
}

/** Asks for every key, so that none is left whose time has come. */
async function meetAll(connection: Connection): Promise<void> {
  for (let database = 0; database < DATABASES; database++) {
    await connection.call('SELECT', database);
    const keys = (await connection.call('KEYS', '*')) as string[];
    await connection.pipeline(keys.map((key) => ['TYPE', Buffer.from(key, 'latin1')]));
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
): Promise<string[]> {
  const server = await start(name, kind, folder);
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
    ['cinnabar', 'redis8', 1],
    ['redis8', 'cinnabar', 2],
    ['cinnabar', 'valkey9', 3],
    ['valkey9', 'cinnabar', 4],
  ] as const)(
    'moves from %s to %s',
    (from, to, seed) =>
      withFolders(async (one, other) => {
        const fieldsMayExpire = from !== 'valkey9' && to !== 'valkey9';
        const left = await leave(from, kind, one!, seed, fieldsMayExpire);
        copy(one!, other!);
        expect(await find(to, kind, other!)).toEqual(left);
        // And it is the same for the one that has left it.
        expect(await find(from, kind, one!)).toEqual(left);
      }),
    30_000,
  );

  // Digests of Redis 7.0 are others.
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

// Redis 7.0 reads RDB files up to version 10, and we write version 11.
test(
  'an append-only file of commands alone moves from us to Redis 7.0, which keeps all of it',
  () =>
    withFolders(async (one, other, third) => {
      const left = await leave('cinnabar', 'commands', one!, 6, false);
      copy(one!, other!);
      const server = await start('redis7', 'commands', other!);
      const connection = await server.connect();
      await connection.call('BGREWRITEAOF');
      await untilIdle(connection);
      await server.stop();
      copy(other!, third!);
      expect(await find('redis8', 'commands', third!)).toEqual(left);
    }),
  30_000,
);
