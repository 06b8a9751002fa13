import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFile } from '../../../src/bin/check-rdb/check.ts';
import { type Peer, peerProgram, startPeer } from '../../peers/peer.ts';
import { type RunResult, runCli, runRedisCli } from './run.ts';
import { type Answer, ScriptedServer } from './scripted-server.ts';

let directory: string;
let path: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'cinnabar-snapshot-'));
  path = join(directory, 'dump.rdb');
});
afterAll(() => rmSync(directory, { recursive: true }));

/** The lines of a report on a file that is sound. */
function checked(file: string): string[] {
  const lines: string[] = [];
  expect(checkFile(file, { now: 0, print: (line) => lines.push(line) })).toBe(true);
  return lines;
}

const library = "#!lua name=l\nredis.register_function('f', function() return 1 end)";

async function filled(name: 'redis8' | 'valkey9', diskless: string): Promise<Peer> {
  const peer = await startPeer(name, {
    args: [
      '--repl-diskless-sync',
      diskless,
      '--repl-diskless-sync-delay',
      '0',
      '--enable-debug-command',
      'yes',
    ],
  });
  const connection = await peer.connect();
  await connection.call('DEBUG', 'POPULATE', '20000', 'key', '200');
  await connection.call('FUNCTION', 'LOAD', library);
  return peer;
}

describe.each([
  ['redis8', 'yes'],
  ['redis8', 'no'],
  ['valkey9', 'yes'],
  ['valkey9', 'no'],
] as const)('from %s, diskless: %s', (name, diskless) => {
  let peer: Peer;
  beforeAll(async () => {
    peer = await filled(name, diskless);
  });
  afterAll(() => peer.stop());

  test('--rdb', async () => {
    const args = ['-p', String(peer.port), '--rdb', path];
    const reference = await runRedisCli(args);
    const referenceSize = readFileSync(path).length;
    rmSync(path);
    expect(withoutSizes(await runCli(args))).toEqual(withoutSizes(reference));
    expect(Math.abs(readFileSync(path).length - referenceSize)).toBeLessThan(20);
    expect(
      checked(path)
        .filter((line) => line.startsWith('[info]'))
        .slice(0, 1),
    ).toEqual(['[info] 20000 keys read']);
    const program = peerProgram('redis8', 'server').replace(/-server$/, '-check-rdb');
    expect(spawnSync(program, [path], { encoding: 'utf8' }).stdout).toContain('RDB looks OK');
  });

  test('--rdb to standard output', async () => {
    const result = await runCli(['-p', String(peer.port), '--rdb', '-']);
    expect(result.exitCode).toBe(0);
    expect(result.output).toStartWith('REDIS00');
    expect(result.output.length).toBeGreaterThan(20_000 * 10);
    const told = /(\d+) bytes/.exec(result.errors)?.[1];
    expect(Number(told)).toBe(result.output.length);
  });

  test('--functions-rdb', async () => {
    const args = ['-p', String(peer.port), '--functions-rdb', path];
    const reference = await runRedisCli(args);
    expect(withoutSizes(await runCli(args))).toEqual(withoutSizes(reference));
    const lines = checked(path);
    expect(lines).toContain('[info] 0 keys read');
    expect(lines).toContain('[info] 1 functions');
  });
});

/** Files made one after the other differ in what they tell of their origin. */
function withoutSizes(result: RunResult): RunResult {
  return { ...result, errors: result.errors.replaceAll(/\d+ bytes/g, 'N bytes') };
}

const mark = 'm'.repeat(40);
/** What servers may answer to SYNC, and what the file is then; undefined where there is none. */
const answers: readonly (readonly [Answer, string | undefined])[] = [
  ['$5\r\nbytes', 'bytes'],
  ['\n\n$5\r\nbytesmore', 'bytes'],
  ['$0\r\n', ''],
  [`$EOF:${mark}\r\nsome bytes${mark}`, 'some bytes'],
  [`$EOF:${mark}\r\n${mark}`, ''],
  ['-NOAUTH Authentication required.\r\n', undefined],
  [{ close: '$50\r\nbytes' }, 'bytes'],
  [{ close: `$EOF:${mark}\r\nsome bytes${mark.slice(1)}` }, undefined],
  [{ close: '$5' }, undefined],
];

describe('a server that answers', () => {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await ScriptedServer.start();
  });
  afterAll(() => server.stop());

  const run = (option = '--rdb', target = path) => runCli(['-p', String(server.port), option, target]);

  test.each(answers.map(([answer]) => JSON.stringify(answer)))('%s', async (text) => {
    const [answer, content] = answers.find(([each]) => JSON.stringify(each) === text) ?? answers[0];
    rmSync(path, { force: true });
    server.play([[/SYNC/, answer]]);
    const result = await run();
    const isWhole = typeof answer === 'string' && content !== undefined;
    expect(result.exitCode).toBe(isWhole ? 0 : 1);
    expect(server.sent).toEqual(['<connected>', 'REPLCONF capa eof', 'REPLCONF rdb-only 1', 'SYNC']);
    if (content !== undefined) expect(readFileSync(path, 'latin1')).toBe(content);
    if (text.startsWith('"-')) {
      expect(result.errors).toContain('SYNC with master failed: -NOAUTH Authentication required.\n');
      expect(existsSync(path)).toBe(false);
    }
  });

  test('that it knows nothing of REPLCONF', async () => {
    server.play([
      [/REPLCONF/, '-ERR unknown\r\n'],
      [/SYNC/, '$1\r\nx'],
    ]);
    expect(await run()).toEqual({
      output: '',
      errors: [
        'sending REPLCONF capa eof',
        'REPLCONF capa error: ERR unknown',
        'sending REPLCONF rdb-only 1',
        'REPLCONF rdb-only error: ERR unknown',
        `SYNC sent to master, writing 1 bytes to '${path}'`,
        'Transfer finished with success.\n',
      ].join('\n'),
      exitCode: 0,
    });
    const refused = await run('--functions-rdb');
    expect(refused.exitCode).toBe(1);
    expect(refused.errors).toEndWith('Failed requesting functions only RDB from server, aborting\n');
  });

  test('for a file that cannot be written', async () => {
    server.play([[/SYNC/, '$1\r\nx']]);
    const result = await run('--rdb', join(directory, 'no', 'file'));
    expect(result.exitCode).toBe(1);
    expect(result.errors).toEndWith(`Error opening '${directory}/no/file': No such file or directory\n`);
    expect((await run('--rdb', '/dev/full')).errors).toEndWith(
      'Error writing data to file: No space left on device\n',
    );
  });
});
