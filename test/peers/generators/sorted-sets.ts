/** Commands on sorted sets, as Redis 8.0 knows them. */
import type { Argument } from '../connection.ts';
import type { Random } from './random.ts';
import {
  type Command,
  float,
  integer,
  key,
  type Maker,
  options,
  pattern,
  smallInteger,
  someKeys,
  value,
} from './words.ts';

/** Options that make sorted sets change their encoding soon. */
export const sortedSetArguments: readonly string[] = [
  ...['--zset-max-listpack-entries', '12'],
  ...['--zset-max-listpack-value', '30'],
  ...['--enable-debug-command', 'yes', '--rdbcompression', 'no'],
];

export const sortedSetMakers: readonly Maker[] = [
  (random) => ['ZADD', key(random), ...addOptions(random), ...pairs(random, 3)],
  (random) => ['ZADD', key(random), ...addOptions(random), ...pairs(random, 3)],
  (random) => ['ZADD', key(random), ...addOptions(random), score(random), member(random)],
  (random) => ['ZADD', key(random), ...pairs(random, 16)],
  (random) => ['ZADD', key(random), ...pairs(random, 80)],
  (random) => ['ZINCRBY', key(random), score(random), member(random)],
  (random) => ['ZREM', key(random), ...members(random, 4)],
  (random) => ['ZREM', key(random), ...members(random, 20)],
  (random) => ['ZCARD', key(random)],
  (random) => ['ZSCORE', key(random), member(random)],
  (random) => ['ZMSCORE', key(random), ...members(random, 4)],
  (random) => ['ZRANK', key(random), member(random), ...options(random, ['WITHSCORE'])],
  (random) => ['ZREVRANK', key(random), member(random), ...options(random, ['WITHSCORE'])],
  (random) => ['ZCOUNT', key(random), bound(random), bound(random)],
  (random) => ['ZRANGE', key(random), '0', '-1', 'WITHSCORES'],
  (random) => ['ZRANGE', key(random), smallInteger(random), smallInteger(random), ...rangeOptions(random)],
  (random) => ['ZRANGE', key(random), bound(random), bound(random), 'BYSCORE', ...rangeOptions(random)],
  (random) => ['ZREVRANGE', key(random), smallInteger(random), smallInteger(random), ...scores(random)],
  (random) => [
    random.pick(['ZRANGEBYSCORE', 'ZREVRANGEBYSCORE']),
    key(random),
    bound(random),
    bound(random),
    ...options(random, ['WITHSCORES'], limit(random)),
  ],
  (random) => [
    'ZRANGESTORE',
    key(random),
    key(random),
    smallInteger(random),
    smallInteger(random),
    ...options(random, ['REV'], limit(random)),
  ],
  (random) => [
    'ZRANGESTORE',
    key(random),
    key(random),
    bound(random),
    bound(random),
    'BYSCORE',
    ...options(random, ['REV'], limit(random)),
  ],
  (random) => ['ZREMRANGEBYRANK', key(random), smallInteger(random), smallInteger(random)],
  (random) => ['ZREMRANGEBYSCORE', key(random), bound(random), bound(random)],
  (random) => [random.pick(['ZPOPMIN', 'ZPOPMAX']), key(random), ...options(random, [smallInteger(random)])],
  (random) => ['ZMPOP', ...countedKeys(random), random.pick(['MIN', 'MAX']), ...popCount(random)],
  (random) => ['BZMPOP', '0.001', ...countedKeys(random), random.pick(['MIN', 'MAX']), ...popCount(random)],
  (random) => [random.pick(['BZPOPMIN', 'BZPOPMAX']), ...someKeys(random, 3), '0.001'],
  (random) => [
    'ZRANDMEMBER',
    key(random),
    ...options(random, [smallInteger(random), ...options(random, ['WITHSCORES'])]),
  ],
  (random) => [random.pick(['ZUNION', 'ZINTER']), ...countedKeys(random), ...combination(random, true)],
  (random) => ['ZDIFF', ...countedKeys(random), ...scores(random)],
  (random) => [
    random.pick(['ZUNIONSTORE', 'ZINTERSTORE']),
    key(random),
    ...countedKeys(random),
    ...combination(random, false),
  ],
  (random) => ['ZDIFFSTORE', key(random), ...countedKeys(random)],
  (random) => ['ZINTERCARD', ...countedKeys(random), ...options(random, ['LIMIT', smallInteger(random)])],
  (random) => ['ZSCAN', key(random), '0', 'COUNT', '10000', ...options(random, ['MATCH', pattern(random)])],
  (random) => [
    'ZSCAN',
    key(random),
    '0',
    ...options(random, ['MATCH', pattern(random)], ['COUNT', smallInteger(random)]),
  ],
  (random) => ['SADD', key(random), ...members(random, 5)],
  (random) => ['SET', key(random), value(random)],
  (random) => ['COPY', key(random), key(random), 'REPLACE'],
  (random) => ['OBJECT', 'ENCODING', key(random)],
  (random) => ['DUMP', key(random)],
  (random) => ['DEBUG', 'DIGEST-VALUE', key(random)],
  (random) => ['DEL', key(random)],
];

