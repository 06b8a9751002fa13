import { expect, test } from 'bun:test';
import { Arena } from '../../../src/memory/arena.ts';
import { systemSegments } from '../../../src/server/system/linux-segments.ts';
import { systemProcess } from '../../../src/server/system/process.ts';

test('memory that was freed goes back to the system', async () => {
  const bytes = 64 * 1024 * 1024;
  const arena = new Arena({ source: await systemSegments() });
  const block = arena.allocate(bytes);
  const start = block << 3;
  arena.bytes[0].fill(1, start, start + bytes);
  const full = systemProcess.residentBytes();
  arena.free(block);
  expect(arena.pages.discardFree()).toBeGreaterThanOrEqual(bytes);
  expect(full - systemProcess.residentBytes()).toBeGreaterThan(bytes * 0.9);
  const again = arena.allocate(bytes);
  expect(arena.bytes[0][(again << 3) + bytes - 1]).toBe(0);
  arena.verify();
});
