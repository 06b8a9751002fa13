import { describe, expect, test } from 'bun:test';
import { SlowLog } from '../../src/server/slow-log.ts';

const entry = (words: readonly string[]) => ({
  time: 1,
  microseconds: 2,
  words: words.map((word) => new Uint8Array(Buffer.from(word))),
  address: '127.0.0.1:1',
  clientName: '',
});

function kept(log: SlowLog): string[][] {
  return log.entries.map(({ words }) => words.map((word) => Buffer.from(word).toString()));
}

describe('the slow log', () => {
  test('keeps 32 words of 128 bytes', () => {
    const log = new SlowLog();
    const words = (count: number): string[] => Array.from({ length: count }, (_, index) => `w${index}`);
    log.add(entry(words(32)));
    log.add(entry(words(33)));
    log.add(entry(['a'.repeat(128), 'b'.repeat(129)]));
    const [long, more, all] = kept(log);
    expect(all).toEqual(words(32));
    expect(more).toEqual([...words(31), '... (2 more arguments)']);
    expect(long).toEqual(['a'.repeat(128), `${'b'.repeat(128)}... (1 more bytes)`]);
  });

  test('numbers entries on, newest first, as many as are wanted', () => {
    const log = new SlowLog();
    log.lengthMax = 2;
    for (const word of ['a', 'b', 'c']) log.add(entry([word]));
    expect(log.entries.map(({ id }) => id)).toEqual([2, 1]);
    log.clear();
    log.add(entry(['d']));
    expect(log.entries.map(({ id }) => id)).toEqual([3]);
    log.lengthMax = 0;
    log.add(entry(['e']));
    expect(log.entries).toEqual([]);
  });
});
