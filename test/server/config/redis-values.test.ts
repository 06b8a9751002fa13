/** Our options beside those of a running Redis: names, defaults, and what CONFIG SET makes of good and bad values. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Configuration } from '../../../src/server/config/configuration.ts';
import { optionNames } from '../../../src/server/config/option-table.ts';
import type { Connection } from '../../peers/connection.ts';
import { type Peer, startPeer } from '../../peers/peer.ts';
import { decode, ErrorReply, latin1 } from '../../peers/reply.ts';
import { realFiles } from './real-files.ts';

let peer: Peer;
let connection: Connection;

beforeAll(async () => {
  peer = await startPeer('redis8', { args: ['--enable-protected-configs', 'yes'] });
  connection = await peer.connect();
});

afterAll(async () => {
  await connection?.close();
  await peer?.stop();
});

/** Replies of Redis that tell of its machine, not of the value. What our hooks do there is the server's affair. */
const MACHINE = [
  'Failed to bind to specified addresses.',
  'Unable to update TLS configuration. Check server logs.',
  'Unable to listen on this port. Check server logs.',
  'The operating system is not able to handle the specified number of clients',
  'Active defragmentation cannot be enabled',
  'Failed to apply new oom_score_adj configuration, check server logs.',
];

function bytesOf(texts: readonly string[]): Buffer[] {
  return texts.map((text) => Buffer.from(text, 'latin1'));
}

function meaning(reply: Buffer): string | string[] {
  const value = decode(reply, latin1);
  return value instanceof ErrorReply ? `-${value.message}` : (value as string | string[]);
}

async function call(...words: string[]): Promise<string | string[]> {
  return meaning(await connection.raw(...bytesOf(words)));
}

async function redisValue(name: string): Promise<string> {
  return (await call('CONFIG', 'GET', name))[1];
}

/** Ours, in the same state as the peer at its start. */
function fresh(): Configuration {
  const configuration = new Configuration(realFiles(peer.dir));
  for (const [name, value] of [
    ['port', String(peer.port)],
    ['enable-protected-configs', 'yes'],
    ['save', ''],
  ]) {
    expect(configuration.assign(name, [value])).toBeUndefined();
  }
  return configuration;
}

function oursAfter(configuration: Configuration, pairs: readonly [string, string][]): string {
  const failure = configuration.set(pairs, { local: true });
  return failure === undefined ? 'OK' : `-ERR ${failure}`;
}

/** Sets a value in both, compares replies and what CONFIG GET then shows, and sets the old value `before` again. */
async function compareSet(name: string, value: string, before: string): Promise<void> {
  const commands = [
    ['CONFIG', 'SET', name, value],
    ['CONFIG', 'GET', name],
    ['CONFIG', 'SET', name, before],
  ];
  const [reply, shown] = (await connection.pipeline(commands.map(bytesOf))).map(meaning);
  const configuration = fresh();
  const ours = oursAfter(configuration, [[name, value]]);
  if (MACHINE.some((reason) => reply.includes(reason))) return expect(ours).toBe('OK');
  expect([name, value, ours, configuration.print(name)]).toEqual([name, value, reply as string, shown[1]]);
}

describe('names and defaults', () => {
  test('CONFIG GET * lists the same options with the same values', async () => {
    const pairs = (await call('CONFIG', 'GET', '*')) as string[];
    const theirs = Object.fromEntries(
      pairs.flatMap((word, i) => (i % 2 === 0 ? [[word, pairs[i + 1]]] : [])),
    );
    expect(Object.fromEntries(fresh().get(['*']))).toEqual(theirs);
  });

  test('hidden options are hidden there too', async () => {
    const hidden = optionNames.filter(({ listed, option }) => !listed && /^\d/.test(option.since));
    const known = hidden.filter(({ option, name }) => option.name === name);
    expect(known.length).toBeGreaterThan(5);
    for (const { name } of known) expect(await redisValue(name)).toBe(fresh().print(name));
  });

  const patterns = [
    '*',
    'h?',
    'H*Z',
    '[sS]ave',
    'slave-[^l]*',
    'DIR',
    'Hz',
    'nothing',
    '',
    '*]',
    'hz\\',
    '\\hz',
    'l*[!x]',
  ];
  test.each(patterns)('CONFIG GET %j', async (pattern) => {
    const pairs = (await call('CONFIG', 'GET', pattern)) as string[];
    const names = pairs.filter((_, i) => i % 2 === 0);
    expect(
      fresh()
        .get([pattern])
        .map(([name]) => name)
        .sort(),
    ).toEqual(names.sort());
  });
});

