#!/usr/bin/env node
import { main } from './cli/main.ts';

process.stdout.on('error', () => process.exit(1));
void run();

async function run(): Promise<void> {
  process.exitCode = await main({
    args: process.argv.slice(2),
    environment: process.env,
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
  });
  process.stdin.unref?.();
}
