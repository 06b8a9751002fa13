/** Reading ahead finds its way in tables of every size, and changes nothing. */
import { expect, test } from 'bun:test';
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from '../../src/memory/arena.ts';
import { PLACES } from '../../src/memory/bucket.ts';
import { warmScan } from '../../src/memory/warm.ts';
import { newKeyspace, put, written } from '../keyspace/instance.ts';

const SIZES = [0, 1, 50, 3000];
const BUCKETS = 8;

/** Takes blocks and writes what is no reference into all of them. */
function fill(arena: Arena, bytes: number): void {
  for (let number = 0; number < 200; number++) {
    const block = arena.allocate(bytes);
    const at = (block & SEGMENT_MASK) << 1;
    arena.words[block >>> SEGMENT_SHIFT].fill(-1, at, at + (bytes >>> 2));
  }
}

test('wherever a scan is, in tables that have grown and in those that have been emptied', () => {
  for (const size of SIZES) {
    const { arena, databases } = newKeyspace();
    const [database] = databases;
    const look = (): void => {
      for (let cursor = 0; cursor < PLACES; cursor += PLACES / 256) warmScan(database.keys, cursor, BUCKETS);
    };
    for (let number = 0; number < size; number++) put(database, `key${number}`, 'value');
    look();
    database.keys.verify();
    expect(database.keys.count).toBe(size);
    for (let number = 0; number < size; number++) database.removeFound(written(database, `key${number}`));
    // What the tables have left behind is used for something else.
    for (let bytes = 8; bytes <= 128; bytes += 8) fill(arena, bytes);
    look();
    expect(database.keys.count).toBe(0);
  }
});
