/** Cold. What the parts of the program share. */
import type { DataFiles } from '../../persistence/files.ts';

export interface CheckOptions {
  readonly files: DataFiles;
  /** Milliseconds of the epoch. */
  readonly now: number;
  /** Takes lines of the report, without their ends. */
  readonly print: (line: string) => void;
  /** Takes text that is no whole line. */
  readonly output: (text: string) => void;
  /** What the user answers. */
  readonly answer: () => string;
  /** Whether a damaged end is cut off, if the user agrees. */
  readonly fixes: boolean;
  /** What came after this second of the epoch is cut off; 0 for nothing. */
  readonly timestamp: number;
  /** Lines read so far in all files, counted from 1. */
  lines: number;
}

/** The check has found what makes going on useless; the message says so. */
export class CheckStopped extends Error {}
