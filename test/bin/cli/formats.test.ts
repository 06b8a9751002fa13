import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { formatReply } from '../../../src/bin/cli/output.ts';
import { defaultSettings, type OutputFormat, type Settings } from '../../../src/bin/cli/settings.ts';
import { ReplyDecoder } from '../../../src/protocol/client/decoder.ts';
import type { Reply } from '../../../src/protocol/client/reply.ts';
import { anyReply, bytesOf, written } from '../../protocol/client/reply-stream.ts';
import { runRedisCli } from './run.ts';
import { ScriptedServer } from './scripted-server.ts';

const formats: readonly (readonly [option: string, format: OutputFormat])[] = [
  ['--no-raw', 'plain'],
  ['--raw', 'raw'],
  ['--csv', 'csv'],
  ['--json', 'json'],
  ['--quoted-json', 'quoted-json'],
];

let server: ScriptedServer;

beforeAll(async () => {
  server = await ScriptedServer.start();
});

afterAll(() => server.stop());

function ours(stream: string, format: OutputFormat): string {
  const settings: Settings = { ...defaultSettings({ outputIsTerminal: false, environment: {} }), format };
  const decoder = new ReplyDecoder();
  decoder.feed(bytesOf(stream));
  const reply = decoder.next();
  if (reply === undefined) throw new Error('the reply is not whole');
  return formatReply(reply, settings);
}

async function theirs(stream: string, option: string): Promise<string> {
  server.play([[/^GET/, stream]]);
  const { output, errors } = await runRedisCli(['-p', String(server.port), option, 'GET', 'x']);
  return output + errors;
}

async function expectSame(stream: string): Promise<void> {
  for (const [option, format] of formats) {
    expect([option, ours(stream, format)]).toEqual([option, await theirs(stream, option)]);
  }
}

const allBytes = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('');
const numbers = (count: number) => ':1\r\n'.repeat(count);

describe('replies look as redis-cli shows them', () => {
  test.each([
    '+OK\r\n',
    '+\r\n',
    '-ERR bad "thing"\r\n',
    '-\r\n',
    ':-5\r\n',
    ':9223372036854775807\r\n',
    '$-1\r\n',
    '*-1\r\n',
    '_\r\n',
    '$0\r\n\r\n',
    `$256\r\n${allBytes}\r\n`,
    '$6\r\n\xc3\xa9\xe2\x82\xac\x80\r\n',
    ',1e5\r\n',
    ',inf\r\n',
    ',-inf\r\n',
    ',nan\r\n',
    '#t\r\n',
    '#f\r\n',
    '=7\r\ntxt:a\nb\r\n',
    '*0\r\n',
    '%0\r\n',
    '~0\r\n',
    '*2\r\n*0\r\n%0\r\n',
    '*2\r\n*2\r\n$1\r\na\r\n$-1\r\n*0\r\n',
    `*12\r\n${numbers(11)}*2\r\n+OK\r\n-ERR x\r\n`,
    `*100\r\n${numbers(100)}`,
    '~2\r\n~1\r\n#t\r\n_\r\n',
    '*2\r\n>2\r\n:1\r\n:2\r\n>0\r\n',
    '%2\r\n$1\r\na\r\n*2\r\n:1\r\n:2\r\n+k\r\n%1\r\n:1\r\n,1.5\r\n',
    '%3\r\n,1.5\r\n:1\r\n#t\r\n:2\r\n_\r\n:3\r\n',
    '%2\r\n*1\r\n:1\r\n:1\r\n%1\r\n:1\r\n:2\r\n:3\r\n',
    '%1\r\n%2\r\n:1\r\n:2\r\n:3\r\n:4\r\n%2\r\n:1\r\n:2\r\n:3\r\n:4\r\n',
    `%10\r\n${numbers(19)}*1\r\n*2\r\n:1\r\n:2\r\n`,
    '%1\r\n:1\r\n%1\r\n:1\r\n*2\r\n:1\r\n:2\r\n',
    '%2\r\n=6\r\ntxt:a\n\r\n:1\r\n:5\r\n-ERR x\r\n',
    '%1\r\n-ERR a\r\n$-1\r\n',
    '%1\r\n+a"b\r\n*1\r\n=7\r\ntxt:a\nb\r\n',
    `${'*2\r\n'.repeat(12)}${numbers(13)}`,
  ])('%j', expectSame);

  test('random replies', async () => {
    // redis-cli knows neither big numbers nor attributes nor bulk errors, cuts text other than bulk strings at a zero
    // byte, and prints pushes apart.
    const known = anyReply.filter((reply) => isKnown(reply) && reply.kind !== 'push');
    const streams = fc.sample(known, { numRuns: 60, seed: 4 });
    for (const reply of streams) await expectSame(Buffer.from(written(reply)).toString('latin1'));
  });
});

function isKnown(reply: Reply): boolean {
  if (reply.attributes !== undefined || reply.kind === 'big-number' || reply.kind === 'error') return false;
  if ((reply.kind === 'status' || reply.kind === 'verbatim') && reply.bytes.includes(0)) return false;
  return !('elements' in reply) || reply.elements.every(isKnown);
}

describe('what redis-cli cannot show', () => {
  test.each([
    ['plain', '(big number) -12\n'],
    ['raw', '-12\n'],
    ['csv', '-12\n'],
    ['json', '-12\n'],
  ] as const)('a big number as %s', (format, text) => {
    expect(ours('(-12\r\n', format)).toBe(text);
  });

  test('attributes are left out', () => {
    expect(ours('|1\r\n+ttl\r\n:5\r\n$1\r\na\r\n', 'plain')).toBe('"a"\n');
  });
});

test('delimiters of raw output', async () => {
  const stream = '*3\r\n:1\r\n*2\r\n:2\r\n:3\r\n%1\r\n:4\r\n:5\r\n';
  server.play([[/^GET/, stream]]);
  const args = ['-p', String(server.port), '-d', '<>', '-D', '!', '-r', '2', 'GET', 'x'];
  const settings = {
    ...defaultSettings({ outputIsTerminal: false, environment: {} }),
    elementDelimiter: '<>',
    replyDelimiter: '!',
  };
  const decoder = new ReplyDecoder();
  decoder.feed(bytesOf(stream));
  const once = formatReply(decoder.next()!, settings);
  expect((await runRedisCli(args)).output).toBe(once + once);
});
