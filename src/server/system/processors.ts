/** Cold. The processors that the server may run on (server-cpulist). */
import { readdirSync } from 'node:fs';
import { bindLibrary } from './c-library.ts';

/** Processors that a set has room for: one bit each. */
const PROCESSORS_MAX = 1024;

/** Reads "0,2,4-7" or "0-15:2", where the last number is a step, as a set of bits; undefined if it is none. */
export function parseProcessors(text: string): Uint8Array | undefined {
  const set = new Uint8Array(PROCESSORS_MAX / 8);
  for (const part of text.split(',')) {
    const match = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(part.trim());
    if (match === null) return undefined;
    const first = Number(match[1]);
    const last = Number(match[2] ?? first);
    const step = Number(match[3] ?? 1);
    if (last < first || last >= PROCESSORS_MAX || step === 0) return undefined;
    for (let processor = first; processor <= last; processor += step)
      set[processor >> 3]! |= 1 << (processor & 7);
  }
  return set;
}

/** Keeps all threads of the process, and those that they will start, on these processors. Returns why that failed, or undefined. */
export async function confineTo(text: string): Promise<string | undefined> {
  const set = parseProcessors(text);
  if (set === undefined) return 'that is no list of processors';
  const library = await bindLibrary({ sched_setaffinity: { args: ['i32', 'u64', 'ptr'], returns: 'i32' } });
  if (library === undefined) return 'this is possible under Bun on Linux only';
  const { ffi, symbols } = library;
  const address = ffi.ptr(set);
  let refused = false;
  for (const thread of readdirSync('/proc/self/task'))
    if (symbols.sched_setaffinity(Number(thread), set.length as never, address) !== 0) refused = true;
  return refused ? 'the system refuses' : undefined;
}
