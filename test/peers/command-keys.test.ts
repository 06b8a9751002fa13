import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { writeKeys, writeKeysAndFlags } from '../../src/server/commands/command/get-keys.ts';
import { writeList } from '../../src/server/commands/command/list.ts';
import { replyTo, table } from './command-table.ts';
import type { Connection } from './connection.ts';
import { type Peer, startPeer } from './peer.ts';
import { decode } from './reply.ts';

let peer: Peer;
let connection: Connection;

beforeAll(async () => {
  peer = await startPeer('redis8');
  connection = await peer.connect();
});

afterAll(() => peer.stop());

async function compare(line: readonly string[]): Promise<void> {
  for (const [subcommand, write] of [
    ['GETKEYS', writeKeys],
    ['GETKEYSANDFLAGS', writeKeysAndFlags],
  ] as const) {
    const request = ['COMMAND', subcommand, ...line];
    expect(replyTo(request, write, 2).toString()).toEqual((await connection.raw(...request)).toString());
  }
}

const lines = [
  'get',
  'get a',
  'GET a b',
  'set a b',
  'set a b GET',
  'set a b ex get',
  'set a b ex 1 xx gEt',
  'set get get',
  'set a',
  'mget a b c',
  'mset a 1 b 2',
  'mset a 1 b',
  'mset a',
  'msetnx a 1 b 2 c 3',
  'del a',
  'DEL a b c d',
  'unlink',
  'exists a a',
  'touch a b',
  'rename a b',
  'renamenx a b',
  'copy a b',
  'copy a b db 1 replace',
  'move a 1',
  'object',
  'object freq',
  'object freq a',
  'object freq a b',
  'OBJECT Encoding a',
  'object help',
  'object nosuch a',
  'memory usage a samples 1',
  'memory usage',
  'memory doctor',
  'lcs a b len',
  'getex a persist',
  'scan 0',
  'keys *',
  'ping',
  'config get x',
  'config',
  'config nosuch',
  'command getkeys get a',
  'command',
  'debug object a',
  'nosuch',
  'nosuch a b',
  'incrbyfloat a 1',
  'setrange a 0 b',
];

describe('COMMAND GETKEYS', () => {
  test.each(lines)('%s', (line) => compare(line.split(' ')));

  test('of random words behind every command', async () => {
    // Not those that Redis 8.0 does not have.
    const names = table.fullNames.filter((_, id) => /^(?:[1-7]|8\.0)\./.test(table.declarations[id]!.since));
    const name = fc.constantFrom(...names).map((full) => full.split('|'));
    const words = fc.array(fc.constantFrom('a', 'b', '1', '2', 'get', 'GET', 'ex', ''), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(name, words, (command, others) => compare([...command, ...others])),
      { numRuns: 300 },
    );
  });
});

/** The names that both know. */
async function listed(words: readonly string[]): Promise<[string[], string[]]> {
  const ours = decode(replyTo(['COMMAND', 'LIST', ...words], writeList)) as string[];
  const theirs = (await connection.call('COMMAND', 'LIST', ...words)) as string[];
  const all = (await connection.call('COMMAND', 'LIST')) as string[];
  return [
    ours.filter((name) => all.includes(name)).sort(),
    theirs.filter((name) => table.fullNames.includes(name)).sort(),
  ];
}

describe('COMMAND LIST', () => {
  test.each<string[]>([
    [],
    ['filterby', 'module', 'x'],
    ['FILTERBY', 'ACLCAT', 'String'],
    ['filterby', 'aclcat', 'dangerous'],
    ['filterby', 'aclcat', 'slow'],
    ['filterby', 'aclcat', 'nosuch'],
    ['filterby', 'aclcat', ''],
    ['filterby', 'pattern', 'GET*'],
    ['filterby', 'pattern', 'object*'],
    ['filterby', 'pattern', '*|*[^p]'],
    ['filterby', 'pattern', '[e-GS]?t*'],
    ['filterby', 'pattern', '*'],
    ['filterby', 'pattern', ''],
  ])('%j %j %j', async (...words: string[]) => {
    const [ours, theirs] = await listed(words);
    expect(ours).toEqual(theirs);
  });

  test.each<string[]>([
    ['x'],
    ['filterby'],
    ['filterby', 'pattern'],
    ['filterby', 'nosuch', 'x'],
    ['filterby', 'pattern', 'a', 'b'],
  ])('%j %j is refused', async (...words: string[]) => {
    const request = ['COMMAND', 'LIST', ...words];
    expect(replyTo(request, writeList, 2)).toEqual(await connection.raw(...request));
  });
});
