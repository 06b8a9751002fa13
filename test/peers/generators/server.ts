/** Commands about the server as a whole, as far as two servers can agree on the answer. */
import type { Random } from './random.ts';
import { type Command, database, key, type Maker, smallInteger, value } from './words.ts';

export const serverMakers: readonly Maker[] = [
  (random) => [
    'CONFIG',
    'GET',
    ...Array.from({ length: 1 + random.below(2) }, () => random.pick(parameterPatterns)),
  ],
  (random) => ['CONFIG', 'SET', ...settings(random)],
  (random) => ['CONFIG', 'SET', ...settings(random), ...settings(random)],
  (random) => ['CONFIG', random.pick(['RESETSTAT', 'HELP', 'NOSUCH', 'GET', 'SET', ''])],
  () => ['TIME'],
  () => ['DBSIZE'],
  () => ['LASTSAVE'],
  (random) => [
    'INFO',
    ...random.pick<Command>([[], ['server'], ['nosuch'], ['default', 'memory'], ['everything']]),
  ],
  (random) => ['SWAPDB', database(random), database(random)],
  (random) => [
    random.pick(['FLUSHDB', 'FLUSHALL']),
    ...random.pick<Command>([[], ['SYNC'], ['ASYNC'], ['NOW'], ['SYNC', 'ASYNC']]),
  ],
  (random) => ['SET', key(random), value(random)],
  (random) => [
    'MEMORY',
    ...random.pick<Command>([
      ['USAGE', key(random)],
      ['USAGE', key(random), 'SAMPLES', smallInteger(random)],
      ['HELP'],
      ['NOSUCH'],
    ]),
  ],
  (random) => ['OBJECT', 'FREQ', key(random)],
  (random) => [
    'LATENCY',
    ...random.pick<Command>([
      ['RESET'],
      ['RESET', 'command'],
      ['LATEST'],
      ['HISTORY', 'command'],
      ['HELP'],
      ['NOSUCH'],
      ['GRAPH', 'command'],
    ]),
  ],
  (random) => [
    'SLOWLOG',
    ...random.pick<Command>([
      ['LEN'],
      ['RESET'],
      ['GET'],
      ['GET', smallInteger(random)],
      ['HELP'],
      ['NOSUCH'],
    ]),
  ],
  (random) => ['DEBUG', ...debugWords(random)],
  (random) => ['ROLE', ...(random.chance(0.1) ? ['x'] : [])],
];

/** Parameters that sequences change; the comparison puts their values back before each sequence. */
export const changedParameters: readonly string[] = [
  'maxmemory',
  'maxmemory-policy',
  'maxmemory-samples',
  'hz',
  'timeout',
  'tcp-keepalive',
  'slowlog-log-slower-than',
  'slowlog-max-len',
  'latency-monitor-threshold',
  'appendfsync',
  'lfu-decay-time',
  'lfu-log-factor',
  'lazyfree-lazy-user-del',
  'client-output-buffer-limit',
  'notify-keyspace-events',
  'busy-reply-threshold',
  'list-max-listpack-size',
  'loglevel',
];

const parameterPatterns: readonly string[] = [
  ...[
    'maxmemory',
    'MAXMEMORY',
    'maxmemory*',
    'max[mc]*',
    'save',
    'appendonly',
    'hash-max-*',
    '*-ziplist-*',
    'nosuch',
    '',
  ],
  ...[
    'timeout',
    'hz',
    'slave-*',
    'replica-*',
    'lua-time-limit',
    'client-output-buffer-limit',
    'databases',
    'list-*',
    'lfu-*',
  ],
  ...[
    'lazyfree-*',
    'slowlog-*',
    'tcp-*',
    'unixsocketperm',
    'notify-keyspace-events',
    'bind',
    'protected-mode',
    'loglevel',
  ],
];

function settings(random: Random): Command {
  return random.pick<Command>([
    ['maxmemory', random.pick(['0', '100mb', '1GB', '100m', 'x', '-1', '', '1.5gb', '100 mb'])],
    [
      'maxmemory-policy',
      random.pick(['noeviction', 'allkeys-lru', 'ALLKEYS-LFU', 'volatile-ttl', 'nosuch', '']),
    ],
    ['maxmemory-samples', random.pick(['5', '10', '0', '65', 'x', '-1'])],
    ['hz', random.pick(['10', '1', '500', '501', '0', 'x'])],
    ['timeout', random.pick(['0', '100', '-1', 'x'])],
    ['tcp-keepalive', random.pick(['0', '300', '-1', 'x'])],
    ['slowlog-log-slower-than', random.pick(['10000', '-1', 'x'])],
    ['slowlog-max-len', random.pick(['128', '0', '-1', 'x'])],
    ['latency-monitor-threshold', random.pick(['0', '100', '-1'])],
    ['appendfsync', random.pick(['everysec', 'always', 'NO', 'nosuch'])],
    ['lazyfree-lazy-user-del', random.pick(['yes', 'no', 'YES', 'true', ''])],
    [
      'client-output-buffer-limit',
      random.pick(['normal 0 0 0', 'pubsub 32mb 8mb 60', 'normal 1 2', 'nosuch 0 0 0', '']),
    ],
    ['notify-keyspace-events', random.pick(['', 'KEA', 'AKE', 'Kx$', 'Q', 'g$lshzxetdmnKE'])],
    ['busy-reply-threshold', random.pick(['5000', '0', '-1', 'x'])],
    ['lua-time-limit', random.pick(['5000', 'x'])],
    ['list-max-listpack-size', random.pick(['-2', '128', 'x'])],
    ['list-max-ziplist-size', random.pick(['-2', 'x'])],
    ['loglevel', random.pick(['notice', 'WARNING', 'nosuch', 'nothing'])],
    ['databases', '5'],
    ['nosuch', '1'],
    ['maxmemory'],
  ]);
}

function debugWords(random: Random): Command {
  return random.pick<Command>([
    [
      'PROTOCOL',
      random.pick([
        'string',
        'integer',
        'double',
        'null',
        'array',
        'set',
        'map',
        'verbatim',
        'true',
        'false',
        'bignum',
        'attrib',
        'nosuch',
      ]),
    ],
    ['SLEEP', '0'],
    ['SET-ACTIVE-EXPIRE', random.pick(['0', '1'])],
    ['STRINGMATCH-LEN', '100', '*a*'],
    ['ERROR', random.pick(['ERR made up', 'LOUD custom', ''])],
    ['LOG', 'a line'],
    ['OBJECT', key(random)],
    ['SDSLEN', 'nosuch'],
    ['DIGEST'],
    ['DIGEST-VALUE', key(random)],
    ['QUICKLIST-PACKED-THRESHOLD', random.pick(['0', '100B', 'x'])],
    ['CHANGE-REPL-ID'],
    ['NOSUCH'],
    ['HELP'],
    [],
  ]);
}
