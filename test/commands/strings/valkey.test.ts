/** The commands that Valkey 9 has and Redis 8.0 has not, beside a real Valkey. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Connection } from '../../peers/connection.ts';
import { Random } from '../../peers/generators/random.ts';
import { type Peer, startPeer } from '../../peers/peer.ts';
import { Bench } from '../bench.ts';

const SEQUENCES = 60;
const COMMANDS = 60;

let valkey: Peer;
let connection: Connection;

beforeAll(async () => {
  valkey = await startPeer('valkey9');
  connection = await valkey.connect();
});
afterAll(() => valkey.stop());

type Maker = (random: Random) => string[];

const key: Maker = (random) => [random.pick(['a', 'b', 'c', 'bits'])];
const value: Maker = (random) => [random.pick(['', 'v', 'w', '1', '01', '-7', 'long'.repeat(30)])];

const makers: readonly Maker[] = [
  (random) => ['SET', ...key(random), ...value(random)],
  (random) => ['SET', ...key(random), ...value(random), 'IFEQ', ...value(random)],
  (random) => ['SET', ...key(random), ...value(random), 'ifeq', ...value(random), ...extras(random)],
  (random) => ['SET', ...key(random), ...value(random), ...extras(random), 'IFEQ', ...value(random)],
  (random) => ['DELIFEQ', ...key(random), ...value(random)],
  (random) => ['MSETEX', ...pairs(random), ...extras(random)],
  (random) => ['MSETEX', ...pairs(random)],
  (random) => ['PEXPIRETIME', ...key(random)],
  (random) => ['DEL', ...key(random)],
  (random) => ['GET', ...key(random)],
];

/** Options, now and then one that does not fit. */
function extras(random: Random): string[] {
  const choices = [
    ...[['NX'], ['XX'], ['KEEPTTL'], ['GET'], ['IFEQ'], ['EXAT', '4102444800'], ['PXAT', '4102444800001']],
    ...[['EX'], ['EX', '0'], ['PX', '-1'], ['EX', 'x'], ['PXAT', '9223372036854775807'], ['what']],
  ];
  const common = choices.slice(0, 7);
  return Array.from({ length: random.below(3) }, () =>
    random.pick(random.chance(0.8) ? common : choices),
  ).flat();
}

function pairs(random: Random): string[] {
  const count = 1 + random.below(3);
  const words = Array.from({ length: count }, () => [...key(random), ...value(random)]).flat();
  const told = random.chance(0.9) ? String(count) : random.pick(['0', '-1', 'x', '2147483648', '9999999999']);
  return [told, ...words];
}

/** Redis 8.4 words this one error differently, and is our reference. */
function theirReply(reply: Buffer): string {
  return reply.toString('latin1').replace('invalid numkeys value or out of range', 'invalid numkeys value');
}

test('the same replies', async () => {
  for (let seed = 1; seed <= SEQUENCES; seed++) {
    const random = new Random(seed);
    const commands = [['FLUSHALL'], ...Array.from({ length: COMMANDS }, () => random.pick(makers)(random))];
    const bench = new Bench();
    bench.now = Date.now();
    const ours = commands.map((command) => [command.join(' '), bench.run(...command)]);
    const replies = await connection.pipeline(commands);
    const theirs = commands.map((command, index) => [command.join(' '), theirReply(replies[index]!)]);
    expect(ours).toEqual(theirs);
  }
});
