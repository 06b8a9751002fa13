#!/usr/bin/env bun
/** Cold. The program that checks append-only files. */
import { runCheckAof } from './check-aof/run.ts';

process.exitCode = runCheckAof('cinnabar-check-aof');
