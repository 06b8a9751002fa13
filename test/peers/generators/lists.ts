/** Commands on lists, as Redis 8.0 knows them. */
import type { Argument } from '../connection.ts';
import type { Random } from './random.ts';
import { key as anyKey, type Command, type Maker, options, smallInteger, value } from './words.ts';

/** Options that commands of a sequence change. */
export const listParameters: readonly string[] = ['list-max-listpack-size', 'list-compress-depth'];

/** Lists of different shapes: a list keeps the limits that it was created with, so this comes before all else. */
export function listLimits(random: Random): Command {
  const size = random.pick(['-1', '-2', '-5', '1', '2', '3', '5', '16', '128']);
  return ['CONFIG', 'SET', listParameters[0]!, size, listParameters[1]!, random.pick(['0', '0', '1', '2'])];
}

/**
 * Commands that let lists grow, and one that may wait: not for long, so it must not be spoilt, and seldom, because Redis lets
 * time run out at its own pace.
 */
export function growingCommands(random: Random): readonly Command[] {
  const growing = Array.from({ length: 9 }, () => listMakers[random.below(3)]!(random));
  return [...growing, random.pick(waiting)(random)];
}

const TIMEOUT = '0.001';

const waiting: readonly Maker[] = [
  (random) => [random.pick(['BLPOP', 'BRPOP']), ...keys(random), TIMEOUT],
  (random) => ['BLMOVE', key(random), key(random), side(random), side(random), TIMEOUT],
  (random) => ['BRPOPLPUSH', key(random), key(random), TIMEOUT],
  (random) => {
    const names = keys(random);
    return [
      'BLMPOP',
      TIMEOUT,
      String(names.length),
      ...names,
      side(random),
      ...options(random, ['COUNT', '3']),
    ];
  },
];

export const listMakers: readonly Maker[] = [
  (random) => [random.pick(['LPUSH', 'RPUSH']), key(random), ...elements(random, 3)],
  (random) => [random.pick(['LPUSH', 'RPUSH']), key(random), ...elements(random, 12)],
  (random) => [random.pick(['LPUSH', 'RPUSH']), key(random), ...elements(random, 40)],
  (random) => [random.pick(['LPUSHX', 'RPUSHX']), key(random), ...elements(random, 4)],
  (random) => [random.pick(['LPUSH', 'RPUSH']), key(random), long(random)],
  (random) => [random.pick(['LPOP', 'RPOP']), key(random), ...options(random, [smallInteger(random)])],
  (random) => [random.pick(['LPOP', 'RPOP']), key(random)],
  (random) => ['LLEN', key(random)],
  (random) => ['LRANGE', key(random), '0', '-1'],
  (random) => ['LRANGE', key(random), smallInteger(random), smallInteger(random)],
  (random) => ['LINDEX', key(random), smallInteger(random)],
  (random) => ['LSET', key(random), smallInteger(random), element(random)],
  (random) => ['LSET', key(random), smallInteger(random), long(random)],
  (random) => ['LINSERT', key(random), random.pick(['BEFORE', 'AFTER']), element(random), element(random)],
  (random) => ['LINSERT', key(random), random.pick(['BEFORE', 'AFTER']), element(random), long(random)],
  (random) => ['LREM', key(random), smallInteger(random), element(random)],
  (random) => ['LTRIM', key(random), String(random.below(6)), String(-1 - random.below(6))],
  (random) => ['LTRIM', key(random), smallInteger(random), smallInteger(random)],
  (random) => [
    ...['LPOS', key(random), element(random)],
    ...options(
      random,
      ['RANK', smallInteger(random)],
      ['COUNT', smallInteger(random)],
      ['MAXLEN', smallInteger(random)],
    ),
  ],
  (random) => ['LMOVE', key(random), key(random), side(random), side(random)],
  (random) => ['RPOPLPUSH', key(random), key(random)],
  (random) => {
    const names = keys(random);
    const count = random.chance(0.9) ? String(names.length) : smallInteger(random);
    return ['LMPOP', count, ...names, side(random), ...options(random, ['COUNT', smallInteger(random)])];
  },
  (random) => ['OBJECT', 'ENCODING', key(random)],
  (random) => ['OBJECT', 'ENCODING', key(random)],
  (random) => ['COPY', key(random), key(random), ...options(random, ['REPLACE'])],
  (random) => [random.pick(['DEL', 'UNLINK', 'EXISTS', 'TYPE']), key(random)],
];

/** Seldom a new one, that lists may grow. */
function key(random: Random): Argument {
  return random.chance(0.8) ? random.pick(['a', 'a', 'b']) : anyKey(random);
}

function keys(random: Random): Argument[] {
  return Array.from({ length: 1 + random.below(3) }, () => key(random));
}

function side(random: Random): string {
  return random.chance(0.97) ? random.pick(['LEFT', 'RIGHT']) : random.pick(['left', 'Right', 'MIDDLE', '']);
}

/** Few different ones, that they are found. */
function element(random: Random): Argument {
  if (random.chance(0.4)) return String(random.below(12));
  return random.chance(0.8) ? random.pick(['a', 'b', 'c', 'd', '', 'l'.repeat(70)]) : value(random);
}

function elements(random: Random, most: number): Argument[] {
  return Array.from({ length: 1 + random.below(most) }, () => element(random));
}

/** Such as fill a node, or are too long for one. */
function long(random: Random): Argument {
  const text = random.pick(['x', 'yes', 'ABCDEFGH']);
  return text.repeat(Math.floor(random.pick([500, 2000, 4080, 4096, 8180, 8192, 9000]) / text.length));
}
