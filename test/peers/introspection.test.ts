/** What the server tells of itself, beside what Redis tells: names, order and shape, since the numbers differ. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import type { Argument, Connection } from './connection.ts';
import { Connection as OpenConnection } from './connection.ts';
import { type Peer, startCinnabar, startPeer } from './peer.ts';
import type { Reply } from './reply.ts';

let servers: Peer[];
let ours: Connection;
let theirs: Connection;

beforeAll(async () => {
  const args = ['--enable-debug-command', 'yes', '--unixsocket', 's.sock'];
  servers = await Promise.all([startCinnabar({ args }), startPeer('redis8', { args })]);
  [ours, theirs] = await Promise.all(servers.map((server) => server.connect()));
});

afterAll(async () => {
  await Promise.all([ours?.close(), theirs?.close()]);
  await Promise.all((servers ?? []).map((server) => server.stop()));
});

async function both(...words: Argument[]): Promise<[Reply, Reply]> {
  return [await ours.call(...words), await theirs.call(...words)];
}

async function sameReply(...words: Argument[]): Promise<void> {
  const [own, expected] = await Promise.all([ours.raw(...words), theirs.raw(...words)]);
  expect(own.toString('latin1'), words.join(' ')).toBe(expected.toString('latin1'));
}

/** Headings and names of fields, without values. */
function namesOf(information: Reply): string[] {
  return String(information)
    .split('\r\n')
    .map((line) => (line.startsWith('#') ? line : line.replace(/:.*/, '')));
}

/** What INFO says beyond Redis. */
const OWN_FIELDS = [
  'cinnabar_version',
  'javascript_runtime',
  'javascript_heap',
  'arena_blocks',
  'arena_segments',
];

function withoutOwn(names: readonly string[]): string[] {
  return names.filter((name) => !OWN_FIELDS.includes(name));
}

describe('INFO', () => {
  const sections = ['server', 'clients', 'memory', 'persistence', 'threads', 'stats', 'replication'];
  test.each([...sections, 'cpu', 'cluster', 'debug', 'nothing', 'sentinel'])(
    '%s: the same fields in the same order',
    async (section) => {
      const [own, expected] = await both('INFO', section);
      expect(withoutOwn(namesOf(own))).toEqual(namesOf(expected));
    },
  );

  test('fields that are not numbers look as they do in Redis', async () => {
    const shape = (information: Reply): string[] =>
      String(information)
        .split('\r\n')
        .filter((line) => /:[0-9.]+[BKMG%]?$/.test(line))
        .map((line) => line.replace(/[BKMG]$/, 'K').replace(/\d+/g, '9'))
        .filter((line) => !OWN_FIELDS.some((name) => line.startsWith(name)));
    for (const section of ['clients', 'persistence', 'stats', 'replication', 'cpu', 'cluster']) {
      const [own, expected] = await both('INFO', section);
      expect(shape(own)).toEqual(shape(expected));
    }
  });

  test.each([
    [[]],
    [['default']],
    [['all']],
    [['everything']],
    [['CPU', 'server', 'nothing', 'Server']],
    [['keyspace', 'commandstats', 'debug']],
    [['sentinel', 'modules']],
  ])('sections for %j', async (words) => {
    const headings = (information: Reply): string[] =>
      namesOf(information).filter((name) => name.startsWith('#'));
    const [own, expected] = await both('INFO', ...words);
    expect(headings(own)).toEqual(headings(expected));
  });

  test('keys, sizes and errors', async () => {
    await sameReply('FLUSHALL');
    await sameReply('CONFIG', 'RESETSTAT');
    for (const length of [0, 1, 2, 3, 4, 1023, 1024, 70000])
      await both('SET', `k${length}`, 'x'.repeat(length));
    await both('SET', 'expires', '1', 'EX', 100);
    await both('GET');
    await both('NOSUCH');
    await sameReply('INFO', 'keysizes');
    await sameReply('INFO', 'errorstats');
    const withoutTtl = (reply: Reply): string => String(reply).replace(/avg_ttl=\d+/, 'avg_ttl=');
    const [own, expected] = await both('INFO', 'keyspace');
    expect(withoutTtl(own)).toBe(withoutTtl(expected));
  });

  test('statistics of commands', async () => {
    await sameReply('CONFIG', 'RESETSTAT');
    await both('SET', 'n', 'x');
    await both('INCR', 'n');
    await both('GET');
    const lines = (reply: Reply): string[] =>
      String(reply)
        .split('\r\n')
        .filter((line) => /cmdstat_(?:set|incr|get):|percentiles_usec_(?:set|incr):/.test(line))
        .map((line) => line.replace(/(usec=|usec_per_call=|p[\d.]+=)[\d.]+/g, '$1'))
        .sort();
    const [own, expected] = await both('INFO', 'commandstats', 'latencystats');
    expect(lines(own)).toHaveLength(5);
    expect(lines(own)).toEqual(lines(expected));
    await both('CONFIG', 'SET', 'latency-tracking-info-percentiles', '0 12.5 100');
    const [other, wanted] = await both('INFO', 'latencystats');
    expect(lines(other)).toEqual(lines(wanted));
  });
});

