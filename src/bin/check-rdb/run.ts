/** Cold. Connects the program that checks RDB files with its process. */
import { checkRdb } from './main.ts';

/** Runs the program under a name; returns the exit code. */
export function runCheckRdb(program: string): number {
  return checkRdb({
    program,
    args: process.argv.slice(2),
    output: (text) => process.stdout.write(text),
    errors: (text) => process.stderr.write(text),
    now: Date.now(),
  });
}
