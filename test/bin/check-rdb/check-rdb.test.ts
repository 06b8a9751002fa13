import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkRdb } from '../../../src/bin/check-rdb/main.ts';
import { programNamed } from '../../../src/bin/server/names.ts';
import { bunProgram, peerProgram, startPeer } from '../../peers/peer.ts';
import {
  bytesOf,
  fileOf,
  keyOf,
  length,
  listpack,
  little,
  text,
  ziplist,
} from '../../persistence/rdb/old-forms.ts';
import { type RunResult, runProgram } from '../cli/run.ts';

const NOW = 1_800_000_000_000;
let directory: string;
let path: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'cinnabar-check-'));
  path = join(directory, 'dump.rdb');
});
afterAll(() => rmSync(directory, { recursive: true }));

function ours(...args: string[]): RunResult {
  let output = '';
  let errors = '';
  const exitCode = checkRdb({
    program: 'check',
    args,
    output: (more) => {
      output += more;
    },
    errors: (more) => {
      errors += more;
    },
    now: NOW,
  });
  return { output, errors, exitCode };
}

const theirs = (...args: string[]) =>
  runProgram(peerProgram('redis8', 'server').replace(/-server$/, '-check-rdb'), args);

const text1 = text('value');
const module = [0x81, 16, 32, 48, 64, 80, 96, 112, 3, 2, 5, 5, text('abc'), 0];
const sound: Readonly<Record<string, Uint8Array>> = {
  'of old times': fileOf('REDIS0004', 0xfe, 0, 0xfd, little(1000, 4), keyOf(0, 'k', text1)),
  'without a checksum': fileOf('REDIS0011', 0xfe, 0, keyOf(0, 'k', text1)),
  'with something behind it': bytesOf(fileOf('REDIS0011', 0xfe, 0, keyOf(0, 'k', text1)), 'more'),
  'with auxiliary fields': fileOf('REDIS0011', 0xfa, text('a'), text('b'), 0xfa, text('c'), text("d'e")),
  "with a module's value": fileOf('REDIS0011', 0xfe, 2, keyOf(7, 'm', module), keyOf(0, 'k', text1)),
  'with slots': fileOf('REDIS0012', 0xf4, 1, 2, 3, 0xfe, 0, 0xfb, 1, 0, keyOf(0, 'k', text1)),
  'with the same key twice': fileOf('REDIS0012', 0xfe, 0, keyOf(0, 'k', text1), keyOf(0, 'k', text1)),
  'with fields that expire': fileOf('REDIS0012', 0xfe, 0, [
    ...keyOf(24, 'h', little(1000, 8), length(1), [1, ...text('f'), ...text('v')]),
    ...keyOf(4, 'h2', length(1), text('f'), text('v')),
  ]),
  'with expiries': fileOf('REDIS0012', 0xfe, 0, [
    [0xfc, little(1000, 8), keyOf(0, 'past', text1)],
    [0xfc, little(4e12, 8), keyOf(1, 'future', length(1), text1)],
  ]),
};

describe('sound files', () => {
  test.each(Object.entries(sound))('%s', async (_, file) => {
    writeFileSync(path, file);
    expect(ours(path)).toEqual(await theirs(path));
  });

  test('that Redis has written', async () => {
    const peer = await startPeer('redis8');
    const connection = await peer.connect();
    const commands = ['SET a 1', 'SET b 2 PX 1', 'RPUSH l 1 2', 'HSET h a b', 'XADD x * a b', 'ZADD z 1 a'];
    for (const command of [...commands, 'SADD s a 1', 'SELECT 3', 'SADD i 1 2', 'SAVE'])
      await connection.call(...command.split(' '));
    const file = join(peer.dir, 'dump.rdb');
    const report = ours(file);
    expect(report).toEqual(await theirs(file));
    expect(report.output).toContain('Checksum OK');
    await peer.stop();
  });

  test('libraries of functions are counted', () => {
    writeFileSync(path, fileOf('REDIS0011', 0xf5, text('#!lua name=l\n')));
    expect(ours(path).output).toEndWith('[info] 0 subexpires\n[info] 1 functions\n');
  });

  test("of Valkey's format", () => {
    writeFileSync(
      path,
      fileOf('VALKEY080', 0xfe, 0, keyOf(22, 'h', length(1), text('f'), text('v'), little(-1, 8))),
    );
    expect(ours(path)).toMatchObject({ errors: '', exitCode: 0 });
  });
});

