import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { ReplyDecoder } from '../../../src/protocol/client/decoder.ts';
import { encodeRequest, encodeRequests } from '../../../src/protocol/client/encoder.ts';
import { bytesOf, joined } from './reply-stream.ts';

test('a command is an array of bulk strings', () => {
  expect(encodeRequest(['SET', 'ké', 1, -5n, Uint8Array.of(0, 255)])).toEqual(
    bytesOf('*5\r\n$3\r\nSET\r\n$3\r\nk\xc3\xa9\r\n$1\r\n1\r\n$2\r\n-5\r\n$2\r\n\x00\xff\r\n'),
  );
});

test('a pipeline is its commands in a row', () => {
  expect(encodeRequests([['PING'], ['GET', 'a']])).toEqual(
    joined([encodeRequest(['PING']), encodeRequest(['GET', 'a'])]),
  );
  expect(encodeRequests([])).toEqual(new Uint8Array());
});

test('arguments arrive as they are', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 6 }), (args) => {
      const decoder = new ReplyDecoder();
      decoder.feed(encodeRequest(args));
      expect(decoder.next()).toEqual({
        kind: 'array',
        elements: args.map((bytes) => ({ kind: 'string', bytes })),
      });
    }),
    { numRuns: 200, seed: 3 },
  );
});
