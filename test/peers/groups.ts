/** Groups of commands that are generated together, each with the servers' options that it needs. */
import { bitmapMakers } from './generators/bitmaps.ts';
import { connectionMakers, quietBlock } from './generators/connection.ts';
import { expiryMakers } from './generators/expiry.ts';
import { geoMakers } from './generators/geo.ts';
import { hashArguments, hashMakers } from './generators/hashes.ts';
import { hyperLogLogMakers } from './generators/hyperloglog.ts';
import { keyMakers, otherTypeMakers } from './generators/keys.ts';
import { growingCommands, listLimits, listMakers, listParameters } from './generators/lists.ts';
import { protocolChunks } from './generators/protocol.ts';
import type { Random } from './generators/random.ts';
import { changedParameters, serverMakers } from './generators/server.ts';
import { setArguments, setMakers } from './generators/sets.ts';
import { lexCommands, sortedSetArguments, sortedSetMakers } from './generators/sorted-sets.ts';
import { sortingMakers } from './generators/sorting.ts';
import { streamArguments, streamMakers } from './generators/streams.ts';
import { stringMakers } from './generators/strings.ts';
import { type Command, type Maker, mutated } from './generators/words.ts';
import type { Step } from './target.ts';

export interface Group {
  /** Options that both servers are started with. */
  readonly args: readonly string[];
  /** The password that `args` set, so that servers can be reset. */
  readonly password?: string;
  /**
   * Whether commands are sent many at a time. Not where AUTH can fail: Redis 8.0 leaves a wrong AUTH unanswered while
   * replies to what was sent with it wait to be sent.
   */
  readonly pipelined: boolean;
  /** Parameters that its commands change and that have to be put back. */
  readonly parameters: readonly string[];
  /** The steps of one sequence. `otherTypes` says whether servers have keys that are no strings. */
  sequence(random: Random, otherTypes: boolean): Step[];
}

const plain = { args: [], parameters: [], pipelined: true };

export const groups: Readonly<Record<string, Group>> = {
  strings: { ...plain, sequence: (random, otherTypes) => typedCommands(random, stringMakers, otherTypes) },
  bitmaps: { ...plain, sequence: (random, otherTypes) => typedCommands(random, bitmapMakers, otherTypes) },
  hyperloglog: {
    ...plain,
    sequence: (random, otherTypes) => typedCommands(random, hyperLogLogMakers, otherTypes),
  },
  hashes: {
    ...plain,
    args: hashArguments,
    sequence: (random, otherTypes) => typedCommands(random, hashMakers, otherTypes),
  },
  lists: {
    ...plain,
    parameters: listParameters,
    sequence: (random, otherTypes) => [
      { words: listLimits(random) },
      ...typedCommands(random, listMakers, otherTypes, growingCommands(random)),
    ],
  },
  sets: {
    ...plain,
    args: setArguments,
    sequence: (random, otherTypes) => typedCommands(random, setMakers, otherTypes),
  },
  geo: { ...plain, sequence: (random) => commands(random, geoMakers) },
  'sorted-sets': {
    ...plain,
    args: sortedSetArguments,
    sequence: (random) => commands(random, sortedSetMakers, lexCommands(random)),
  },
  streams: {
    ...plain,
    args: [...streamArguments, '--enable-debug-command', 'yes'],
    sequence: (random, otherTypes) => typedCommands(random, streamMakers, otherTypes),
  },
  keys: { ...plain, sequence: (random, otherTypes) => typedCommands(random, keyMakers, otherTypes) },
  sorting: { ...plain, sequence: (random) => commands(random, sortingMakers) },
  expiry: { ...plain, sequence: (random) => commands(random, expiryMakers) },
  connection: { ...plain, pipelined: false, sequence: connectionSteps },
  authentication: {
    args: ['--requirepass', 'secret'],
    password: 'secret',
    pipelined: false,
    parameters: [],
    sequence: (random) =>
      commands(random, connectionMakers, [
        ['AUTH', 'secret'],
        ['GET', 'a'],
      ]),
  },
  server: {
    args: ['--enable-debug-command', 'yes'],
    parameters: changedParameters,
    pipelined: true,
    sequence: (random) => commands(random, serverMakers),
  },
  protocol: { ...plain, sequence: (random) => protocolChunks(random).map((bytes) => ({ bytes })) },
};

function typedCommands(
  random: Random,
  makers: readonly Maker[],
  otherTypes: boolean,
  often: readonly Command[] = [],
): Step[] {
  return commands(random, otherTypes && random.chance(0.7) ? [...makers, ...otherTypeMakers] : makers, often);
}

/** Up to some hundred commands, in either protocol; `often` are added now and then. */
function commands(random: Random, makers: readonly Maker[], often: readonly Command[] = []): Step[] {
  const length = random.pick([5, 20, 100, 300]);
  const steps: Step[] = random.chance(0.5) ? [{ words: ['HELLO', '3'] }] : [];
  for (let count = 0; count < length; count++) {
    const usual = often.length === 0 || random.chance(0.8);
    steps.push({ words: usual ? mutated(random, random.pick(makers)(random)) : random.pick(often) });
  }
  return steps;
}

function connectionSteps(random: Random): Step[] {
  const steps = commands(random, connectionMakers);
  if (random.chance(0.5)) steps.splice(random.below(steps.length), 0, { quiet: quietBlock(random) });
  if (random.chance(0.1)) steps.splice(random.below(steps.length), 0, { words: ['QUIT'] });
  return steps;
}
