/** Commands on hashes, as Redis 8.0 knows them. */
import type { Argument } from '../connection.ts';
import type { Random } from './random.ts';
import {
  type Command,
  float,
  integer,
  key,
  type Maker,
  milliseconds,
  options,
  pattern,
  seconds,
  smallInteger,
  unixMilliseconds,
  unixSeconds,
  value,
} from './words.ts';

/** Options that make hashes change their encoding soon. */
export const hashArguments: readonly string[] = [
  ...['--hash-max-listpack-entries', '12'],
  ...['--hash-max-listpack-value', '30'],
];

export const hashMakers: readonly Maker[] = [
  (random) => ['HSET', key(random), ...pairs(random, 3)],
  (random) => ['HSET', key(random), ...pairs(random, 16)],
  (random) => ['HMSET', key(random), ...pairs(random, 3)],
  (random) => ['HSETNX', key(random), field(random), value(random)],
  (random) => ['HGET', key(random), field(random)],
  (random) => ['HMGET', key(random), ...fields(random, 4)],
  (random) => ['HSTRLEN', key(random), field(random)],
  (random) => ['HEXISTS', key(random), field(random)],
  (random) => ['HLEN', key(random)],
  (random) => ['HGETALL', key(random)],
  (random) => ['HGETALL', key(random)],
  (random) => ['HKEYS', key(random)],
  (random) => ['HVALS', key(random)],
  (random) => ['HDEL', key(random), ...fields(random, 3)],
  (random) => ['HDEL', key(random), ...fields(random, 12)],
  (random) => ['HINCRBY', key(random), field(random), integer(random)],
  (random) => ['HINCRBY', key(random), 'count', integer(random)],
  (random) => ['HINCRBYFLOAT', key(random), field(random), float(random)],
  (random) => ['HINCRBYFLOAT', key(random), 'float', float(random)],
  (random) => ['HRANDFIELD', key(random), ...options(random, [smallInteger(random)], ['WITHVALUES'])],
  (random) => ['HSCAN', key(random), '0', 'COUNT', '10000', ...scanOptions(random)],
  (random) => [
    'HSCAN',
    key(random),
    '0',
    ...scanOptions(random),
    ...options(random, ['COUNT', smallInteger(random)]),
  ],
  (random) => ['HEXPIRE', key(random), seconds(random), ...condition(random), ...fieldList(random)],
  (random) => ['HPEXPIRE', key(random), milliseconds(random), ...condition(random), ...fieldList(random)],
  (random) => ['HEXPIREAT', key(random), unixSeconds(random), ...condition(random), ...fieldList(random)],
  (random) => [
    'HPEXPIREAT',
    key(random),
    unixMilliseconds(random),
    ...condition(random),
    ...fieldList(random),
  ],
  (random) => [
    random.pick(['HTTL', 'HPTTL', 'HEXPIRETIME', 'HPEXPIRETIME']),
    key(random),
    ...fieldList(random),
  ],
  (random) => ['HPERSIST', key(random), ...fieldList(random)],
  (random) => ['HGETDEL', key(random), ...fieldList(random)],
  (random) => ['HGETEX', key(random), ...expiry(random), ...fieldList(random)],
  (random) => [
    'HSETEX',
    key(random),
    ...options(random, ['FNX'], ['FXX'], expiry(random)),
    ...pairList(random),
  ],
  (random) => ['OBJECT', 'ENCODING', key(random)],
  (random) => ['COPY', key(random), key(random), 'REPLACE'],
  (random) => ['RENAME', key(random), key(random)],
  (random) => ['DEL', key(random)],
  (random) => ['EXPIRE', key(random), '10000'],
  (random) => ['PERSIST', key(random)],
];

function field(random: Random): Argument {
  return random.chance(0.8)
    ? random.pick(['a', 'b', 'c', 'd', '1', '2', '-7', '70000', '', 'count', 'float', 'l'.repeat(31)])
    : value(random);
}

function fields(random: Random, most: number): Argument[] {
  return Array.from({ length: 1 + random.below(most) }, () => field(random));
}

function pairs(random: Random, most: number): Argument[] {
  return fields(random, most).flatMap((name) => [
    name,
    random.chance(0.7) ? shortValue(random) : value(random),
  ]);
}

function shortValue(random: Random): Argument {
  return random.pick(['x', 'yy', '5', '123456', '-1', '1.5', 'v'.repeat(29)]);
}

function counted(random: Random, count: number): Argument {
  return random.chance(0.95) ? String(count) : smallInteger(random);
}

function fieldList(random: Random): Argument[] {
  const names = fields(random, 3);
  return ['FIELDS', counted(random, names.length), ...names];
}

function pairList(random: Random): Argument[] {
  const words = pairs(random, 3);
  return ['FIELDS', counted(random, words.length / 2), ...words];
}

function condition(random: Random): Command {
  return random.chance(0.6) ? [] : [random.pick(['NX', 'XX', 'GT', 'LT'])];
}

function expiry(random: Random): Command {
  return random.pick<() => Command>([
    () => [],
    () => ['EX', seconds(random)],
    () => ['PX', milliseconds(random)],
    () => ['EXAT', unixSeconds(random)],
    () => ['PXAT', unixMilliseconds(random)],
    () => ['PERSIST'],
    () => ['KEEPTTL'],
  ])();
}

function scanOptions(random: Random): Argument[] {
  return options(random, ['MATCH', pattern(random)], ['NOVALUES']);
}
