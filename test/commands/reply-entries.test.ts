import { expect, test } from 'bun:test';
import { replyEntries } from '../../src/commands/reply-entries.ts';
import { Arena, SEGMENT_MASK, SEGMENT_SHIFT } from '../../src/memory/arena.ts';
import { appendEntry, createListpack, firstEntry } from '../../src/memory/listpack.ts';
import { Reply } from '../../src/protocol/reply.ts';
import { Output } from '../../src/transport/output.ts';

const lengths = [0, 1, 3, 9, 10, 40, 41, 63, 64, 99, 100, 999, 1000, 4095, 4096, 5000];
const integers = [0, 127, 128, -1, -4096, 4095, 32767, -32768, 8388607, -8388608, 2147483647, -2147483648];
const texts = [
  ...integers.map(String),
  '9223372036854775807',
  '-9223372036854775808',
  ...lengths.map((length) => 'text-'.repeat(1000).slice(0, length)),
];

function replied(most: number): { count: number; text: string } {
  const arena = new Arena();
  let listpack = createListpack(arena, 16);
  for (const text of texts) {
    const bytes = Buffer.from(text);
    listpack = appendEntry(arena, listpack, bytes, 0, bytes.length);
  }
  // So small that it has to grow on the way.
  const reply = new Reply(new Output(8));
  const start = ((listpack & SEGMENT_MASK) << 3) + firstEntry(arena, listpack);
  const count = replyEntries(reply, arena.bytes[listpack >>> SEGMENT_SHIFT]!, start, most);
  const { bytes, length } = reply.output;
  return { count, text: Buffer.from(bytes.subarray(0, length)).toString() };
}

const expected = (some: readonly string[]): string =>
  some.map((text) => `$${text.length}\r\n${text}\r\n`).join('');

test('entries of all kinds are replied as bulk strings', () => {
  expect(replied(1000)).toEqual({ count: texts.length, text: expected(texts) });
});

test('no more entries are replied than wanted', () => {
  for (const most of [0, 1, 13, 20])
    expect(replied(most)).toEqual({ count: most, text: expected(texts.slice(0, most)) });
});