describe('SLOWLOG', () => {
  /** Entries without what differs from run to run. */
  async function entries(connection: Connection): Promise<Reply[]> {
    const log = (await connection.call('SLOWLOG', 'GET', -1)) as Reply[][];
    return log.map(([, time, microseconds, words, address, name]) => [
      typeof time,
      typeof microseconds,
      words,
      String(address)
        .replace(/\d+$/, 'port')
        .replace(/.*s\.sock/, 's.sock'),
      name,
    ]) as Reply[];
  }

  test('entries: words cut, secrets left out', async () => {
    for (const [index, connection] of [ours, theirs].entries()) {
      await connection.call('CONFIG', 'SET', 'slowlog-log-slower-than', 0);
      await connection.call('CLIENT', 'SETNAME', 'me');
      await connection.call('SLOWLOG', 'RESET');
      await connection.call('MGET', ...Array.from({ length: 31 }, (_, word) => word));
      await connection.call('MGET', ...Array.from({ length: 32 }, (_, word) => word));
      await connection.call('SET', 'long', 'x'.repeat(128));
      await connection.call('SET', 'long', 'y'.repeat(1290));
      await connection.call('AUTH', 'secret');
      await connection.call('HELLO', 2, 'AUTH', 'default', 'secret');
      await connection.call('GET');
      await connection.call('NOSUCH');
      await connection.pipeline([['PING'], ['GET', 'a'], ['GET', 'b']]);
      const unix = await OpenConnection.open(join(servers[index].dir, 's.sock'));
      await unix.call('ECHO', 'by file');
      await unix.close();
      await connection.call('CONFIG', 'SET', 'slowlog-log-slower-than', -1);
    }
    const own = await entries(ours);
    expect(own).toHaveLength(11);
    expect(own).toEqual(await entries(theirs));
  });

  test.each([
    [['LEN']],
    [['GET', 0]],
    [['GET', -2]],
    [['GET', 'x']],
    [['GET', 1, 2]],
    [['LEN', 'x']],
    [['NOSUCH']],
    [['RESET']],
    [['GET']],
  ])('SLOWLOG %j', async (words) => {
    await sameReply('SLOWLOG', ...words);
  });

  test('keeps as many entries as are wanted', async () => {
    for (const connection of [ours, theirs]) {
      await connection.call('CONFIG', 'SET', 'slowlog-log-slower-than', 0, 'slowlog-max-len', 3);
      for (let i = 0; i < 5; i++) await connection.call('GET', i);
    }
    await sameReply('SLOWLOG', 'LEN');
    await both('CONFIG', 'SET', 'slowlog-max-len', 1, 'slowlog-log-slower-than', -1);
    await both('GET', 'x');
    await sameReply('SLOWLOG', 'LEN');
    await both('CONFIG', 'SET', 'slowlog-max-len', 128, 'slowlog-log-slower-than', 10000);
  });
});

describe('LATENCY', () => {
  test('HISTOGRAM: shape in both protocols', async () => {
    const buckets = new Set<Reply>();
    for (const connection of [ours, theirs]) {
      await connection.call('CONFIG', 'RESETSTAT');
      for (let i = 0; i < 50; i++) await connection.call('SET', 'k', i);
      await connection.call('CONFIG', 'GET', 'port');
      const reply = (await connection.call('LATENCY', 'HISTOGRAM', 'set', 'config', 'nosuch')) as Reply[];
      expect(reply.filter((each) => typeof each === 'string').sort()).toEqual([
        'config|get',
        'config|resetstat',
        'set',
      ]);
      const [name, calls, label, counts] = reply[1] as Reply[] as [Reply, Reply, Reply, number[]];
      expect([name, calls, label]).toEqual(['calls', 50, 'histogram_usec']);
      expect(counts.at(-1)).toBe(50);
      for (let i = 0; i < counts.length; i += 2) buckets.add(counts[i]);
    }
    const ends = Array.from({ length: 21 }, (_, n) => Math.floor((2 ** (10 + n) + 2 ** (n + 3) - 1) / 1000));
    for (const end of buckets) expect(ends).toContain(Number(end));
  });

  test.each([
    [['LATEST']],
    [['HISTORY', 'command']],
    [['HISTORY']],
    [['GRAPH', 'command']],
    [['GRAPH']],
    [['RESET']],
    [['RESET', 'command', 'x']],
    [['HISTOGRAM', 'nosuch', 'config|nosuch']],
    [['NOSUCH']],
  ])('LATENCY %j without events', async (words) => {
    await sameReply('LATENCY', ...words);
  });
});

