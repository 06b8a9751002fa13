/** Runs redis-cli, and Cinnabar's CLI in this process or as one of its own, with the same arguments. */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { main } from '../../../src/bin/cli/main.ts';
import { bunProgram, peerProgram } from '../../peers/peer.ts';

export interface RunOptions {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Output as one character a byte. */
export interface RunResult {
  readonly output: string;
  readonly errors: string;
  readonly exitCode: number | null;
}

/** No files of whoever runs the tests. */
const quietEnvironment = {
  HOME: tmpdir(),
  PATH: process.env['PATH'] ?? '',
  CINNABAR_CLI_RCFILE: '/nonexistent',
  CINNABAR_CLI_HISTFILE: '/dev/null',
  REDISCLI_RCFILE: '/nonexistent',
  REDISCLI_HISTFILE: '/dev/null',
};

const cliSource = fileURLToPath(new URL('../../../src/bin/cli.ts', import.meta.url));

export function runRedisCli(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return runProgram(peerProgram('redis8', 'cli'), args, options);
}

export function runCliProcess(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return runProgram(bunProgram(), [cliSource, ...args], options);
}

/** The whole program but for its two lines of start. */
export async function runCli(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const output = new Collector();
  const errors = new Collector();
  const exitCode = await main({
    args,
    environment: { ...quietEnvironment, ...options.environment },
    input: Readable.from(options.input ? [Buffer.from(options.input, 'latin1')] : []),
    output,
    errors,
  });
  return { output: output.text, errors: errors.text, exitCode };
}

class Collector {
  readonly #chunks: Uint8Array[] = [];

  write(bytes: Uint8Array): void {
    this.#chunks.push(bytes.slice());
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('latin1');
  }
}

export function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const child = spawn(program, args, { env: { ...quietEnvironment, ...options.environment } });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  // A program that does not read its input may be gone before it was written.
  child.stdin.on('error', () => {});
  child.stdin.end(Buffer.from(options.input ?? '', 'latin1'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => {
      resolve({
        output: Buffer.concat(output).toString('latin1'),
        errors: Buffer.concat(errors).toString('latin1'),
        exitCode,
      });
    });
  });
}
