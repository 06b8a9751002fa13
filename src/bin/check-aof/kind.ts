/** Cold. What a file is, by its beginning. */
import type { DataFiles, ReadableFile } from '../../persistence/files.ts';
import { getSystemErrorMessage } from '../../server/system/errors.ts';
import { CheckStopped } from './report.ts';

/** A manifest's first line is no longer, but for comments. */
const BEGINNING_BYTES = 64 * 1024;

/** Whether a file is a manifest: its first line that is no comment begins with "file". Throws CheckStopped. */
export function isManifest(files: DataFiles, path: string): boolean {
  const file = open(files, path);
  try {
    const bytes = new Uint8Array(BEGINNING_BYTES);
    const text = Buffer.from(bytes.subarray(0, readFirst(file, path, bytes))).toString('latin1');
    return /^(?:#[^\n]*\n)*file/.test(text);
  } finally {
    file.close();
  }
}

/** Opens a file. Throws CheckStopped. */
export function open(files: DataFiles, path: string, consequence = ''): ReadableFile {
  let reason = 'No such file or directory';
  try {
    const file = files.open(path);
    if (file !== null) return file;
  } catch (error) {
    reason = getSystemErrorMessage(error);
  }
  throw new CheckStopped(`Cannot open file ${path}: ${reason}${consequence}`);
}

function readFirst(file: ReadableFile, path: string, bytes: Uint8Array): number {
  try {
    return file.read(bytes);
  } catch {
    throw new CheckStopped(`Cannot read file: ${path}`);
  }
}