/** Redis tries limits on open files one by one, downwards from these: minutes. */
const TOO_MANY_CLIENTS = ['2147483647', '2147483648'];

const ANY_OPTION = [
  ...[
    'nope',
    '',
    ' ',
    '0',
    '1',
    '-1',
    '00',
    '010',
    '+1',
    ' 1',
    '1 ',
    '1.5',
    '0x10',
    '1e3',
    '50',
    '101',
    '1025',
  ],
  ...['100mb', '1k', '2KB', '3gb', '1b', 'mb', '1t', '-1mb', '50%', '-5%', '101%', '0%', '%', '050%'],
  ...['yes', 'no', 'YES', 'yess', 'local', 'a"b\n\\', '\xff', '2147483647', '2147483648', '-2147483649'],
  ...['9223372036854775807', '9223372036854775808', '18446744073709551615', '18446744073709551616'],
  ...['99999999999999999999', '-99999999999999999999', '9999999999gb', `${'9'.repeat(130)}`],
];

const ONE_OPTION: Readonly<Record<string, readonly string[]>> = {
  save: [
    '60 1 300 10',
    '60',
    '0 1',
    '60 -1',
    '60 0',
    '1 1 1',
    '60  1',
    '60 99999999999',
    '+60 01',
    '60x 1',
    '60 ',
  ],
  bind: ['127.0.0.1', '127.0.0.1 -::1', '', Array(17).fill('127.0.0.1').join(' ')],
  'client-output-buffer-limit': [
    ...[
      'normal 0 0 0',
      'normal 1mb 2mb 60',
      'replica 4 5 6 pubsub 1 2 3',
      'SLAVE 1 2 3',
      'normal 1 2',
      'master 1 2 3',
    ],
    ...[
      'normal -1 2 3',
      'normal 1 2 -3',
      'normal 1 2 3.5',
      'normal 1 2 3 foo 1 2 3',
      'normal 1% 2 3',
      'normal 1 2 ',
    ],
    ...[
      'normal 1 2 99999999999999',
      'normal 1 2 2147483648',
      'normal 1kb 99999999999999999999 3',
      ' normal 1 2 3',
    ],
  ],
  'oom-score-adj-values': [
    '1 2 3',
    '-2000 0 2000',
    '2001 1 1',
    'a b c',
    '1 2',
    '1 2 3 4',
    '01 +2 ',
    '1.5 2 3',
  ],
  'notify-keyspace-events': [
    'KEA',
    'AKE',
    'Amn',
    'nd',
    'xetdnKEm',
    'g$lshzxetd',
    'gg',
    'q',
    'E K',
    'g$lshzxedKE',
  ],
  'latency-tracking-info-percentiles': [
    ...[
      '50 99',
      '-1',
      '99.9 100',
      '1e1 0x10',
      'nan',
      'inf',
      '-inf',
      '99.9999999999',
      '1.23456789',
      '-0',
      '.5 5.',
    ],
    ...['0x1p3 0x1.8', '0x', '1e400', '1e-5', '50  99', '100.0001', '33.333333333 12.3456'],
  ],
  'locale-collate': ['C', 'POSIX', 'C.UTF-8', 'xx', ''],
  'proc-title-template': [
    ...[
      '{title}',
      '{title} x',
      '{foo}x',
      '{title',
      'title}',
      '{listen-addr}',
      '{server-mode}',
      '{port} {tls-port}',
    ],
    ...[
      '{unixsocket}',
      '{config-file}',
      '{{',
      '{{{title}}x}',
      'x{{{',
      'x{{}',
      '{}',
      '{Title}x',
      ' {title} ',
      '\n',
    ],
  ],
  'cluster-announce-hostname': ['a.B-9', 'a_b', 'a b', 'x'.repeat(255), 'x'.repeat(256), '_'.repeat(256)],
  'cluster-announce-human-nodename': ['a b,c', 'a@b', '!', '_', '\xe9', '`=/'],
  'shutdown-on-sigterm': [
    'save now',
    'FORCE now',
    'save nosave',
    'now default',
    'default default',
    'now  force',
    'x now',
  ],
  loglevel: ['DEBUG', 'nothing', 'notice '],
  'maxmemory-policy': ['ALLKEYS-LRU', 'volatile-ttl'],
  'sanitize-dump-payload': ['clients'],
  'tls-auth-clients': ['optional'],
  'oom-score-adj': ['relative'],
  hz: ['500', '501', '99'],
  'watchdog-period': ['199', '300'],
  'repl-backlog-size': ['16383', '16385'],
  maxclients: ['10001', '4294967296'],
  dir: ['/nonexistent', '/tmp', '.', '..', '/etc/hosts'],
  dbfilename: ['x.rdb', 'a/b', '/'],
  'maxmemory-clients': ['9223372036854775809', '18446744073709551566', '1kb%', '2kb'],
};

