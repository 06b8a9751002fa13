/** What servers wrote in the past becomes with us what it becomes with Redis, byte for byte and encoding for encoding. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  bytesOf,
  double,
  fileOf,
  integer,
  intset,
  keyOf,
  length,
  listpack,
  little,
  lzf,
  scoreText,
  text,
  ziplist,
  zipmap,
} from '../persistence/rdb/old-forms.ts';
import type { Connection } from './connection.ts';
import { type Peer, startCinnabar, startPeer } from './peer.ts';
import { ErrorReply } from './reply.ts';

let peers: readonly Peer[];
let ours: Connection;
let theirs: Connection;
beforeAll(async () => {
  const args = ['--enable-debug-command', 'yes'];
  peers = await Promise.all([startCinnabar({ args }), startPeer('redis8', { args })]);
  [ours, theirs] = await Promise.all(peers.map((peer) => peer.connect()));
  // Fields that have expired go at a moment of each server's choice.
  for (const connection of [ours, theirs]) await connection.call('DEBUG', 'SET-ACTIVE-EXPIRE', '0');
});
afterAll(() => Promise.all(peers.map((peer) => peer.stop())));

const far = 4_000_000_000_000;
const texts = (count: number, prefix = 'text-'): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${at}`);
const numbers = (count: number): string[] => texts(count, '');
const long = 'x'.repeat(70);
const huge = 'y'.repeat(20_000);
/** One of each way to write an entry of a ziplist. */
const everyEntry = [
  ...['int4:0', 'int4:12', 'int8:-128', 'int16:-300', 'int24:-8388608', 'int24:8388607', 'int32:-70000'],
  ...['int64:-9223372036854775808', 'int64:9223372036854775807', 'int64:1', '', 'a', '007', long, huge, 'z'],
];

function hash(type: number, entries: readonly string[]): Uint8Array {
  return keyOf(type, `hash-${type}-${entries.length}-${entries[1]?.length}`, text(ziplistOr(type, entries)));
}

function ziplistOr(type: number, entries: readonly string[]): Uint8Array {
  return type === 9 ? zipmap(entries, 3) : type === 16 ? listpack(entries) : ziplist(entries);
}

const strings = [
  keyOf(0, 'plain', text('value')),
  keyOf(0, 'integer8', integer(-5, 1)),
  keyOf(0, 'integer16', integer(-300, 2)),
  keyOf(0, 'integer32', integer(-70_000, 4)),
  keyOf(0, 'lzf', lzf('abc'.repeat(50))),
  keyOf(0, 'digits', text('123')),
  keyOf(0, 'empty', text('')),
];

const plain = (type: number, name: string, entries: readonly string[], share = 1): Uint8Array =>
  keyOf(type, name, length(entries.length / share), entries.map(text));

const lists = [
  plain(1, 'list', ['a', '1', '', long]),
  plain(1, 'list-long', texts(3000)),
  plain(1, 'list-huge', ['a', huge, 'b']),
  keyOf(10, 'list-ziplist', text(ziplist(everyEntry))),
  keyOf(10, 'list-ziplist-small', text(ziplist(['a', 'int8:3']))),
  keyOf(10, 'list-ziplist-lzf', lzf(Buffer.from(ziplist(texts(20))).toString('latin1'))),
  keyOf(10, 'list-ziplist-long', text(ziplist(texts(2000)))),
  keyOf(14, 'list-quicklist', length(2), text(ziplist(everyEntry)), text(ziplist(['last']))),
  keyOf(14, 'list-quicklist-one', length(1), text(ziplist(['a', 'b']))),
  keyOf(14, 'list-quicklist-gap', length(3), text(ziplist(['a'])), text(ziplist([])), text(ziplist(['b']))),
  keyOf(18, 'list-2', length(2), [2, text(listpack(['a', '12']))], [2, text(listpack(['b']))]),
  keyOf(18, 'list-2-plain', length(2), [1, text(huge)], [2, text(listpack(['b']))]),
  keyOf(18, 'list-2-plain-small', length(1), [1, text('small')]),
];

