/** What Cinnabar writes for replicas and the append-only file, beside what Redis 8 writes into its own. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Argument } from './connection.ts';
import { Random } from './generators/random.ts';
import { groups } from './groups.ts';
import { propagated } from './propagated-commands.ts';
import { OwnWriter, PeerWriter, type Words, writtenAgree } from './written.ts';

/** Nodes of streams that are full soon, so that approximate trimming trims. */
const args = ['--stream-node-max-entries', '5'];
let theirs: PeerWriter;
let ours: OwnWriter;

beforeAll(async () => {
  theirs = await PeerWriter.start('redis8', args);
  ours = new OwnWriter();
  ours.configure('stream-node-max-entries', '5');
});
afterAll(() => theirs.stop());

describe.each(Object.keys(propagated))('%s', (group) => {
  test('are propagated as by Redis 8', async () => {
    await restart();
    const differences: string[] = [];
    const lines = propagated[group]!.split('\n').map((line) => line.trim());
    for (const line of lines.filter((line) => line !== '')) {
      const [left, right] = await runLine(line);
      if (!writtenAgree(left, right)) differences.push(show(line, left, right));
    }
    expect(differences).toEqual([]);
  });
});

/** Commands whose effect is a matter of chance, or that the table has to do with alone. */
const RANDOM_OR_FOREIGN =
  /^(spop|debug|config|select|swapdb|move|flushall|hello|client|object|migrate|randomkey)$/i;
const typed = [
  'strings',
  'bitmaps',
  'hyperloglog',
  'hashes',
  'lists',
  'sets',
  'sorted-sets',
  'geo',
  'streams',
  'keys',
  'sorting',
];
const SEQUENCES = 6;

describe.each(typed)('random commands on %s', (group) => {
  test('are propagated as by Redis 8', async () => {
    for (let seed = 1; seed <= SEQUENCES; seed++) {
      await restart();
      const steps = groups[group]!.sequence(new Random(seed), true);
      for (const step of steps) {
        if (!('words' in step) || RANDOM_OR_FOREIGN.test(String(step.words[0]))) continue;
        const [left, right] = [await theirs.run(step.words), await ours.run(step.words)];
        if (!writtenAgree(left, right))
          throw new Error(`seed ${seed}\n${show(step.words.join(' '), left, right)}`);
      }
    }
  });
});

test('RESTORE is propagated with the moment of its expiry', async () => {
  await restart();
  const dump = await theirs.dumpOf('SET', 'key', 'value');
  for (const options of [
    ['0'],
    ['100000', 'REPLACE'],
    ['1', 'REPLACE', 'ABSTTL'],
    ['0', 'REPLACE', 'IDLETIME', '5'],
  ]) {
    const words: Argument[] = ['RESTORE', 'copy', options[0]!, dump, ...options.slice(1)];
    const [left, right] = [await theirs.run(words), await ours.run(words)];
    if (!writtenAgree(left, right)) throw new Error(show(words.join(' '), left, right));
  }
});

/** Empties both, and lets both have told of the database in use. */
async function restart(): Promise<void> {
  for (const writer of [theirs, ours])
    for (const line of ['FLUSHALL', 'SET x 1', 'DEL x']) await writer.run(line.split(' '));
}

async function runLine(line: string): Promise<[Words[], Words[]]> {
  if (line.startsWith('+')) {
    await new Promise((resolve) => setTimeout(resolve, Number(line)));
    return [[], []];
  }
  const words = line
    .replace(/^@/, '')
    .split(' ')
    .map((word) => (word === '""' ? '' : word));
  if (line.startsWith('@')) return [await theirs.runWaiting(words), await ours.runWaiting(words)];
  return [await theirs.run(words), await ours.run(words)];
}

function show(command: string, left: readonly Words[], right: readonly Words[]): string {
  const text = (written: readonly Words[]): string => written.map((words) => words.join(' ')).join('; ');
  return `${command}\nRedis: ${text(left)}\nours: ${text(right)}`;
}
