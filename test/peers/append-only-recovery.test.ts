/** What a server makes of append-only files that are old, incomplete or damaged: the same as Redis 8. */
import { afterEach, describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cinnabarCommand, type Peer, peerProgram, startCinnabar, startPeer } from './peer.ts';

type Files = Readonly<Record<string, string>>;

const command = (...words: string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
const SELECT = command('SELECT', '0');
const A = SELECT + command('SET', 'a', '1');
const B = command('RPUSH', 'b', '2', '3');
const MULTI = command('MULTI');
const RDB = `REDIS0011\xfe\0\0\x01k\x01v\xff${'\0'.repeat(8)}`;
const MANIFEST = 'appendonlydir/appendonly.aof.manifest';
const manifest = 'file b seq 1 type b\nfile i1 seq 1 type i\nfile i2 seq 2 type i\n';
const parts: Files = {
  [MANIFEST]: manifest,
  'appendonlydir/b': RDB,
  'appendonlydir/i1': A,
  'appendonlydir/i2': A + B,
};
const without = (name: string): Files =>
  Object.fromEntries(Object.entries(parts).filter(([path]) => path !== name));

const folders: string[] = [];
const running: Peer[] = [];

afterEach(async () => {
  for (const peer of running.splice(0)) await peer.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function prepare(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'cinnabar-test-recovery-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text, 'latin1');
  }
  return folder;
}

/** The warnings of a server that gives up at its start. */
function refusal(program: readonly string[], files: Files, options: readonly string[]): string[] {
  const [executable, ...args] = program;
  const dir = prepare(files);
  const all = [
    ...args,
    '--port',
    '0',
    '--unixsocket',
    'socket',
    '--save',
    '',
    '--appendonly',
    'yes',
    '--dir',
    dir,
    ...options,
  ];
  const { status, stdout } = spawnSync(executable!, all, { cwd: dir, encoding: 'latin1', timeout: 20_000 });
  expect(status).toBe(1);
  return stdout
    .replace(/# \n(?=\*\*\*)/, '# ')
    .split('\n')
    .map((line) => /^\d+:[A-Z] \d+ \w+ \d+ [\d:.]+ # (.*)$/.exec(line)?.[1] ?? '')
    .filter((line) => line !== '' && !/overcommit|^!!!|loaded anyway because/.test(line));
}

const refusals: [string, Files, string[]][] = [
  ['an incremental file is missing', without('appendonlydir/i2'), []],
  ['the base is missing', without('appendonlydir/b'), []],
  [
    'an end is cut, and that is not wanted',
    { ...parts, 'appendonlydir/i2': (A + B).slice(0, -3) },
    ['--aof-load-truncated', 'no'],
  ],
  ['a file before the last is cut', { ...parts, 'appendonlydir/i1': (A + B).slice(0, -3) }, []],
  ['a transaction before the last file is open', { ...parts, 'appendonlydir/i1': A + MULTI + B }, []],
  ['a file is damaged', { ...parts, 'appendonlydir/i2': `${A}x${B}` }, []],
  ['a file has an end of zeros', { ...parts, 'appendonlydir/i2': `${A + B}${'\0'.repeat(100)}` }, []],
  ['a command is unknown', { ...parts, 'appendonlydir/i2': A + command('NO', 'such') }, []],
  ['the manifest is empty', { ...parts, [MANIFEST]: '' }, []],
  ['the manifest is damaged', { ...parts, [MANIFEST]: manifest.replace('seq 2', 'seq x') }, []],
  ['the manifest has a file twice', { ...parts, [MANIFEST]: manifest + manifest }, []],
  ['the manifest is cut', { ...parts, [MANIFEST]: manifest.slice(0, -1) }, []],
];

describe('a server does not start when', () => {
  for (const [name, files, options] of refusals) {
    test(name, () => {
      const redis = refusal([peerProgram('redis8', 'server')], files, options);
      expect(redis.length).toBeGreaterThan(0);
      expect(refusal(cinnabarCommand(), files, options)).toEqual(redis);
    });
  }
});

/** What a server finds, what it leaves, and what it says of that. */
async function recovery(server: 'redis8' | 'cinnabar', files: Files): Promise<object> {
  const dir = prepare(files);
  const options = { args: ['--dir', dir, '--appendonly', 'yes', '--enable-debug-command', 'yes'] };
  const peer = await (server === 'cinnabar' ? startCinnabar(options) : startPeer(server, options));
  running.push(peer);
  const connection = await peer.connect();
  const digest = String(await connection.call('DEBUG', 'DIGEST'));
  const said = peer
    .log()
    .split('\n')
    .map((line) => /^\d+:[A-Z] \d+ \w+ \d+ [\d:.]+ [*#] (.*)$/.exec(line)?.[1] ?? '')
    .filter((line) => /AOF|append/i.test(line))
    .map((line) => line.replace(/[\d.]+ seconds/, 'some seconds'));
  const left = readdirSync(dir, { recursive: true, encoding: 'latin1' }).sort();
  const made = readFileSync(join(dir, MANIFEST), 'latin1').replace(/ startoffset \d+/g, '');
  return { digest, said, left, made };
}

const recoveries: [string, Files][] = [
  ['several files', parts],
  ['a single file of old', { 'appendonly.aof': A + B }],
  ['a single file of old that begins with a snapshot', { 'appendonly.aof': RDB + A + B }],
  [
    'a single file that was about to be moved',
    { 'appendonly.aof': A, [MANIFEST]: 'file appendonly.aof seq 1 type b\n' },
  ],
  ['a single file beside others, which does not count', { ...parts, 'appendonly.aof': B }],
  ['a cut end', { ...parts, 'appendonlydir/i2': (A + B).slice(0, -3) }],
  ['an open transaction', { ...parts, 'appendonlydir/i2': A + MULTI + B }],
  ['history', { ...parts, [MANIFEST]: `${manifest}file h seq 1 type h\n`, 'appendonlydir/h': 'x' }],
];

describe('a server recovers', () => {
  for (const [name, files] of recoveries) {
    test(name, async () => {
      expect(await recovery('cinnabar', files)).toEqual(await recovery('redis8', files));
    });
  }
});
