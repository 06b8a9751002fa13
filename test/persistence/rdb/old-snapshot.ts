/** A file with every form of values that other versions of servers write. */
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
} from './old-forms.ts';

const texts = (count: number): string[] => Array.from({ length: count }, (_, at) => `text-${at}`);

/** No entries; the last id was 9-0; no groups. */
const stream = bytesOf(0, 0, [9, 0], [0, 0], [9, 0], 9, 0);
const emptyGroup = bytesOf(text('group'), 5, 0, 5, 0, 1, text('consumer'), Array(16).fill(0), 0, 0);
const producers = bytesOf(length(200), 50, 1, text('p'), 2, text('a'), 4, 0, text('b'), 5, 0, 12, 3);

export function oldSnapshot(): Uint8Array {
  const pairs = texts(20);
  const members = texts(10).map((member, at) => ({ member, score: at / 4 - 1 }));
  return fileOf('REDIS0012', 0xfe, 0, [
    ...[keyOf(0, 'integer', integer(-300, 2)), keyOf(0, 'lzf', lzf('abc'.repeat(30)))],
    ...[keyOf(1, 'list', length(3), ['a', '1', ''].map(text)), keyOf(10, 'ziplist', text(ziplist(pairs)))],
    keyOf(14, 'quicklist', length(2), text(ziplist(['int8:5', 'a'])), lzf(latin1(ziplist(pairs)))),
    ...[keyOf(2, 'set', length(2), text('a'), text('7')), keyOf(11, 'intset', text(intset([1, 5, 700], 4)))],
    keyOf(
      3,
      'zset',
      length(10),
      members.map(({ member, score }) => bytesOf(text(member), scoreText(score))),
    ),
    keyOf(
      5,
      'zset-2',
      length(10),
      members.map(({ member, score }) => bytesOf(text(member), double(score))),
    ),
    keyOf(12, 'zset-ziplist', text(ziplist(members.flatMap(({ member, score }) => [member, String(score)])))),
    keyOf(4, 'hash', length(10), pairs.map(text)),
    ...[keyOf(9, 'zipmap', text(zipmap(pairs, 2))), keyOf(13, 'hash-ziplist', text(ziplist(pairs)))],
    keyOf(22, 'hash-22', length(2), [0, text('a'), text('1'), length(4e12), text('b'), text('2')]),
    keyOf(23, 'hash-23', text(listpack(['b', '2', 'int64:4000000000000', 'a', '1', 'int64:0']))),
    bytesOf(0xfd, little(2e9, 4), keyOf(0, 'seconds', text('value'))),
    keyOf(26, 'stream', stream, producers),
    keyOf(27, 'stream-27', stream.subarray(0, -1), [1], emptyGroup, producers),
    bytesOf(0xf8, length(100), keyOf(0, 'idle', text('value'))),
    bytesOf(0xf9, 5, keyOf(0, 'frequent', text('value'))),
  ]);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
