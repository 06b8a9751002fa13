/** Files and command lines that a server must refuse, beside what Redis says of them. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCommandLine } from '../../../src/server/config/command-line.ts';
import { Configuration } from '../../../src/server/config/configuration.ts';
import { describeConfigurationError, loadConfiguration } from '../../../src/server/config/load.ts';
import { peerProgram } from '../../peers/peer.ts';
import { realFiles } from './real-files.ts';

let folder: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'cinnabar-test-config-')));
  const files = {
    'a.conf': 'port 0\n',
    'b.conf': 'port 0\nfoo\n',
    'open.conf': 'port 0',
    'include.conf': 'port 0\ninclude b.conf\n',
    'glob.conf': 'port 0\ninclude [ab].conf\n',
    'none.conf': 'include x*.conf\ninclude missing.conf\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const accept = () => undefined;

/** What our server would print before it ends, without the line that Redis lacks; empty if it would start. */
function ours(words: readonly string[], input: string): string {
  const invocation = parseCommandLine(words.map((word) => Buffer.from(word).toString('latin1')));
  if (invocation.kind !== 'serve') throw new Error(`not a start: ${invocation.kind}`);
  const configuration = new Configuration(realFiles(folder, input));
  const handlers = { user: accept, renameCommand: accept, loadModule: accept };
  const error = loadConfiguration(configuration, invocation, handlers);
  return error ? describeConfigurationError(error, 'Redis 8.0.6').replace(/^\(in .*\)\n/m, '') : '';
}

/** What Redis prints: errors in the configuration on standard error, files that it cannot open in its log. */
function theirs(words: readonly string[], input: string): string {
  const result = spawnSync(peerProgram('redis8', 'server'), words, {
    cwd: folder,
    input: Buffer.from(input, 'latin1'),
    timeout: 20_000,
  });
  expect(result.status).toBe(1);
  const log = /^.* # (Fatal error, .*\n)/m.exec(result.stdout.toString('latin1'));
  return log ? log[1] : result.stderr.toString('latin1');
}

/** A directive that ends every start. */
const END = '\nfoo';

describe('files', () => {
  test.each([
    ...[
      'foo',
      '  # c\n\n\nfoo',
      'Port 12\nFoo',
      '-foo',
      'port=12',
      'foo \x01\xe9"',
      '\xff\xfefoo',
      `${'x'.repeat(3000)}`,
    ],
    ...[
      'port',
      'port 1 2',
      'port 12 # c',
      'port "12',
      'port "12"3',
      "port '12'x",
      'port x',
      'port -1',
      'hz 1 ""',
    ],
    ...[
      'port 12\r\nfoo\r\n',
      'port 1\rfoo',
      'port 12\v',
      'port\t12\nfoo',
      'port 12\0foo\nbar x',
      'foo x\\"y',
    ],
    ...[
      'slave-priority x',
      'maxmemory 1x',
      'maxmemory -1',
      'appendonly maybe',
      'supervised maybe',
      'databases 0',
    ],
    ...[
      'save 1',
      'save "" 1',
      'save 0 1',
      `save${END}`,
      `save ""${END}`,
      `save "60 1"${END}`,
      `save 60 1 300 1${END}`,
    ],
    ...[
      'client-output-buffer-limit normal 1 2',
      'client-output-buffer-limit ""',
      `client-output-buffer-limit${END}`,
    ],
    ...[
      'oom-score-adj-values',
      'oom-score-adj-values 1 2',
      'shutdown-on-sigint',
      'notify-keyspace-events K E',
    ],
    ...[`shutdown-on-sigint now force${END}`, `latency-tracking-info-percentiles ""${END}`, `bind ""${END}`],
    ...[
      'latency-tracking-info-percentiles "" 1',
      `bind${END}`,
      `bind ${'a '.repeat(17)}`,
      'bind-source-addr a b',
    ],
    ...[
      'replicaof a',
      'replicaof a b',
      'replicaof a 70000',
      'replicaof a -1',
      'replicaof a 1 2',
      `slaveof "" ""${END}`,
    ],
    ...[`replicaof no one${END}`, `replicaof a ""${END}`, 'cluster-enabled yes\nslaveof a 1\nport 0'],
    ...[
      'unixsocketperm 8',
      'unixsocketperm 1777',
      'unixsocketperm -1',
      `unixsocketperm 77777777777777777777777`,
    ],
    ...[
      `unixsocketperm 0777${END}`,
      `unixsocketperm ""${END}`,
      'dbfilename a/b',
      'appendfilename ""',
      'appenddirname a/b',
    ],
    ...[
      'dir /nonexistent',
      'dir ""',
      'dir a b',
      'requirepass',
      `requirepass ""${END}`,
      'io-threads 0',
      'io-threads 129',
    ],
    ...[
      'include',
      'include missing.conf',
      'include b.conf',
      'include ""',
      'dir /\ninclude b.conf',
      `include x*${END}`,
    ],
    ...['rename-command', 'user', 'user a on\nuser a on', 'loadmodule', 'sentinel monitor', `sentinel${END}`],
    ...[
      'io-threads-do-reads',
      `io-threads-do-reads x y${END}`,
      `list-max-ziplist-value 1${END}`,
      'tcp-backlog -1',
    ],
    ...[
      'socket-mark-id 4294967296',
      'enable-debug-command x',
      'syslog-facility x',
      'lua-enable-deprecated-api x',
    ],
  ])('%j', (text) => expect(ours(['-'], text)).toBe(theirs(['-'], text)));
});

