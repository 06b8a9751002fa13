/** The real directory: files that take the place of others. */
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemDataFiles } from '../../../src/server/system/data-files.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cinnabar-test-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Descriptors of this process for files of the folder, removed ones included. */
function openFiles(): string[] {
  const open: string[] = [];
  for (const descriptor of readdirSync('/proc/self/fd')) {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      if (path.startsWith(folder)) open.push(path);
    } catch {
      // The descriptor by which the list was read.
    }
  }
  return open;
}

test('a file takes the place of another, of which no descriptor stays', async () => {
  const files = systemDataFiles(() => folder);
  writeFileSync(join(folder, 'old'), 'old');
  writeFileSync(join(folder, 'new'), 'new');
  files.rename('new', 'old');
  expect(readFileSync(join(folder, 'old'), 'latin1')).toBe('new');
  expect(readdirSync(folder)).toEqual(['old']);
  while (openFiles().length > 0) await new Promise((resolve) => setImmediate(resolve));
});

test('a file takes a free name, and a failure is told', () => {
  const files = systemDataFiles(() => folder);
  writeFileSync(join(folder, 'new'), 'new');
  files.rename('new', 'name');
  expect(readFileSync(join(folder, 'name'), 'latin1')).toBe('new');
  expect(() => files.rename('missing', 'name')).toThrow('ENOENT');
});

test('a pipe is replaced without waiting for it', () => {
  const files = systemDataFiles(() => folder);
  execFileSync('mkfifo', [join(folder, 'name')]);
  writeFileSync(join(folder, 'new'), 'new');
  files.rename('new', 'name');
  expect(readFileSync(join(folder, 'name'), 'latin1')).toBe('new');
});
