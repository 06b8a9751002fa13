/** Cold. Connects the program that checks append-only files with its process. */
import { readSync } from 'node:fs';
import { systemDataFiles } from '../../server/system/data-files.ts';
import { checkAof } from './main.ts';

const ANSWER_BYTES = 256;
const STANDARD_INPUT = 0;

/** Runs the program under a name; returns the exit code. */
export function runCheckAof(program: string): number {
  return checkAof({
    program,
    // Names of files have one character a byte.
    args: process.argv.slice(2).map((word) => Buffer.from(word).toString('latin1')),
    output: (text) => process.stdout.write(Buffer.from(text, 'latin1')),
    answer,
    files: systemDataFiles(() => process.cwd()),
    now: Date.now(),
  });
}

function answer(): string {
  const bytes = new Uint8Array(ANSWER_BYTES);
  try {
    return Buffer.from(bytes.subarray(0, readSync(STANDARD_INPUT, bytes))).toString('latin1');
  } catch {
    return '';
  }
}
