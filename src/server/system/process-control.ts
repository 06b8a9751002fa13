/** Cold. What a server may do to the process that it runs in. */
import { readdirSync, readFileSync } from 'node:fs';
import { bindLibrary, type Ffi } from './c-library.ts';
import { type Garbage, runtimesGarbage, systemGarbage } from './garbage.ts';
import { codeReleaser } from './program-code.ts';
import { freeThreads, type RuntimeThreads, runtimeThreads } from './runtime-threads.ts';

export type FatalSignal = 'SIGABRT' | 'SIGSEGV';
export const SIGNAL_NUMBERS: Readonly<Record<FatalSignal, number>> = { SIGABRT: 6, SIGSEGV: 11 };

export interface ProcessControl {
  /** Stops everything for so long. */
  sleep(milliseconds: number): void;
  /** Ends the process at once. */
  exit(code: number): void;
  /** Ends the process by a signal, past all handlers. */
  raise(signal: FatalSignal): void;
  readonly canRestart: boolean;
  /** Replaces the process by a fresh start of the same program; returns only if that failed. */
  restart(): void;
  /** What tools that list processes show. */
  setTitle(title: string): void;
  /** Gives back the memory of the program's code; what runs comes back by itself. */
  releaseCode(): void;
  readonly runtimeThreads: RuntimeThreads;
  readonly garbage: Garbage;
}

/** For an instance that is only a guest in its process (the library, tests, simulation). */
export const noControl: ProcessControl = {
  sleep: () => {},
  exit: () => {},
  raise: () => {},
  canRestart: false,
  restart: () => {},
  setTitle: () => {},
  releaseCode: () => {},
  runtimeThreads: freeThreads,
  garbage: runtimesGarbage,
};

/** Where the runtime gives no access to the C library. */
const plainControl: ProcessControl = {
  sleep: (milliseconds) => {
    // This waits for a change that never comes.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  },
  exit: (code) => process.exit(code),
  raise: (signal) => void process.kill(process.pid, signal),
  canRestart: false,
  restart: () => {},
  setTitle: (title) => {
    process.title = title;
  },
  releaseCode: () => {},
  runtimeThreads: freeThreads,
  garbage: runtimesGarbage,
};

const SIG_DFL = 0;
const PR_SET_NAME = 15;
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const DECLARATIONS = {
  signal: { args: ['i32', 'ptr'], returns: 'ptr' },
  raise: { args: ['i32'], returns: 'i32' },
  prctl: { args: ['i32', 'ptr'], returns: 'i32' },
  fcntl: { args: ['i32', 'i32', 'i32'], returns: 'i32' },
  execv: { args: ['ptr', 'ptr'], returns: 'i32' },
  madvise: { args: ['ptr', 'ptr', 'i32'], returns: 'i32' },
} as const;

/** Control over the own process; all of it under Bun on Linux, else what the runtime offers. */
export async function systemControl(): Promise<ProcessControl> {
  const library = await bindLibrary(DECLARATIONS);
  if (library === undefined) return plainControl;
  const { ffi, symbols } = library;
  return {
    ...plainControl,
    raise(signal) {
      symbols.signal(SIGNAL_NUMBERS[signal], SIG_DFL as never);
      symbols.raise(SIGNAL_NUMBERS[signal]);
    },
    canRestart: true,
    restart() {
      for (const name of readdirSync('/proc/self/fd'))
        if (Number(name) > 2) symbols.fcntl(Number(name), F_SETFD, FD_CLOEXEC);
      const words = ownCommand().map((word) => Buffer.from(`${word}\0`));
      const pointers = new BigUint64Array(words.length + 1);
      for (const [index, word] of words.entries()) pointers[index] = BigInt(ffi.ptr(word));
      symbols.execv(ffi.ptr(words[0]), ffi.ptr(pointers));
    },
    setTitle(title) {
      writeTitle(ffi, title);
      symbols.prctl(PR_SET_NAME, ffi.ptr(Buffer.from(`${title.replace(/ .*/, '')}\0`)));
    },
    releaseCode: codeReleaser(symbols.madvise),
    runtimeThreads: await runtimeThreads(),
    garbage: await systemGarbage(),
  };
}

/** The words by which this process was started. A standalone executable's second word is a path inside itself. */
function ownCommand(): string[] {
  const [, script, ...words] = process.argv;
  const own = script?.startsWith('/$bunfs/') === true ? [] : [...process.execArgv, script];
  return [process.execPath, ...own, ...words];
}

/** Writes over the words that the process was started with, which is what tools read; cuts what does not fit there. */
function writeTitle(ffi: Ffi, title: string): void {
  let status: string;
  try {
    status = readFileSync('/proc/self/stat', 'latin1');
  } catch {
    return; // All descriptors are in use: the old title stays.
  }
  // The second field is a name in parentheses, which may hold anything; arguments' start and end are fields 48 and 49.
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  const start = Number(fields[45]);
  const length = Number(fields[46]) - start;
  if (!(start > 0 && length > 1)) return;
  const words = new Uint8Array(ffi.toArrayBuffer(start as never, 0, length));
  words.fill(0);
  words.set(Buffer.from(title).subarray(0, length - 1));
}
