/** The program that checks append-only files, beside Redis's. */
import { afterAll, describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkAof } from '../../../src/bin/check-aof/main.ts';
import { systemDataFiles } from '../../../src/server/system/data-files.ts';
import { SimulatedDisk } from '../../faults/simulated-disk.ts';
import { peerProgram } from '../../peers/peer.ts';

type Files = Readonly<Record<string, string>>;

interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly files: Files;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function prepare(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'check-aof-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, 'latin1');
  return folder;
}

function readBack(folder: string, files: Files): Files {
  return Object.fromEntries(
    Object.keys(files).map((name) => [name, readFileSync(join(folder, name), 'latin1')]),
  );
}

function ours(files: Files, args: readonly string[], answer = ''): Outcome {
  const folder = prepare(files);
  let output = '';
  const code = checkAof({
    program: 'redis-check-aof',
    args,
    output: (text) => {
      output += text;
    },
    answer: () => answer,
    files: systemDataFiles(() => folder),
    now: 1_700_000_000_000,
  });
  return { code, output, files: readBack(folder, files) };
}

function theirs(files: Files, args: readonly string[], answer = ''): Outcome {
  const cwd = prepare(files);
  const program = peerProgram('redis8', 'server').replace(/-server$/, '-check-aof');
  const { status, stdout } = spawnSync(program, args, { cwd, input: answer, encoding: 'latin1' });
  const output = stdout.replace(/^(Usage: )\S*(redis-check-aof)/gm, '$1$2');
  return { code: status, output, files: readBack(cwd, files) };
}