const lexKeys = ['lex:1', 'lex:2'];

/**
 * Commands on ranges of names. These say something only where all scores are equal, so the commands are not spoilt and have keys
 * of their own.
 */
export function lexCommands(random: Random): Command[] {
  return Array.from({ length: 40 }, () => random.pick(lexMakers)(random));
}

const lexMakers: readonly Maker[] = [
  (random) => ['ZADD', random.pick(lexKeys), ...members(random, 6).flatMap((name) => ['0', name])],
  (random) => ['ZADD', random.pick(lexKeys), ...members(random, 30).flatMap((name) => ['0', name])],
  (random) => ['ZLEXCOUNT', random.pick(lexKeys), lexBound(random), lexBound(random)],
  (random) => ['ZREMRANGEBYLEX', random.pick(lexKeys), lexBound(random), lexBound(random)],
  (random) => [
    random.pick(['ZRANGEBYLEX', 'ZREVRANGEBYLEX']),
    random.pick(lexKeys),
    lexBound(random),
    lexBound(random),
    ...options(random, limit(random)),
  ],
  (random) => [
    'ZRANGE',
    random.pick(lexKeys),
    lexBound(random),
    lexBound(random),
    'BYLEX',
    ...rangeOptions(random),
  ],
  (random) => [
    'ZRANGESTORE',
    'lex:3',
    random.pick(lexKeys),
    lexBound(random),
    lexBound(random),
    'BYLEX',
    ...options(random, ['REV'], limit(random)),
  ],
  () => ['ZRANGE', 'lex:3', '0', '-1'],
];

function score(random: Random): string {
  if (random.chance(0.5)) return smallInteger(random);
  return random.chance(0.15) ? random.pick(['inf', '-inf', '+inf', '-0', 'nan']) : float(random);
}

function member(random: Random): Argument {
  if (random.chance(0.75)) return `m${random.below(40)}`;
  return random.chance(0.5) ? integer(random) : value(random);
}

function members(random: Random, most: number): Argument[] {
  return Array.from({ length: 1 + random.below(most) }, () => member(random));
}

function pairs(random: Random, most: number): Argument[] {
  const plain = random.chance(0.8);
  return members(random, most).flatMap((name) => [plain ? String(random.below(30)) : score(random), name]);
}

function addOptions(random: Random): Argument[] {
  return options(random, ['NX'], ['XX'], ['GT'], ['LT'], ['CH'], ['INCR']);
}

function bound(random: Random): string {
  return random.chance(0.3) ? `(${score(random)}` : score(random);
}

function lexBound(random: Random): Argument {
  if (random.chance(0.4)) return random.pick(['-', '+', '-', '+', '[', '(', '', '--', '+1', 'm1']);
  return random.pick(['[', '(']) + String(member(random));
}

function limit(random: Random): string[] {
  return ['LIMIT', smallInteger(random), smallInteger(random)];
}

function scores(random: Random): Argument[] {
  return options(random, ['WITHSCORES']);
}

function rangeOptions(random: Random): Argument[] {
  return options(random, ['REV'], ['WITHSCORES'], limit(random));
}

function popCount(random: Random): Argument[] {
  return options(random, ['COUNT', smallInteger(random)]);
}

function countedKeys(random: Random): Argument[] {
  const keys = someKeys(random, 3);
  return [random.chance(0.95) ? String(keys.length) : smallInteger(random), ...keys];
}

function combination(random: Random, reads: boolean): Argument[] {
  const weights = Array.from({ length: 1 + random.below(3) }, () => score(random));
  return options(
    random,
    ['WEIGHTS', ...weights],
    ['AGGREGATE', random.pick(['SUM', 'MIN', 'MAX', 'MAX', 'AVG'])],
    ...(reads ? [['WITHSCORES']] : []),
  );
}
