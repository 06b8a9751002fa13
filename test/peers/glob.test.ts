/** Patterns, as real Redis matches them. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { globMatches } from '../../src/memory/glob.ts';
import type { Connection } from './connection.ts';
import { type Peer, startPeer } from './peer.ts';
import { decode, latin1 } from './reply.ts';

let redis: Peer;
let connection: Connection;

beforeAll(async () => {
  redis = await startPeer('redis8');
  connection = await redis.connect();
});
afterAll(() => redis.stop());

const bytesOf = (text: string) => Buffer.from(text, 'latin1');

/** The texts that the pattern matches, in order. */
function matching(pattern: string, texts: readonly string[], ignoreCase: boolean): string[] {
  const glob = bytesOf(pattern);
  return texts.filter((text) => globMatches(glob, bytesOf(text), 0, text.length, ignoreCase)).sort();
}

/** Asks a command that takes a pattern for every one of them; the sorted strings of each reply. */
async function ask(patterns: readonly string[], command: readonly string[]): Promise<string[][]> {
  const replies = await connection.pipeline(patterns.map((pattern) => [...command, bytesOf(pattern)]));
  return replies.map((reply) => (decode(reply, latin1) as string[]).slice());
}

describe('patterns', () => {
  test('KEYS matches the same keys', async () => {
    const byte = fc.constantFrom(
      'a',
      'b',
      'c',
      'B',
      '[',
      ']',
      '^',
      '-',
      '\\',
      '*',
      '?',
      '\0',
      '\x7f',
      '\x80',
      '\xff',
    );
    const short = fc.array(byte, { maxLength: 4 });
    const letters = fc.array(fc.constantFrom('a', 'b'), { maxLength: 12 });
    const keys = [
      ...new Set(fc.sample(fc.oneof(short, letters), { numRuns: 600, seed: 1 }).map((key) => key.join(''))),
    ];
    await connection.pipeline(keys.map((key) => ['SET', bytesOf(key), '1']));
    const token = fc.constantFrom(
      '*',
      '*',
      '?',
      '[',
      ']',
      '[^',
      '-',
      '\\',
      'a',
      'b',
      'B',
      '[ab]',
      '[a-c]',
      '[b-\xff]',
      '\x80',
      '\0',
    );
    const pattern = fc.array(token, { maxLength: 9 }).map((parts) => parts.join(''));
    // "*" alone is a case of its own for KEYS.
    const patterns = fc.sample(pattern, { numRuns: 3000, seed: 2 }).filter((text) => text !== '*');
    const replies = await ask(patterns, ['KEYS']);
    for (const [index, text] of patterns.entries())
      expect([text, matching(text, keys, false)]).toEqual([text, replies[index].sort()]);
  });

  test('CONFIG GET matches the same names without regard to case', async () => {
    const all = (await ask(['*'], ['CONFIG', 'GET']))[0];
    const names = all.filter((_, index) => index % 2 === 0);
    const token = fc.constantFrom(
      '*',
      '*',
      '?',
      'a',
      'E',
      'm',
      'S',
      '-',
      '[a-m]',
      '[N-Z]',
      '[^e]',
      '[\\A]',
      '[-]',
      'max',
      'LOG',
    );
    const pattern = fc.tuple(fc.array(token, { maxLength: 5 }), fc.array(token, { maxLength: 3 }));
    const patterns = fc
      .sample(pattern, { numRuns: 1000, seed: 3 })
      .map(([before, behind]) => [...before, '*', ...behind].join(''));
    const replies = await ask(patterns, ['CONFIG', 'GET']);
    for (const [index, text] of patterns.entries()) {
      const found = replies[index].filter((_, at) => at % 2 === 0).sort();
      expect([text, matching(text, names, true)]).toEqual([text, found]);
    }
  });

  test('more than a thousand stars match nothing', async () => {
    for (const stars of [1000, 1001]) {
      const key = 'a'.repeat(stars);
      await connection.call('SET', key, '1');
      const found = (await ask(['*a'.repeat(stars)], ['KEYS']))[0];
      expect(matching('*a'.repeat(stars), [key], false)).toEqual(found.filter((name) => name === key));
    }
  });
});
