#!/usr/bin/env bun
/** Cold. The program that checks RDB files. */
import { runCheckRdb } from './check-rdb/run.ts';

process.exitCode = runCheckRdb('cinnabar-check-rdb');
