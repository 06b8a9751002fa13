/** Cold. The configuration file that CONFIG REWRITE replaces. */
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { ConfigFile } from '../server.ts';
import { getSystemErrorMessage } from './errors.ts';

/** The file at an absolute path: read, rewritten beside, made durable, and moved into place; or left as it was. */
export function configFileAt(path: string): ConfigFile {
  return {
    path,
    replace(rewrite) {
      const temporary = `${path}-${process.pid}.tmp`;
      try {
        const old = readIfThere(path);
        writeDurably(temporary, Buffer.from(rewrite(old.text), 'latin1'), old.mode);
        renameSync(temporary, path);
        syncDirectory(dirname(path));
        return undefined;
      } catch (error) {
        removeIfThere(temporary);
        return getSystemErrorMessage(error);
      }
    },
  };
}

function readIfThere(path: string): { text: string; mode: number } {
  try {
    return { text: readFileSync(path).toString('latin1'), mode: statSync(path).mode & 0o777 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { text: '', mode: 0o644 };
    throw error;
  }
}

function writeDurably(path: string, bytes: Uint8Array, mode: number): void {
  const file = openSync(path, 'w', mode);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never created.
  }
}