describe('command lines', () => {
  test.each([
    [['--port']],
    [['--port', 'abc']],
    [['--port', '']],
    [['--port', '0', 'foo']],
    [['--port', '0', '--foo']],
    [['--port 0', '--foo']],
    [['--port 0', '0', '--foo']],
    [['--port 0 --foo']],
    [['--port\n0', '--foo']],
    [['--"port" 0', '--foo']],
    [['--PORT', '0', '--foo']],
    [['--port', '--foo']],
    [['--port', '0\nfoo', '--bar']],
    [['--maxmemory 700mb', '--foo']],
    [['--', '--foo']],
    [['-x']],
    [['', '--foo']],
    [['foo']],
    [['port', '0', '--foo']],
    [['a.conf', 'foo']],
    [['a.conf', 'port', '0', '--foo']],
    [['a.conf', 'port', '0', 'foo']],
    [['a.conf', '-', '--foo']],
    [['a.conf', '-v']],
    [['a.conf', 'b.conf']],
    [['a.conf', '--loglevel', 'verbose', '-']],
    [['open.conf', '-']],
    [['open.conf', '--foo']],
    [['b.conf']],
    [['include.conf']],
    [['glob.conf']],
    [['none.conf']],
    [['-', 'a.conf']],
    [['-', '--foo']],
    [['--port', '0', '-']],
    [['--port', '0', '-', '--foo']],
    [['--port', '-']],
    [['--save', '-']],
    [['--save', '--foo']],
    [['--save', '', '--foo']],
    [['--save', '', '', '--foo']],
    [['--SAVE', '--port', '0', '--foo']],
    [['--save', '--port', 'x']],
    [['--save', '60', '1', '--save', '300 1', '--foo']],
    [['--save', '', '60', '1']],
    [['--requirepass', '--x', '--foo']],
    [['--requirepass', '"ab', 'c']],
    [['--requirepass "a b"', '--foo']],
    [['--requirepass "a b', '--foo']],
    [['--requirepass', 'é\x01"', 'x']],
    [['--loglevel', '--verbose']],
    [['--bind', '127.0.0.1', '::1', '--port', '0', '--foo']],
    [['--replicaof', '127.0.0.1 1', '--foo']],
    [['--replicaof', '127.0.0.1', '--foo']],
    [['--shutdown-on-sigint', 'now', 'force', '--foo']],
    [['--port', '0', '--version']],
    [['--port', '0', '-h']],
    [['--include', 'b.conf']],
    [['--dir', '/nonexistent']],
  ])('%j', (words) => {
    const input = 'hz 12\nzap\n';
    expect(ours(words, input)).toBe(theirs(words, input));
  });
});