/** Files with what is wrong with them: the offset, and our words where Redis's say less. */
const damaged: readonly (readonly [Uint8Array, number, string?])[] = [
  [new Uint8Array(0), 0],
  [bytesOf('RODIS0011'), 0],
  [bytesOf('REDIS0099'), 5],
  [fileOf('REDIS0011', 0xfe, 0, keyOf(0, 'key', text1)).subarray(0, 13), 13],
  [fileOf('REDIS0011', 0xfe, 0, keyOf(0, 'key', text1)).subarray(0, 18), 18],
  [fileOf('REDIS0011', 0xfe, 0, keyOf(8, 'key', text1)), 11],
  [fileOf('REDIS0011', 0xfa, text('name')), 15, 'unknown encoding 63 of a string'],
  [bytesOf(fileOf('REDIS0011', 0xfe, 0, keyOf(0, 'k', text1)).subarray(0, -8), 1, 2, 3, 4, 5, 6, 7, 8), 21],
  [
    fileOf('REDIS0011', 0xfe, 0, keyOf(13, 'h', text(ziplist(['a'])))),
    14,
    'listpack integrity check failed: half an element',
  ],
  [
    fileOf('REDIS0011', 0xfe, 0, keyOf(16, 'h', text(listpack(['a', 'b']).subarray(1)))),
    14,
    'listpack integrity check failed',
  ],
  [
    fileOf('REDIS0011', 0xfe, 0, keyOf(0, 'h', length(2 ** 52))),
    14,
    'a string of 4503599627370496 bytes is too long',
  ],
  [fileOf('REDIS0011', 0xf6, text('code')), 9, 'Pre-release function format not supported'],
];

describe('damaged files', () => {
  test.each(damaged.map((_, index) => index))('%d', async (index) => {
    const [file, offset, words] = damaged[index];
    writeFileSync(path, file);
    const report = ours(path);
    expect(report.exitCode).toBe(1);
    const reference = await theirs(path);
    expect(reference.exitCode).toBe(1);
    const problem = /RDB ERROR DETECTED ---\n\[offset (\d+)\] (.*)/;
    const [, foundOffset, found] = problem.exec(report.output) ?? [];
    expect(Number(foundOffset)).toBe(offset);
    expect(found).toStartWith(words ?? problem.exec(reference.output)?.[2] ?? '');
    // Redis names a type where it has come to none yet.
    const rest = (output: string) =>
      output.split('\n').filter((line) => /^\[(additional )?info\] (?!Reading type 0|wrong)/.test(line));
    const isReadOn = words !== undefined && /^(a string|unknown)/.test(words);
    if (!isReadOn) expect(rest(report.output)).toEqual(rest(reference.output));
  });

  test('a wrong checksum is shown beside the right one', () => {
    const whole = fileOf('REDIS0011', 0xfe, 0, keyOf(0, 'k', text1)).subarray(0, -8);
    writeFileSync(path, bytesOf(whole, 1, 2, 3, 4, 5, 6, 7, 8));
    expect(ours(path).output).toMatch(/wrong checksum: 0807060504030201 instead of [\da-f]{16}\n/);
  });
});

describe('the program', () => {
  test('tells how it is used, and what it is', () => {
    const usage = { output: '', errors: 'Usage: check <rdb-file-name>\n', exitCode: 1 };
    expect(ours()).toEqual(usage);
    expect(ours('a', 'b')).toEqual(usage);
    for (const flag of ['-v', '--version']) {
      expect(ours(flag).output).toMatch(/^redis-check-rdb v=\d+\.\d+\.\d+ .*bits=64 .*\n$/);
      expect(ours(flag).exitCode).toBe(0);
    }
  });

  test('a file that is not there', () => {
    const missing = join(directory, 'missing.rdb');
    const report = ours(missing);
    expect(report).toMatchObject({ exitCode: 1, output: `[offset 0] Checking RDB file ${missing}\n` });
    expect(report.errors).toContain('ENOENT');
    expect(ours(directory).exitCode).toBe(1);
  });

  test('is meant by these names', () => {
    const names = ['redis-check-rdb', '/usr/bin/cinnabar-check-rdb', 'redis-check-rdb.exe'];
    expect(names.map(programNamed)).toEqual(names.map(() => 'check-rdb'));
    expect(programNamed('/usr/bin/redis-check-aof')).toBe('check-aof');
    expect(['bun', '/check-rdb/redis-server', 'cinnabar-server'].map(programNamed)).toEqual(
      Array(3).fill('server'),
    );
  });

  test('runs by itself, and from the server under its name', async () => {
    writeFileSync(path, fileOf('REDIS0011', 0xfe, 0, keyOf(0, 'k', text1)));
    const expected = ours(path);
    const sources = fileURLToPath(new URL('../../../src/bin/', import.meta.url));
    expect(await runProgram(bunProgram(), [join(sources, 'check-rdb.ts'), path])).toEqual(expected);
    const alias = join(directory, 'redis-check-rdb');
    symlinkSync(bunProgram(), alias);
    expect(await runProgram(alias, [join(sources, 'server.ts'), path])).toEqual(expected);
    const other = join(directory, 'redis-check-aof');
    symlinkSync(bunProgram(), other);
    const { output } = await runProgram(other, [join(sources, 'server.ts'), '--version']);
    expect(output).toStartWith('redis-check-aof v=');
  });
});