describe('CONFIG SET', () => {
  const options = optionNames.filter(({ option }) => /^\d/.test(option.since));
  const named = options.filter(({ name, option }) => !option.hiddenAliases?.includes(name));

  test.each(named.map(({ name }) => name))('%s', async (name) => {
    const before = await redisValue(name);
    for (const value of [...ANY_OPTION, ...(ONE_OPTION[name] ?? [])]) {
      if (name !== 'maxclients' || !TOO_MANY_CLIENTS.includes(value)) await compareSet(name, value, before);
    }
    expect(await redisValue(name)).toBe(before);
  });

  test('any text, for one option of each kind', async () => {
    const names = [
      'hz',
      'maxmemory',
      'maxmemory-clients',
      'save',
      'client-output-buffer-limit',
      'oom-score-adj-values',
    ];
    const others = [
      'notify-keyspace-events',
      'latency-tracking-info-percentiles',
      'proc-title-template',
      'loglevel',
    ];
    const unit = fc.oneof(
      fc.constantFrom(...'0123456789 +-.%kmgbKE{}', 'normal ', 'slave ', '{title}', '60 ', 'A', '$', 'e'),
      fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
    );
    const text = fc.array(unit, { maxLength: 10 }).map((units) => units.join(''));
    const before = new Map<string, string>();
    for (const name of [...names, ...others]) before.set(name, await redisValue(name));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...before.keys()), text, (name, value) =>
        compareSet(name, value, before.get(name)!),
      ),
      { numRuns: 1500, seed: 20 },
    );
  });

  test.each<[string, string][][]>([
    [[['foo', 'bar']]],
    [[['FOO\xff bar', 'x']]],
    [
      [
        ['hz', '20'],
        ['foo', '1'],
        ['timeout', 'x'],
      ],
    ],
    [
      [
        ['daemonize', 'x'],
        ['foo', '1'],
      ],
    ],
    [
      [
        ['hz', 'x'],
        ['timeout', 'y'],
      ],
    ],
    [
      [
        ['hz', '10'],
        ['HZ', '11'],
      ],
    ],
    [
      [
        ['daemonize', 'no'],
        ['daemonize', 'no'],
      ],
    ],
    [[['SLAVE-priority', 'x']]],
    [[['Daemonize', 'x']]],
    [
      [
        ['slave-priority', '1'],
        ['replica-priority', 'x'],
      ],
    ],
    [[['rename-command', 'a b']]],
    [[['include', 'x']]],
    [[['io-threads-do-reads', 'yes']]],
    [[['', 'x']]],
  ])('several: %j', async (pairs) => {
    expect(oursAfter(fresh(), pairs)).toBe((await call('CONFIG', 'SET', ...pairs.flat())) as string);
    expect(await redisValue('hz')).toBe('10');
  });
});
