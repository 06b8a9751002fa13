/** Cold. The data's files, in the working directory of the process. */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import type { DataFiles } from '../../persistence/files.ts';

const bytesOf = (name: string): Buffer => Buffer.from(name, 'latin1');

/** Names have one character a byte. */
export const systemDataFiles: DataFiles = {
  open(name) {
    const file = openIfThere(name);
    if (file === null) return null;
    return {
      sizeBytes: fstatSync(file).size,
      read: (target) => readSync(file, target, 0, target.length, null),
      close: () => closeSync(file),
    };
  },
  create(name) {
    const file = openSync(bytesOf(name), 'w', 0o644);
    return {
      write(bytes, length) {
        for (let at = 0; at < length; ) at += writeSync(file, bytes, at, length - at);
      },
      sync: () => fsyncSync(file),
      close: () => closeSync(file),
    };
  },
  rename: (from, to) => renameSync(bytesOf(from), bytesOf(to)),
  remove(name) {
    try {
      unlinkSync(bytesOf(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  },
  sync() {
    const directory = openSync('.', 'r');
    try {
      fsyncSync(directory);
    } finally {
      closeSync(directory);
    }
  },
};

function openIfThere(name: string): number | null {
  try {
    return openSync(bytesOf(name), 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
