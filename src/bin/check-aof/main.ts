/** Cold. The program redis-check-aof, as scripts know it. */
import type { DataFiles } from '../../persistence/files.ts';
import { getSystemErrorMessage } from '../../server/system/errors.ts';
import { CINNABAR_VERSION, REDIS_VERSION } from '../../server/version.ts';
import { FileCheck } from './file-check.ts';
import { isManifest } from './kind.ts';
import { checkAll } from './multi-part.ts';
import { type CheckOptions, CheckStopped } from './report.ts';

/** The process as the program sees it. */
export interface Process {
  /** The program's name and its arguments. */
  readonly program: string;
  readonly args: readonly string[];
  readonly output: (text: string) => void;
  /** What the user answers, the line without its end; empty at the end of the input. */
  readonly answer: () => string;
  readonly files: DataFiles;
  /** Milliseconds of the epoch. */
  readonly now: number;
}

/** Checks what the arguments name. Returns the exit code: 0 if it is sound, or has become so, else 1. */
export function checkAof(surroundings: Process): number {
  const { args, output } = surroundings;
  if (args[0] === '-v' || args[0] === '--version') {
    const build = `build=cinnabar-${CINNABAR_VERSION}`;
    output(`redis-check-aof v=${REDIS_VERSION} sha=00000000:0 malloc=arena bits=64 ${build}\n`);
    return 0;
  }
  const request = parseArguments(args);
  if (request === undefined) {
    const options = '[--fix|--truncate-to-timestamp $timestamp]';
    output(`Usage: ${surroundings.program} ${options} <file.manifest|file.aof>\n`);
    return 1;
  }
  const { path, fixes, timestamp } = request;
  try {
    if (Number.isNaN(timestamp)) throw new CheckStopped('Invalid timestamp, aborting...');
    const print = (line: string): void => output(`${line}\n`);
    const { files, now, answer } = surroundings;
    check(path, { files, now, print, output, answer, fixes, timestamp, lines: 1 });
    return 0;
  } catch (error) {
    if (error instanceof CheckStopped) output(`${error.message}\n`);
    else if ((error as NodeJS.ErrnoException).code !== undefined)
      output(`Cannot read file ${path}: ${getSystemErrorMessage(error)}\n`);
    else throw error;
    return 1;
  }
}

function check(path: string, options: CheckOptions): void {
  if (isManifest(options.files, path)) {
    options.print('Start checking Multi Part AOF');
    checkAll(path, options);
  } else {
    options.print('Start checking Old-Style AOF');
    const outcome = new FileCheck({ path, name: path, isLast: true, mayHaveSnapshot: true }, options).run();
    if (outcome === 'empty') options.print(`AOF ${path} is empty`);
    if (outcome === 'valid') options.print(`AOF ${path} is valid`);
  }
}

interface Request {
  readonly path: string;
  readonly fixes: boolean;
  /** Seconds of the epoch, 0 for none, NaN for something else. */
  readonly timestamp: number;
}

function parseArguments(args: readonly string[]): Request | undefined {
  const plain = { fixes: false, timestamp: 0 };
  if (args.length === 1) return { ...plain, path: args[0] };
  if (args.length === 2 && args[0] === '--fix') return { ...plain, path: args[1], fixes: true };
  if (args.length !== 3 || args[0] !== '--truncate-to-timestamp') return undefined;
  const timestamp = /^\s*[+-]?\d+$/.test(args[1]) ? Number(args[1]) : Number.NaN;
  return { ...plain, path: args[2], timestamp };
}
