/** LCS, as real Redis answers it. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { commonLength, commonSubsequence, isWithinLimit } from '../../src/values/lcs.ts';
import type { Connection } from './connection.ts';
import { type Peer, startPeer } from './peer.ts';
import { decode, ErrorReply, latin1, type Reply } from './reply.ts';

let redis: Peer;
let connection: Connection;

beforeAll(async () => {
  redis = await startPeer('redis8');
  connection = await redis.connect();
});
afterAll(() => redis.stop());

function sample(numRuns: number, seed: number): [Buffer, Buffer][] {
  const letters = fc.array(fc.constantFrom(97, 98), { maxLength: 60 });
  const bytes = fc.array(fc.constantFrom(0, 97, 98, 99, 255), { maxLength: 90, size: 'max' });
  const one = fc.oneof(letters, bytes).map((codes) => Buffer.from(codes));
  return fc.sample(fc.tuple(one, one), { numRuns, seed });
}

describe('LCS', () => {
  test('the same subsequence and the same ranges', async () => {
    const pairs = sample(1500, 1);
    const replies = await connection.pipeline(
      pairs.flatMap(([a, b]) => [
        ['MSET', 'a', a, 'b', b],
        ['LCS', 'a', 'b'],
        ['LCS', 'a', 'b', 'LEN'],
        ['LCS', 'a', 'b', 'IDX', 'WITHMATCHLEN'],
        ['LCS', 'a', 'b', 'IDX', 'MINMATCHLEN', '3'],
      ]),
    );
    for (const [index, [a, b]] of pairs.entries()) {
      const answers = replies.slice(5 * index + 1, 5 * index + 5).map((reply) => decode(reply, latin1));
      const { bytes, ranges } = commonSubsequence(a, 0, a.length, b, 0, b.length);
      const places = ranges.map((range) => [
        [range.aStart, range.aEnd],
        [range.bStart, range.bEnd],
        range.length,
      ]);
      const long = places.filter((place) => (place[2] as number) >= 3).map((place) => place.slice(0, 2));
      expect<Reply[]>([
        latin1(Buffer.from(bytes)),
        commonLength(a, 0, a.length, b, 0, b.length),
        ['matches', places, 'len', bytes.length],
        ['matches', long, 'len', bytes.length],
      ]).toEqual(answers);
    }
  });

  test('the same limit', async () => {
    const limit = 1024 * 1024;
    await connection.call('CONFIG', 'SET', 'proto-max-bulk-len', limit);
    for (const [a, b] of [
      [511, 511],
      [511, 512],
      [512, 511],
      [1023, 255],
      [1024, 255],
      [262143, 0],
      [0, 262144],
      [131072, 1],
    ]) {
      await connection.call('MSET', 'a', 'x'.repeat(a), 'b', 'y'.repeat(b));
      const reply = await connection.call('LCS', 'a', 'b', 'LEN');
      expect([a, b, isWithinLimit(a, b, limit)]).toEqual([a, b, !(reply instanceof ErrorReply)]);
    }
  });
});