describe('CLIENT LIST', () => {
  test('the same fields in the same order', async () => {
    const names = (reply: Reply): string[][] =>
      String(reply)
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ').map((field) => field.replace(/=.*/, '')));
    const [own, expected] = await both('CLIENT', 'LIST');
    expect(names(own)).toEqual(names(expected));
  });
});

describe('MEMORY', () => {
  test.each([
    [['USAGE', 'nosuch']],
    [['USAGE']],
    [['USAGE', 'nosuch', 'SAMPLES']],
    [['USAGE', 'nosuch', 'SAMPLES', 'x']],
    [['USAGE', 'nosuch', 'SAMPLES', -1]],
    [['USAGE', 'nosuch', 'SAMPLES', 1, 'SAMPLES', 0]],
    [['USAGE', 'nosuch', 'OTHER', 1]],
    [['PURGE']],
    [['PURGE', 'x']],
    [['NOSUCH']],
  ])('MEMORY %j', async (words) => {
    await sameReply('MEMORY', ...words);
  });

  test('STATS: the same names and types', async () => {
    await both('SET', 'k', 'v');
    const shape = (reply: Reply): unknown[] =>
      (reply as Reply[]).map((each, index) => {
        if (index % 2 === 0) return each;
        if (Array.isArray(each)) return each.map((inner, at) => (at % 2 === 0 ? inner : typeof inner));
        return typeof each;
      });
    const [own, expected] = await both('MEMORY', 'STATS');
    expect(shape(own)).toEqual(shape(expected));
  });
});

describe('TIME and LOLWUT', () => {
  test('tell the time and the version', async () => {
    const [own, expected] = await both('TIME');
    const [seconds, microseconds] = own as string[];
    expect(Math.abs(Number(seconds) - Number((expected as string[])[0]))).toBeLessThan(60);
    expect(Number(microseconds)).toBeLessThan(1_000_000);
    await sameReply('TIME', 'x');
    expect(String(await ours.call('LOLWUT'))).toEndWith('Redis ver. 8.0.6\n');
    await sameReply('LOLWUT', 'VERSION', 'x');
    await sameReply('LOLWUT', 'VERSION', 5, 'x');
  });
});

describe('MONITOR', () => {
  test('shows what runs as Redis shows it', async () => {
    const shown: string[][] = [];
    for (const [index, server] of servers.entries()) {
      const monitor = await server.connect();
      expect(await monitor.call('MONITOR')).toBe('OK');
      const client = await server.connect();
      const unix = await OpenConnection.open(join(servers[index].dir, 's.sock'));
      await client.call('SELECT', 5);
      await client.call('set', 'a"b\\c', 'x\ny\r\t');
      await client.call('ECHO', Buffer.from([0, 1, 7, 8, 127, 200, 255, 32]));
      await client.call('GET');
      await client.call('NOSUCH');
      await client.call('AUTH', 'secret');
      await client.call('AUTH', 'me', 'secret');
      await client.call('HELLO', 2, 'AUTH', 'me', 'secret', 'SETNAME', 'x');
      await client.call('CONFIG', 'GET', 'port');
      await client.call('SLOWLOG', 'LEN');
      await client.call('INFO', 'nothing');
      await client.call('CLIENT', 'SETNAME', 'x');
      await client.call('INCR', 'a"b\\c');
      await client.call('RESET');
      await unix.call('PING');
      await unix.call('QUIT');
      const lines: string[] = [];
      while (lines.at(-1)?.endsWith('"QUIT"') !== true) {
        const line = (await monitor.nextReply()).toString('latin1').trimEnd();
        expect(line).toMatch(/^\+\d{10}\.\d{6} \[/);
        lines.push(
          line
            .replace(/^\S+ /, '')
            .replace(/:\d+\]/, ':port]')
            .replace(/unix:.*s\.sock/, 'unix'),
        );
      }
      shown.push(lines);
      await Promise.all([monitor.close(), client.close(), unix.close()]);
    }
    expect(shown[0].length).toBeGreaterThan(10);
    expect(shown[0]).toEqual(shown[1]);
  });

  test('refuses keys to a monitor, and RESET ends monitoring', async () => {
    const replies: string[][] = [];
    for (const server of servers) {
      const monitor = await server.connect();
      const words = [['MONITOR'], ['GET', 'a'], ['RESET'], ['GET', 'a']];
      replies.push((await monitor.pipeline(words)).map((reply) => reply.toString('latin1')));
      await monitor.close();
    }
    const withoutFeed = replies.map((lines) => lines.map((line) => line.replace(/^\+\d+\.\d+ .*/s, '+fed')));
    expect(withoutFeed[0]).toEqual(withoutFeed[1]);
  });
});
