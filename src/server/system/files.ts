/** Cold. The file system, for configuration and logs. */
import { appendFileSync, readdirSync, readFileSync, realpathSync, statSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigurationFiles } from '../config/files.ts';
import { Rejection } from '../config/rejection.ts';
import type { LogSink } from '../log.ts';
import { getSystemErrorMessage } from './errors.ts';

const STANDARD_INPUT = 0;
const STANDARD_OUTPUT = 1;

/** Files as the configuration sees them, relative to where the process started. Names and texts have one character a byte. */
export function systemFiles(): ConfigurationFiles {
  const workingDirectory = Buffer.from(process.cwd()).toString('latin1');
  const locate = (path: string, from: string): Buffer => Buffer.from(resolve(from, path), 'latin1');
  return {
    workingDirectory,
    directory(path, from) {
      try {
        const found = realpathSync(locate(path, from));
        if (!statSync(found).isDirectory()) return new Rejection('Not a directory');
        readdirSync(found);
        return found;
      } catch (error) {
        return new Rejection(getSystemErrorMessage(error));
      }
    },
    read(path, from) {
      try {
        return readFileSync(locate(path, from)).toString('latin1');
      } catch (error) {
        return new Rejection(getSystemErrorMessage(error));
      }
    },
    list(path, from) {
      try {
        return readdirSync(locate(path, from));
      } catch {
        return []; // A directory that cannot be read has nothing that a pattern could find.
      }
    },
    readStandardInput: () => readFileSync(STANDARD_INPUT).toString('latin1'),
  };
}

/** Appends to a file, opened anew for every line so that it can be rotated; to standard output if the path is empty. */
export function logSink(path: string): LogSink {
  if (path === '') return (text) => writeAll(Buffer.from(text));
  return (text) => {
    try {
      appendFileSync(path, text);
    } catch {
      // A line is lost while the disk is full or all descriptors are in use; the server goes on.
    }
  };
}

/** Standard output may be a pipe that is full for a moment, or that nobody reads any more. */
function writeAll(bytes: Buffer): void {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(STANDARD_OUTPUT, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') continue;
      return; // Nobody is left to tell: EPIPE.
    }
  }
}
