/** What is propagated, run by another instance, makes the same data set. */
import { test } from 'bun:test';
import { digestDataSet } from '../../src/keyspace/digest.ts';
import { TimeBudget } from '../../src/keyspace/time-budget.ts';
import { Bench } from '../commands/bench.ts';
import type { Argument } from '../peers/connection.ts';
import { Random } from '../peers/generators/random.ts';
import { groups } from '../peers/groups.ts';
import { decode, latin1 } from '../peers/reply.ts';

const SEQUENCES = 10;
const FOREIGN = /^(debug|config|hello|client|migrate|select)$/i;
const typed = [
  ...['strings', 'bitmaps', 'hyperloglog', 'hashes', 'lists', 'sets', 'sorted-sets', 'geo', 'streams'],
  ...['keys', 'sorting', 'expiry'],
];

test.each(typed)('random commands on %s', (group) => {
  for (let seed = 1; seed <= SEQUENCES; seed++) {
    const first = new Bench();
    const second = new Bench();
    // As while loading: what expires is told of.
    second.keyspace.deletesExpired = false;
    second.keyspace.hidesExpired = false;
    const relay = (words: readonly Uint8Array[]): void => void second.run(...words);
    first.server.propagation.add({
      write: (_, call) => {
        for (const words of call.propagated ?? [call.arguments.copyAll()]) relay(words);
      },
      writeWords: (_, words) => relay(words),
    });
    const random = new Random(seed);
    for (const step of groups[group]!.sequence(random, true)) {
      if (!('words' in step) || FOREIGN.test(String(step.words[0]))) continue;
      if (random.chance(0.1)) first.now += random.below(3000);
      second.now = first.now;
      first.run(...step.words.map(toBytes));
      expireAll(first);
      if (summary(first) !== summary(second)) {
        const command = step.words.join(' ');
        throw new Error(`seed ${seed}: ${command} was propagated as ${first.takePropagated().join('; ')}`);
      }
      first.takePropagated();
    }
  }
});

/** A digest of the data set, and what it leaves out: expiries, and what groups of streams know. */
function summary(bench: Bench): string {
  const names = decode(Buffer.from(bench.run('KEYS', '*'), 'latin1'), latin1) as string[];
  const parts = [digestDataSet(bench.keyspace)];
  for (const name of names.sort()) {
    const key = Buffer.from(name, 'latin1');
    parts.push(bench.run('PEXPIRETIME', key), bench.run('XINFO', 'GROUPS', key));
  }
  return parts.join(' ');
}

/** Deletes keys whose time has come. */
function expireAll({ server, keyspace, now }: Bench): void {
  const budget = new TimeBudget(() => 0);
  budget.start(1);
  keyspace.setNow(now);
  server.background.expiry.run(budget);
  server.propagation.flush();
}

function toBytes(word: Argument): Uint8Array {
  return typeof word === 'object' ? word : Buffer.from(String(word));
}
