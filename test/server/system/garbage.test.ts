/** When garbage is collected. */
import { expect, test } from 'bun:test';
import { CountedGarbage } from '../../../src/server/system/garbage.ts';

const MEGABYTE = 1024 * 1024;

function stage(): { garbage: CountedGarbage; heap: { bytes: number }; collected: string[] } {
  const heap = { bytes: 40 * MEGABYTE };
  const collected: string[] = [];
  const garbage = new CountedGarbage({
    bytes: () => heap.bytes,
    collectYoung: () => void collected.push('young'),
    collectAll() {
      collected.push('all');
      heap.bytes = 40 * MEGABYTE;
    },
  });
  garbage.check(0);
  return { garbage, heap, collected };
}

test('nothing happens while little is allocated', () => {
  const { garbage, heap, collected } = stage();
  for (let i = 0; i < 15; i++) {
    heap.bytes += MEGABYTE;
    garbage.check(0);
  }
  expect(collected).toEqual([]);
});

test('what is new goes after 16 MB, counted from the least that the heap has been', () => {
  const { garbage, heap, collected } = stage();
  heap.bytes += 10 * MEGABYTE;
  garbage.check(0);
  heap.bytes = 20 * MEGABYTE;
  garbage.check(0);
  heap.bytes += 15 * MEGABYTE;
  garbage.check(0);
  expect(collected).toEqual([]);
  heap.bytes += MEGABYTE;
  garbage.check(0);
  garbage.check(0);
  expect(collected).toEqual(['young']);
});

test('everything goes when what stays has become 64 MB more', () => {
  const { garbage, heap, collected } = stage();
  for (let i = 0; i < 64; i++) {
    heap.bytes += MEGABYTE;
    garbage.check(0);
  }
  expect(collected).toEqual(['young', 'young', 'young', 'all']);
  garbage.check(0);
  expect(collected.length).toBe(4);
});

test('bytes that are in use do not count', () => {
  const { garbage, heap, collected } = stage();
  heap.bytes += 1024 * MEGABYTE;
  garbage.check(1024 * MEGABYTE);
  heap.bytes += 16 * MEGABYTE;
  garbage.check(1024 * MEGABYTE);
  expect(collected).toEqual(['young']);
});
