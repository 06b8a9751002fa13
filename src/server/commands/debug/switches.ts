/** Cold. DEBUG subcommands that turn parts of the server on and off, or change what they go by. */
import { NOT_AN_INTEGER } from '../../../commands/errors.ts';
import { parseInteger } from '../../../memory/integers.ts';
import { parseMemory } from '../../config/kinds/number.ts';
import type { ServerCall } from '../../server-call.ts';
import { ANY_NUMBER, type DebugSubcommand, leadingFlag, refuseSubcommand } from './subcommand.ts';

const PACKED_THRESHOLD_LIMIT = 4n * 1024n ** 3n;

function setActiveExpire(call: ServerCall): void {
  call.server.background.expiry.enabled = leadingFlag(call, 2);
  call.reply.ok();
}

/** Lists keep longer elements outside their listpacks. */
function quicklistPackedThreshold(call: ServerCall): void {
  const bytes = parseMemory(call.arguments.text(2));
  if (bytes === undefined || bytes < 0n || bytes >= PACKED_THRESHOLD_LIMIT)
    return call.reply.error('ERR argument must be a memory value bigger than 1 and smaller than 4gb');
  call.keyspace.structures.lists.list.limits.packedThreshold = Number(bytes);
  call.reply.ok();
}

/** REPLYBUFFER PEAK-RESET-TIME NEVER|RESET|milliseconds, REPLYBUFFER RESIZING 0|1: replies have no buffers of their own here. */
function replyBuffer(call: ServerCall): void {
  const { arguments: words, reply } = call;
  if (words.is(2, 'peak-reset-time')) {
    const isNumber = Number.isSafeInteger(parseInteger(words.bytes, words.start(3), words.end(3)));
    if (!words.is(3, 'never') && !words.is(3, 'reset') && !isNumber) return reply.error(NOT_AN_INTEGER);
  } else if (!words.is(2, 'resizing')) {
    return refuseSubcommand(call);
  }
  reply.ok();
}

function changeReplicationId(call: ServerCall): void {
  const { server, reply } = call;
  server.log.notice('Changing replication IDs after receiving DEBUG change-repl-id');
  server.identity.renewReplicationId(server.keyspace.random);
  reply.ok();
}

/** CONFIG REWRITE, but with a line for every option. */
function rewriteAllOptions(call: ServerCall): void {
  const { configFile, configuration } = call.server;
  const failure =
    configFile === undefined
      ? 'Bad address'
      : configFile.replace((text) => configuration.rewrite(text, undefined, true));
  if (failure !== undefined) return call.reply.error(`ERR CONFIG-REWRITE-FORCE-ALL failed: ${failure}`);
  call.reply.ok();
}

/** For what other servers switch, and what this one has no need of. */
function accept(call: ServerCall): void {
  call.reply.ok();
}

export const switchSubcommands: readonly DebugSubcommand[] = [
  {
    name: 'aof-flush-sleep',
    words: [3, 3],
    syntax: '<microsec>',
    help: ['Accepted, without effect.'],
    run: accept,
  },
  {
    name: 'change-repl-id',
    words: [2, 2],
    help: ['Give the history of writes another name, so that replicas have to start anew.'],
    run: changeReplicationId,
  },
  {
    name: 'config-rewrite-force-all',
    words: [2, 2],
    help: ['Write the configuration file with all options, those with their default value too.'],
    run: rewriteAllOptions,
  },
  {
    name: 'dict-resizing',
    words: [3, 3],
    syntax: '<0|1>',
    help: ['Accepted, without effect: hash tables grow and shrink piece by piece.'],
    run: accept,
  },
  {
    name: 'drop-cluster-packet-filter',
    words: [3, 3],
    syntax: '<packet-type>',
    help: ['Accepted, without effect.'],
    run: accept,
  },
  { name: 'leak', words: [3, 3], syntax: '<string>', help: ['Accepted, without effect.'], run: accept },
  {
    name: 'mark-internal-client',
    words: [2, 3],
    syntax: '[UNMARK]',
    help: ['Accepted, without effect.'],
    run: accept,
  },
  {
    name: 'pause-cron',
    words: [3, 3],
    syntax: '<0|1>',
    help: ['Stop what happens at regular times, or let it go on.'],
    run(call) {
      call.server.cron.paused = leadingFlag(call, 2);
      call.reply.ok();
    },
  },
  {
    name: 'quicklist-packed-threshold',
    words: [3, 3],
    syntax: '<size>',
    help: ['From which size on elements of lists are kept on their own, below 4gb; 0 for the default.'],
    run: quicklistPackedThreshold,
  },
  {
    name: 'replybuffer',
    words: [4, 4],
    syntax: '<PEAK-RESET-TIME <NEVER|RESET|time>|RESIZING <0|1>>',
    help: ['Accepted, without effect.'],
    run: replyBuffer,
  },
  {
    name: 'replicate',
    words: [3, ANY_NUMBER],
    syntax: '<command> [<arg> ...]',
    help: ['Send a command to replicas, of which there are none yet.'],
    run: accept,
  },
  {
    name: 'set-active-expire',
    words: [3, 3],
    syntax: '<0|1>',
    help: ['Whether expired keys are looked for that nobody asks for.'],
    run: setActiveExpire,
  },
  {
    name: 'set-disable-deny-scripts',
    words: [3, 3],
    syntax: '<0|1>',
    help: ['Accepted, without effect.'],
    run: accept,
  },
  {
    name: 'set-skip-checksum-validation',
    words: [3, 3],
    syntax: '<0|1>',
    help: ['Whether checksums of RDB files and of payloads for RESTORE go unchecked.'],
    run(call) {
      call.server.loading.verifiesChecksums = !leadingFlag(call, 2);
      call.reply.ok();
    },
  },
];
