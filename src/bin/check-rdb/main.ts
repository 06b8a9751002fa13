/** Cold. The program redis-check-rdb, as scripts know it. */
import { CINNABAR_VERSION, REDIS_VERSION } from '../../server/version.ts';
import { checkFile } from './check.ts';

/** The process as the program sees it. */
export interface Process {
  /** The program's name and its arguments. */
  readonly program: string;
  readonly args: readonly string[];
  readonly output: (text: string) => void;
  readonly errors: (text: string) => void;
  /** Milliseconds of the epoch. */
  readonly now: number;
}

/** Checks the file that the arguments name. Returns the exit code: 0 if it is sound, else 1. */
export function checkRdb({ program, args, output, errors, now }: Process): number {
  if (args.length !== 1) {
    errors(`Usage: ${program} <rdb-file-name>\n`);
    return 1;
  }
  if (args[0] === '-v' || args[0] === '--version') {
    const build = `build=cinnabar-${CINNABAR_VERSION}`;
    output(`redis-check-rdb v=${REDIS_VERSION} sha=00000000:0 malloc=arena bits=64 ${build}\n`);
    return 0;
  }
  try {
    return checkFile(args[0], { now, print: (line) => output(`${line}\n`) }) ? 0 : 1;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    errors(`Cannot open file ${args[0]}: ${(error as Error).message}\n`);
    return 1;
  }
}
