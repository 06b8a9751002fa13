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

test.each(typed)('random commands on %s', (group) =>
  replay((random) => {
    const steps = groups[group]!.sequence(random, true).filter((step) => 'words' in step);
    return steps.map(({ words }) => words).filter((words) => !FOREIGN.test(String(words[0])));
  }),
);

/** Commands that no installed peer knows; "#" stands for a small number. */
const newer = [
  'XADD s IDMP p # *|XADD s KEEPREF MAXLEN ~ # IDMPAUTO q *|XADD s ACKED MAXLEN # *|XADD s DELREF MAXLEN # *',
  'XTRIM s DELREF MAXLEN #|XTRIM s ACKED MINID ~ #-0|XDELEX s ACKED IDS 1 #-0|XDELEX s DELREF IDS 2 #-0 #-1',
  'XACKDEL s g DELREF IDS 1 #-0|XNACK s g FAIL IDS 1 #-0|XNACK s g SILENT IDS 1 #-0 FORCE|XCFGSET s IDMP-MAXSIZE 1#',
  'XADD s #-*|XADD s #-*|XGROUP CREATE s g 0|XREADGROUP GROUP g a COUNT # STREAMS s >|XACK s g #-0 #-1',
  'XREADGROUP GROUP g b COUNT # CLAIM 1 STREAMS s >|XREADGROUP GROUP g b MAXCOUNT # STREAMS s >|XCLAIM s g c 0 #-0',
  'MSETEX 2 a # b # EX 1|MSETEX 1 a # NX PX #00|DELEX a IFEQ #|DELIFEQ b #|SET a # IFEQ #|SET b # IFNE # EX #',
  'INCREX a BYINT # UBOUND 5 EX #|INCREX b BYFLOAT 0.# LBOUND 0 SATURATE PX 1# ENX|BITOP DIFF1 d a b|BITOP ONE d a b',
  'RPUSH l # # #|LMOVEM l m LEFT RIGHT COUNT # OBO|LMOVEM m l RIGHT RIGHT EXACTLY # BULK|LMOVEM l l LEFT LEFT COUNT # OBO',
  'HIMPORT PREPARE f x y|HIMPORT SET h f # #|HSETEX h NX PX #00 FIELDS 1 x #|HSETEX h XX FXX EX # FIELDS 1 x #|HSET h x #',
]
  .join('|')
  .split('|');

test('random newer commands', () =>
  replay((random) =>
    Array.from({ length: 200 }, () => {
      const line = random.pick(newer).replaceAll('#', () => String(random.below(6)));
      return (line.startsWith('XADD') ? `${line} f ${random.below(3)}` : line).split(' ');
    }),
  ));

/** Runs random commands in one instance, and what it propagates in another; both have to have the same data throughout. */
function replay(commands: (random: Random) => readonly (readonly Argument[])[]): void {
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
    for (const words of commands(new Random(seed))) {
      if (random.chance(0.1)) first.now += random.below(3000);
      second.now = first.now;
      first.run(...words.map(toBytes));
      expireAll(first);
      if (summary(first) !== summary(second)) {
        const command = words.join(' ');
        throw new Error(`seed ${seed}: ${command} was propagated as ${first.takePropagated().join('; ')}`);
      }
      first.takePropagated();
    }
  }
}

/** A digest of the data set, and what it leaves out: expiries, and what groups of streams know. */
function summary(bench: Bench): string {
  const names = decode(Buffer.from(bench.run('KEYS', '*'), 'latin1'), latin1) as string[];
  const parts = [digestDataSet(bench.keyspace)];
  for (const name of names.sort()) {
    const key = Buffer.from(name, 'latin1');
    parts.push(bench.run('PEXPIRETIME', key), bench.run('XINFO', 'GROUPS', key));
    parts.push(bench.run('XPENDING', key, 'g'));
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
