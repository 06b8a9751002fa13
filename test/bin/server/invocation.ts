/** Runs of the server program that end by themselves, and waiting for those that do not. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cinnabarCommand, type Peer } from '../../peers/peer.ts';

export interface Ended {
  /** The exit code; null if a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs the program to its end, in a directory. */
export function invoke(
  words: readonly string[],
  options: { input?: string; dir?: string; environment?: Record<string, string> } = {},
): Ended {
  const [program, ...first] = cinnabarCommand();
  const result = spawnSync(program!, [...first, ...words], {
    cwd: options.dir ?? tmpdir(),
    input: options.input ?? '',
    env: { ...process.env, ...options.environment },
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { code: result.status, signal: result.signal, output: result.stdout, errors: result.stderr };
}

/** How a server ends that was told to, or is about to by itself. */
export function ending(peer: Peer): Promise<{ code: number | null; signal: string | null }> {
  const { process: child } = peer;
  if (child.exitCode !== null || child.signalCode !== null)
    return Promise.resolve({ code: child.exitCode, signal: child.signalCode });
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
}

/** Waits until something is so, looking again and again. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Runs `use` with a fresh directory, which is removed. */
export async function withDirectory<T>(use: (dir: string) => T | Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'cinnabar-test-bin-'));
  try {
    return await use(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