const sets = [
  plain(2, 'set-numbers', numbers(100)),
  plain(2, 'set-many-numbers', numbers(600)),
  plain(2, 'set-mixed', ['1', '2', 'a', '3']),
  plain(2, 'set-long', ['a', long]),
  plain(2, 'set-many', texts(200)),
  plain(2, 'set-late', [...numbers(150), 'word']),
  keyOf(11, 'set-16', text(intset([-300, 0, 5, 300], 2))),
  keyOf(11, 'set-32', text(intset([-70_000, 5], 4))),
  keyOf(11, 'set-64', text(intset([-(2n ** 63n), 7n, 2n ** 63n - 1n], 8))),
  keyOf(11, 'set-16-many', text(intset(numbers(600).map(Number), 2))),
  keyOf(20, 'set-listpack', text(listpack(['a', '7', '']))),
  keyOf(20, 'set-listpack-many', text(listpack(texts(200)))),
];

const scores = [-1.5, 0, 3, 1e20, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const members = texts(scores.length, 'm');
const many = texts(200);
const sortedSets = [
  keyOf(
    3,
    'zset',
    length(6),
    members.map((member, at) => [...text(member), ...scoreText(scores[at])]),
  ),
  keyOf(
    3,
    'zset-many',
    length(200),
    many.map((member, at) => [...text(member), ...scoreText(at % 7)]),
  ),
  keyOf(
    5,
    'zset-2',
    length(6),
    members.map((member, at) => [...text(member), ...double(scores[at])]),
  ),
  keyOf(5, 'zset-2-long', length(1), text(long), double(2)),
  keyOf(12, 'zset-ziplist', text(ziplist(['a', 'int8:-3', 'b', '0.5', 'int8:7', 'int16:300', 'z', 'inf']))),
  keyOf(12, 'zset-ziplist-many', text(ziplist(many.flatMap((member, at) => [member, `int16:${at}`])))),
  keyOf(12, 'zset-ziplist-long', text(ziplist(['a', 'int4:1', long, 'int4:2']))),
  keyOf(17, 'zset-listpack', text(listpack(['b', '-1', 'a', '2.5']))),
  keyOf(17, 'zset-listpack-many', text(listpack(many.flatMap((member, at) => [member, String(at)])))),
];

const pairs = (count: number): string[] => texts(count * 2);
const hashes = [
  plain(4, 'hash', ['f', 'v', 'g', '1'], 2),
  plain(4, 'hash-long', ['f', long], 2),
  plain(4, 'hash-many', pairs(600), 2),
  ...[9, 13, 16].flatMap((type) => [hash(type, ['f', 'v', 'g', '12']), hash(type, pairs(600))]),
  ...[9, 13, 16].map((type) => hash(type, ['f', long])),
  hash(9, ['f', 'w'.repeat(300)]),
  keyOf(13, 'hash-numbers', text(ziplist(['int4:1', 'int8:-1', 'int64:5', huge]))),
];

/** A field without an expiry, and two with one. */
const timed = [
  keyOf(22, 'hash-22', length(3), [
    [0, ...text('a'), ...text('1')],
    [...length(far), ...text('b'), ...text('2')],
    [...length(far + 5), ...text('c'), ...text('3')],
  ]),
  keyOf(24, 'hash-24', little(far, 8), length(3), [
    [0, ...text('a'), ...text('1')],
    [1, ...text('b'), ...text('2')],
    [6, ...text('c'), ...text('3')],
  ]),
  ...[23, 25].map((type) =>
    keyOf(
      type,
      `hash-${type}`,
      type === 25 ? little(far, 8) : [],
      text(listpack(['b', '2', `int64:${far}`, 'c', '3', `int64:${far + 5}`, 'a', '1', 'int64:0'])),
    ),
  ),
  keyOf(24, 'hash-24-past', little(1000, 8), length(2), [
    [1, ...text('gone'), ...text('1')],
    [0, ...text('stays'), ...text('2')],
  ]),
  keyOf(
    25,
    'hash-25-past',
    little(1000, 8),
    text(listpack(['gone', '1', 'int64:1000', 'stays', '2', 'int64:0'])),
  ),
];

const rawId = (ms: number, sequence: number): Uint8Array =>
  bytesOf(little(ms, 8).reverse(), little(sequence, 8).reverse());
const integers = (...values: number[]): string[] => values.map((value) => `int64:${value}`);
/** 1-1 and 1-2 with the field "a", 5-0 with "b". */
const node = listpack([
  ...[...integers(3, 0, 1), 'a', ...integers(0)],
  ...['int7:2', ...integers(0, 0), '1', ...integers(4)],
  ...['int7:2', ...integers(0, 1), '2', ...integers(4)],
  ...['int7:0', ...integers(4, -1, 1), 'b', 'x', ...integers(6)],
]);

/** A stream whose group has read up to 1-2, which is pending. */
function stream(type: number, name: string, lastRead: readonly number[]): Uint8Array {
  const time = little(1_700_000_000_000, 8);
  return keyOf(type, name, [
    ...bytesOf(1, text(rawId(1, 1)), text(node), 3, 5, 0),
    ...(type === 15 ? [] : [1, 1, 0, 0, 3]),
    ...bytesOf(1, text('group'), lastRead, type === 15 ? [] : 2),
    ...bytesOf(1, rawId(1, 2), time, 1),
    ...bytesOf(1, text('consumer'), time, type === 21 ? time : [], 1, rawId(1, 2)),
  ]);
}

const streams = [
  ...[15, 19, 21].map((type) => stream(type, `stream-${type}`, [1, 2])),
  ...[15, 19].map((type) => stream(type, `stream-${type}-end`, [5, 0])),
  ...[15, 19].map((type) => stream(type, `stream-${type}-none`, [0, 0])),
  keyOf(19, 'stream-empty', [0, 0, 7, 0, 0, 0, 7, 0, 7, 1, ...text('group'), 7, 0, 7, 0, 0]),
];

async function load(peer: Peer, connection: Connection, file: Uint8Array): Promise<unknown> {
  writeFileSync(join(peer.dir, 'dump.rdb'), file);
  try {
    return await connection.call('DEBUG', 'RELOAD', 'NOSAVE');
  } catch {
    throw new Error(`${peer.name} ended:\n${peer.log().split('\n').slice(-40).join('\n')}`);
  }
}

/** Loads a file into both servers and compares all that they tell of every key. */
async function compare(file: Uint8Array, keyCount: number): Promise<void> {
  await Promise.all([ours.call('FLUSHALL'), theirs.call('FLUSHALL')]);
  expect(await load(peers[1], theirs, file)).toBe('OK');
  expect(await load(peers[0], ours, file)).toBe('OK');
  const names = ((await theirs.call('KEYS', '*')) as string[]).sort();
  expect(names.length).toBe(keyCount);
  expect(((await ours.call('KEYS', '*')) as string[]).sort()).toEqual(names);
  for (const name of names) {
    expect([name, await told(ours, name)]).toEqual([name, await told(theirs, name)]);
  }
}

async function told(connection: Connection, name: string): Promise<unknown[]> {
  const questions = [
    ['TYPE', name],
    ['OBJECT', 'ENCODING', name],
    ['PEXPIRETIME', name],
    ['DEBUG', 'DIGEST-VALUE', name],
  ];
  if (name.startsWith('hash')) questions.push(['HPEXPIRETIME', name, 'FIELDS', '3', 'a', 'b', 'c']);
  if (name.startsWith('stream')) {
    questions.push(['XINFO', 'STREAM', name], ['XINFO', 'GROUPS', name], ['XRANGE', name, '-', '+']);
    questions.push(['XPENDING', name, 'group'], ['XADD', name, '9-9', 'a', 'b']);
    questions.push(
      ['XREADGROUP', 'GROUP', 'group', 'consumer', 'STREAMS', name, '>'],
      ['XINFO', 'GROUPS', name],
    );
  }
  if (name.startsWith('list')) questions.push(['LRANGE', name, '0', '-1']);
  const answers: unknown[] = [];
  for (const words of questions) answers.push(await connection.call(...words));
  return answers;
}

describe('files of old servers', () => {
  const kinds = { strings, lists, sets, sortedSets, hashes, timed, streams };
  test.each(Object.entries(kinds))('%s', (_, keys) =>
    compare(fileOf('REDIS0012', 0xfe, 0, keys), keys.length),
  );

  test('with other limits for small values', async () => {
    const limits = [
      'set-max-intset-entries',
      '20',
      'set-max-listpack-entries',
      '30',
      'hash-max-listpack-entries',
    ];
    limits.push(
      '3',
      'hash-max-listpack-value',
      '5',
      'zset-max-listpack-entries',
      '4',
      'list-max-listpack-size',
      '3',
    );
    const standard = ['set-max-intset-entries', '512', 'set-max-listpack-entries', '128'];
    standard.push('hash-max-listpack-entries', '512', 'hash-max-listpack-value', '64');
    standard.push('zset-max-listpack-entries', '128', 'list-max-listpack-size', '-2');
    const all = [lists, sets, sortedSets, hashes].flat();
    for (const connection of [ours, theirs]) await connection.call('CONFIG', 'SET', ...limits);
    await compare(
      fileOf('REDIS0012', 0xfe, 0, all, plain(2, 'set-words', texts(25)), plain(2, 'set-few', numbers(25))),
      all.length + 2,
    );
    for (const connection of [ours, theirs]) await connection.call('CONFIG', 'SET', ...standard);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])('version %d', async (version) => {
    const magic = `REDIS${String(version).padStart(4, '0')}`;
    const expiring = bytesOf([0xfd, little(2_000_000_000, 4)], keyOf(0, 'seconds', text('v')));
    const past = bytesOf([0xfd, little(1000, 4)], keyOf(0, 'past', text('v')));
    const keys = [...strings, plain(1, 'list', ['a']), plain(2, 'set', ['a']), expiring, past];
    if (version >= 2) keys.push(keyOf(9, 'hash-zipmap', text(zipmap(['f', 'v']))));
    if (version >= 3) keys.push(bytesOf([0xfc, little(far, 8)], keyOf(0, 'milliseconds', text('v'))));
    if (version >= 4) keys.push(keyOf(13, 'hash-ziplist', text(ziplist(['f', 'v']))));
    if (version >= 7) keys.push(keyOf(14, 'list-nodes', length(1), text(ziplist(['f', 'v']))));
    await compare(fileOf(magic, 0xfe, 0, keys), keys.length - 1);
  });

  test('what has no elements is left out', async () => {
    const empty = [
      plain(1, 'list', []),
      keyOf(10, 'list-10', text(ziplist([]))),
      keyOf(14, 'list-14', length(0)),
      keyOf(14, 'list-14-empty', length(1), text(ziplist([]))),
      keyOf(18, 'list-18', length(1), 2, text(listpack([]))),
      plain(2, 'set', []),
      keyOf(20, 'set-20', text(listpack([]))),
      keyOf(3, 'zset', length(0)),
      keyOf(12, 'zset-12', text(ziplist([]))),
      keyOf(17, 'zset-17', text(listpack([]))),
      plain(4, 'hash', []),
      keyOf(13, 'hash-13', text(ziplist([]))),
      keyOf(16, 'hash-16', text(listpack([]))),
    ];
    await compare(fileOf('REDIS0012', 0xfe, 0, empty, keyOf(0, 'key', text('value'))), 1);
  });

  test('what Redis cannot read, we cannot either', async () => {
    const unreadable = [
      keyOf(6, 'module', [0]),
      keyOf(7, 'module', [0x81, little(1n << 62n, 8)], [0]),
      keyOf(8, 'nothing', text('v')),
      bytesOf(0xf6, text('library')),
      keyOf(13, 'hash-half', text(ziplist(['a']))),
      keyOf(13, 'hash-cut', text(ziplist(['a', 'b']).subarray(0, 13))),
      keyOf(2, 'set-twice', length(2), text('a'), text('a')),
      keyOf(4, 'hash-twice', length(2), ['a', 'b', 'a', 'c'].map(text)),
      keyOf(3, 'zset-nan', length(1), text('a'), scoreText(Number.NaN)),
    ];
    for (const key of unreadable) {
      const file = fileOf('REDIS0012', 0xfe, 0, key);
      expect(await load(peers[0], ours, file)).toBeInstanceOf(ErrorReply);
    }
  });
});
