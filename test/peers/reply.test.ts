import { describe, expect, test } from 'bun:test';
import { decode, ErrorReply, latin1, MalformedReply, replyEnd } from './reply.ts';

const replies: readonly (readonly [string, unknown])[] = [
  ['+OK\r\n', 'OK'],
  ['-ERR no\r\n', new ErrorReply('ERR no')],
  [':42\r\n', 42],
  [':-9223372036854775808\r\n', -9223372036854775808n],
  ['$3\r\na\r\n\r\n'.slice(0, 9), 'a\r\n'],
  ['$0\r\n\r\n', ''],
  ['$-1\r\n', null],
  ['*-1\r\n', null],
  ['*0\r\n', []],
  ['*2\r\n*1\r\n:1\r\n$1\r\nx\r\n', [[1], 'x']],
  ['_\r\n', null],
  ['#t\r\n', true],
  [',-inf\r\n', Number.NEGATIVE_INFINITY],
  [',1.5\r\n', 1.5],
  ['(123456789012345678901\r\n', 123456789012345678901n],
  ['!5\r\nERR x\r\n', new ErrorReply('ERR x')],
  ['=5\r\ntxt:a\r\n', 'a'],
  ['%1\r\n+a\r\n*1\r\n:2\r\n', new Map([['a', [2]]])],
  ['~2\r\n:1\r\n:2\r\n', new Set([1, 2])],
  ['>1\r\n+p\r\n', ['p']],
  ['|1\r\n+ttl\r\n:3\r\n$1\r\nv\r\n', 'v'],
];

describe('replies', () => {
  test.each(replies)('%j is decoded', (text, meaning) => {
    expect(decode(Buffer.from(text))).toEqual(meaning as never);
  });

  test('a stream is split at the same places wherever it is cut', () => {
    const stream = Buffer.from(replies.map(([text]) => text).join(''));
    let start = 0;
    for (const [text] of replies) {
      for (let cut = start; cut < start + text.length; cut++) {
        const needed = -replyEnd(stream.subarray(0, cut), start);
        expect(needed).toBeGreaterThan(cut);
        expect(needed).toBeLessThanOrEqual(start + text.length);
      }
      expect(replyEnd(stream, start)).toBe(start + text.length);
      start += text.length;
    }
  });

  test('bytes survive as latin1', () => {
    const reply = Buffer.from([0x24, 0x32, 13, 10, 0xff, 0x00, 13, 10]);
    expect(decode(reply, latin1)).toBe('\xff\x00');
  });

  test('what is no reply is refused', () => {
    expect(() => replyEnd(Buffer.from('hello\r\n'), 0)).toThrow(MalformedReply);
    expect(() => replyEnd(Buffer.from('$x\r\n'), 0)).toThrow(MalformedReply);
  });
});
