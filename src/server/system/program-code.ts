/** Cold. The memory that holds the program's own code. */
import { readFileSync } from 'node:fs';

const MADV_DONTNEED = 4;

/** Memory [start, end). */
export interface MemoryRange {
  readonly start: number;
  readonly end: number;
}

/**
 * A function that takes the executable's code out of the process's memory. Code that runs comes back by itself from the
 * system's cache of the file, 64 KiB at a time and in about a microsecond; what only the start needed, and compiling,
 * stays away.
 */
export function codeReleaser(madvise: (start: never, bytes: never, advice: number) => unknown): () => void {
  const ranges = codeOf(process.execPath, readFileSync('/proc/self/maps', 'latin1'));
  return () => {
    for (const { start, end } of ranges) madvise(start as never, (end - start) as never, MADV_DONTNEED);
  };
}

/** Where a file's code is, by the lines of /proc/PID/maps: "start-end r-xp offset device inode path". */
export function codeOf(path: string, maps: string): MemoryRange[] {
  const ranges: MemoryRange[] = [];
  for (const line of maps.split('\n')) {
    const match = /^([0-9a-f]+)-([0-9a-f]+) r-xp \S+ \S+ \S+ +(.*)$/.exec(line);
    if (match?.[3] === path)
      ranges.push({ start: Number.parseInt(match[1], 16), end: Number.parseInt(match[2], 16) });
  }
  return ranges;
}
