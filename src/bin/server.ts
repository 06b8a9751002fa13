#!/usr/bin/env bun
/** Cold. The server program: what it is asked to do. */
import './server/tuned-runtime.ts';
import { parseCommandLine } from '../server/config/command-line.ts';
import { testMemory } from './server/memory-test.ts';
import { programNamed } from './server/names.ts';
import { serve } from './server/serve.ts';
import { checkSystem } from './server/system-check.ts';
import { memoryTestUsage, usage, versionLine } from './server/texts.ts';

void run();

async function run(): Promise<void> {
  const program = programNamed(process.argv0);
  if (program !== 'server') process.exitCode = await runOther(program, process.argv0);
  else await main(process.argv.slice(2).map((word) => Buffer.from(word).toString('latin1')));
}

/** Loaded only then, so that the server starts as fast as without them. */
async function runOther(program: 'check-rdb' | 'check-aof', name: string): Promise<number> {
  if (program === 'check-rdb') return (await import('./check-rdb/run.ts')).runCheckRdb(name);
  return (await import('./check-aof/run.ts')).runCheckAof(name);
}

async function main(words: readonly string[]): Promise<void> {
  const invocation = parseCommandLine(words);
  switch (invocation.kind) {
    case 'version':
      process.stdout.write(`${versionLine()}\n`);
      return;
    case 'help':
      process.stderr.write(usage());
      process.exitCode = 1;
      return;
    case 'check-system':
      process.exitCode = checkSystem((text) => process.stdout.write(text)) ? 0 : 1;
      return;
    case 'test-memory':
      if (invocation.megabytes === undefined) {
        process.stderr.write(memoryTestUsage());
        process.exitCode = 1;
      } else {
        process.exitCode = testMemory(invocation.megabytes, (text) => process.stdout.write(text)) ? 0 : 1;
      }
      return;
    case 'serve':
      await serve(invocation);
  }
}
