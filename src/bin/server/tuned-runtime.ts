/**
 * Cold. Imported for what it does, before anything else: starts the standalone executable a second time, in the same process, with
 * options of the runtime that only the environment can give.
 */
import { programNamed } from './names.ts';

/**
 * The runtime's optimising compiler puts a function into its caller unless it is long (170 by default, in units of its own) or five
 * calls deep; but a command is many short functions, up to ten deep. With these limits, pipelined by 16, the processor time of HSET and
 * ZADD falls by an eighth, of LPUSH and a range of a sorted set by a fifteenth, of GET and SET by 3 %; compiling takes 0.1 s more, once,
 * beside the thread that serves. A depth of 10 or a length of 400 gains little more and costs two or three times that, as would no
 * limit on the sum of the lengths in one compilation (12,000 by default). Medians, Bun 1.4.5, 2 cores. The second start takes 10 ms.
 */
const OPTIONS: Readonly<Record<string, string>> = {
  BUN_JSC_maximumFunctionForCallInlineCandidateBytecodeCostForFTL: '250',
  BUN_JSC_maximumInliningDepth: '8',
  BUN_JSC_globalInliningPlanBudgetForFTL: '6000',
  // Garbage is collected when there is some, see server/system/garbage.ts.
  BUN_GC_TIMER_DISABLE: '1',
};

/** Where the modules of a standalone executable seem to be. */
const STANDALONE_ROOT = '/$bunfs/';

/** Not known to the types of the oldest Node that the library runs on. */
interface RestartingProcess {
  /** Puts another program into this process. Throws if the system refuses. */
  execve?(file: string, words: readonly string[], environment: NodeJS.ProcessEnv): never;
}

if (isStandaloneServer() && !isTuned()) restart(process);

function isStandaloneServer(): boolean {
  return process.argv[1]?.startsWith(STANDALONE_ROOT) === true && programNamed(process.argv0) === 'server';
}

/** Whether the options have been given, here or by whoever started the program. */
function isTuned(): boolean {
  return Object.keys(OPTIONS).every((name) => process.env[name] !== undefined);
}

/** Does not return, unless the system refuses: then the program goes on as it is. */
function restart({ execve, execPath, argv, argv0, env }: NodeJS.Process & RestartingProcess): void {
  const { emitWarning } = process;
  // A word on standard error about how new `execve` is would be taken for the server's.
  process.emitWarning = () => {};
  try {
    execve?.(execPath, [argv0, ...argv.slice(2)], { ...OPTIONS, ...env });
  } catch {
    process.emitWarning = emitWarning;
  }
}
