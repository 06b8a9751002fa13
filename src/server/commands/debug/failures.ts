/** Cold. DEBUG subcommands that stop the server, for a while or for good. */
import { NOT_AN_INTEGER } from '../../../commands/errors.ts';
import { parseInteger } from '../../../memory/integers.ts';
import type { ServerCall } from '../../server-call.ts';
import { ANY_NUMBER, type DebugSubcommand, leadingNumber } from './subcommand.ts';

const CANNOT_RESTART = 'ERR failed to restart the server. Check server logs.';
/** What a request for more memory than there is asks for. */
const IMPOSSIBLE_BYTES = 2n ** 63n - 1n;

/** Where the caller stands. */
function here(): string | undefined {
  return new Error('stack').stack;
}

function panic({ server }: ServerCall): void {
  const seconds = Math.floor(server.clock.milliseconds() / 1000);
  server.crash.panic(`DEBUG PANIC called at Unix time ${seconds}`, here());
}

function outOfMemory({ server }: ServerCall): void {
  server.log.warning(`Out Of Memory allocating ${IMPOSSIBLE_BYTES} bytes!`);
  server.crash.panic(`Redis aborting for OUT OF MEMORY. Allocating ${IMPOSSIBLE_BYTES} bytes!`, here());
}

/** DEBUG SLEEP seconds: nobody is served meanwhile. */
function sleep(call: ServerCall): void {
  const seconds = leadingNumber(call, 2);
  if (seconds > 0) call.server.control.sleep(seconds * 1000);
  call.reply.ok();
}

/** DEBUG RESTART [milliseconds]: ends in order, and starts again so much later. */
function restart(call: ServerCall): void {
  const { server, reply, client } = call;
  const delay = delayOf(call);
  if (delay === undefined) return;
  const { configFile, configuration, shutdown, control, log } = server;
  if (!control.canRestart) return reply.error(CANNOT_RESTART);
  const complaint = configFile?.replace((text) => configuration.rewrite(text, undefined));
  if (complaint !== undefined) {
    log.warning(`Rewriting the configuration failed: ${complaint}`);
    return reply.error(CANNOT_RESTART);
  }
  shutdown.restartDelay = delay;
  if (shutdown.begin({})) {
    client.stopped = true;
    return;
  }
  shutdown.restartDelay = undefined;
  reply.error(CANNOT_RESTART);
}

/** DEBUG CRASH-AND-RECOVER [milliseconds]: starts again without any order. */
function crashAndRecover(call: ServerCall): void {
  const delay = delayOf(call);
  if (delay === undefined) return;
  const { control } = call.server;
  if (control.canRestart) {
    control.sleep(delay);
    control.restart();
  }
  call.reply.error(CANNOT_RESTART);
}

/** Milliseconds; undefined after having replied with an error. */
function delayOf({ arguments: words, reply }: ServerCall): number | undefined {
  if (words.count < 3) return 0;
  const delay = parseInteger(words.bytes, words.start(2), words.end(2));
  if (Number.isSafeInteger(delay)) return Math.max(0, delay);
  reply.error(NOT_AN_INTEGER);
  return undefined;
}

export const failureSubcommands: readonly DebugSubcommand[] = [
  {
    name: 'assert',
    words: [2, ANY_NUMBER],
    help: ['Crash by a failed assertion.'],
    run: ({ server }) => server.crash.assertion('1 == 2', here()),
  },
  {
    name: 'crash-and-recover',
    words: [2, ANY_NUMBER],
    syntax: '[<milliseconds>]',
    help: ['Start again at once, or after a delay, without saving anything.'],
    run: crashAndRecover,
  },
  {
    name: 'oom',
    words: [2, ANY_NUMBER],
    help: ['Crash as if there were no memory left.'],
    run: outOfMemory,
  },
  { name: 'panic', words: [2, ANY_NUMBER], help: ['Crash by a panic.'], run: panic },
  {
    name: 'restart',
    words: [2, ANY_NUMBER],
    syntax: '[<milliseconds>]',
    help: ['Save configuration and data, and start again, at once or after a delay.'],
    run: restart,
  },
  {
    name: 'segfault',
    words: [2, ANY_NUMBER],
    help: ['Crash by the signal SIGSEGV.'],
    run: ({ server }) => server.crash.signal('SIGSEGV', here()),
  },
  {
    name: 'sleep',
    words: [3, 3],
    syntax: '<seconds>',
    help: ['Do nothing for so long; fractions are allowed.'],
    run: sleep,
  },
];