const command = (...words: string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
const stamp = (seconds: number): string => `#TS:${seconds}\r\n`;
const A = command('SET', 'a', '1');
const B = command('RPUSH', 'b', '2', '3');
const MULTI = command('MULTI');
const EXEC = command('EXEC');
const RDB = `REDIS0011\xfe\0\0\x01a\x01b\xff${'\0'.repeat(8)}`;
const cut = (text: string, bytes: number): string => text.slice(0, -bytes);

const manifest = 'file b seq 1 type b\nfile i1 seq 1 type i\nfile i2 seq 2 type i\n';
const parts = { 'x.manifest': manifest, b: RDB, i1: A, i2: A + B };
const times = stamp(100) + A + stamp(200) + B + stamp(300) + A;

const cases: [string, Files, string[], string?][] = [
  ['a sound file', { f: A + B + MULTI + A + EXEC }, ['f']],
  ['a cut word', { f: A + cut(B, 3) }, ['f']],
  ['a cut line end', { f: A + cut(B, 1) }, ['f']],
  ['a cut command', { f: `${A}*2\r\n$1\r\na\r\n` }, ['f']],
  ['a cut command, mended', { f: A + cut(B, 3) }, ['--fix', 'f'], 'y\n'],
  ['a cut command, as it was', { f: A + cut(B, 3) }, ['--fix', 'f'], 'n\n'],
  ['a cut command, nobody answers', { f: A + cut(B, 3) }, ['--fix', 'f'], ''],
  ['other text', { f: `${A}garbage${B}` }, ['f']],
  ['other text, mended', { f: `garbage${B}` }, ['--fix', 'f'], 'Yes\n'],
  ['another mark', { f: `${A}*1\r\n+3\r\nGET\r\n` }, ['f']],
  ['no number', { f: `${A}*1\r\n$3x\r\nGET\r\n` }, ['f']],
  ['no line end', { f: `${A}*1\r\n$3\r\nGETxx` }, ['f']],
  ['an open transaction', { f: A + MULTI + B }, ['f']],
  ['an open transaction, mended', { f: A + MULTI + B }, ['--fix', 'f'], 'y\n'],
  ['a transaction within another', { f: A + MULTI + B + MULTI + EXEC }, ['f']],
  ['an end without a transaction', { f: A + EXEC + B }, ['f']],
  ['an empty file', { f: '' }, ['f']],
  ['no file', {}, ['f']],
  ['no argument', {}, []],
  ['too many arguments', { f: A }, ['f', 'g']],
  ['an unknown option', { f: A }, ['--mend', 'f']],
  ['a snapshot and commands', { f: RDB + A }, ['f']],
  ['a snapshot and a cut command', { f: RDB + A + cut(B, 4) }, ['--fix', 'f'], 'y\n'],
  ['several files', parts, ['x.manifest']],
  ['several files of commands', { ...parts, b: A }, ['x.manifest']],
  ['several files, an empty one', { ...parts, i1: '' }, ['x.manifest']],
  ['several files, the last cut', { ...parts, i2: A + cut(B, 2) }, ['x.manifest']],
  ['several files, the last mended', { ...parts, i2: A + cut(B, 2) }, ['--fix', 'x.manifest'], 'y\n'],
  ['several files, another cut', { ...parts, i1: A + cut(B, 2) }, ['x.manifest']],
  ['several files, another not mended', { ...parts, i1: A + cut(B, 2) }, ['--fix', 'x.manifest'], 'y\n'],
  ['several files, one missing', { 'x.manifest': manifest, b: A, i1: A }, ['x.manifest']],
  ['several files, the base missing', { 'x.manifest': manifest, i1: A }, ['x.manifest']],
  [
    'a base alone',
    { 'x.manifest': 'file b seq 1 type b\n', b: A + cut(B, 3) },
    ['--fix', 'x.manifest'],
    'y\n',
  ],
  ['a snapshot where none can be', { 'x.manifest': 'file i seq 1 type i\n', i: RDB }, ['x.manifest']],
  ['a time', { f: times }, ['--truncate-to-timestamp', '250', 'f']],
  ['a time that is there', { f: times }, ['--truncate-to-timestamp', '200', 'f']],
  ['a time before all', { f: times }, ['--truncate-to-timestamp', '50', 'f']],
  ['a time behind all', { f: times }, ['--truncate-to-timestamp', '300', 'f']],
  ['no time', { f: times }, ['--truncate-to-timestamp', '1x', 'f']],
  ['a time, and damage behind it', { f: cut(times, 3) }, ['--truncate-to-timestamp', '250', 'f']],
  ['a time, and damage before it', { f: cut(times, 3) }, ['--truncate-to-timestamp', '500', 'f']],
  ['an annotation of no time', { f: `#TS:now\r\n${A}` }, ['--truncate-to-timestamp', '5', 'f']],
  ['a time in the last file', { ...parts, i2: times }, ['--truncate-to-timestamp', '250', 'x.manifest']],
  ['a time in another file', { ...parts, i1: times }, ['--truncate-to-timestamp', '250', 'x.manifest']],
  ['a time before the last file', { ...parts, i2: times }, ['--truncate-to-timestamp', '50', 'x.manifest']],
];

describe('checking', () => {
  for (const [name, files, args, answer = ''] of cases) {
    test(`${name}: as Redis does`, () => {
      expect(ours(files, args, answer)).toEqual(theirs(files, args, answer));
    });
  }

  test('a manifest that is not understood', () => {
    const text = 'file b seq 1 type b\nfile a/c seq 2 type i\n';
    expect(theirs({ m: text }, ['m']).code).toBe(1);
    expect(ours({ m: text }, ['m'])).toMatchObject({
      code: 1,
      output:
        'Start checking Multi Part AOF\n*** FATAL AOF MANIFEST FILE ERROR ***\n' +
        "Reading the manifest file, at line 2\n>>> 'file a/c seq 2 type i'\n" +
        "File can't be a path, just a filename\n",
    });
  });

  test('a damaged snapshot stops it', () => {
    const { code, output } = ours({ f: cut(RDB, 3) + A.slice(0, 2) }, ['--fix', 'f'], 'y');
    expect(code).toBe(1);
    expect(output).toEndWith('[info] 0 subexpires\nRDB preamble of AOF file is not sane, aborting.\n');
  });

  test('cuts to a time before the transaction that it is in', () => {
    const before = stamp(100) + A;
    const files = { f: before + MULTI + A + stamp(200) + B + EXEC };
    expect(ours(files, ['--truncate-to-timestamp', '150', 'f']).files).toEqual({ f: before });
  });

  test('an annotation without an end is damage, for what is appended would become part of it', () => {
    expect(ours({ f: `${A}#TS:12` }, ['--fix', 'f'], 'y')).toMatchObject({ code: 0, files: { f: A } });
  });

  test('tells its version', () => {
    for (const flag of ['-v', '--version'])
      expect(ours({}, [flag]).output).toMatch(/^redis-check-aof v=\d+\.\d+\.\d+ .*bits=64 .*\n$/);
  });

  test('tells what the system says when a file cannot be read or cut', () => {
    for (let at = 0; at < 12; at++) {
      const disk = new SimulatedDisk(at);
      disk.put('f', A + cut(B, 3));
      disk.failAfter(at);
      let output = '';
      const print = (text: string): void => {
        output += text;
      };
      const args = ['--fix', 'f'];
      const code = checkAof({ program: 'x', args, output: print, answer: () => 'y', files: disk, now: 0 });
      expect(code).toBe(disk.journal.some((line) => line.endsWith('!')) ? 1 : 0);
      if (code === 1)
        expect(output).toMatch(
          /(?:Cannot open file f: .*|Cannot read file:? ?f.*|Failed to truncate AOF f)\n$/,
        );
    }
  });
});
