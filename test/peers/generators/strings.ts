/** Commands on strings, as Redis 8.0 knows them. */
import type { Random } from './random.ts';
import {
  type Command,
  float,
  integer,
  key,
  type Maker,
  milliseconds,
  options,
  seconds,
  smallInteger,
  someKeys,
  unixMilliseconds,
  unixSeconds,
  value,
} from './words.ts';

export const stringMakers: readonly Maker[] = [
  (random) => ['SET', key(random), value(random)],
  (random) => ['SET', key(random), value(random), ...setOptions(random)],
  (random) => ['SET', key(random), value(random), ...setOptions(random)],
  (random) => ['GET', key(random)],
  (random) => ['GET', key(random)],
  (random) => ['GETDEL', key(random)],
  (random) => ['GETEX', key(random), ...options(random, ['PERSIST'], expiry(random), expiry(random))],
  (random) => ['GETSET', key(random), value(random)],
  (random) => ['SETEX', key(random), seconds(random), value(random)],
  (random) => ['PSETEX', key(random), milliseconds(random), value(random)],
  (random) => ['SETNX', key(random), value(random)],
  (random) => ['MGET', ...someKeys(random, 5)],
  (random) => ['MSET', ...pairs(random)],
  (random) => ['MSETNX', ...pairs(random)],
  (random) => ['APPEND', key(random), value(random)],
  (random) => ['STRLEN', key(random)],
  (random) => ['GETRANGE', key(random), smallInteger(random), smallInteger(random)],
  (random) => ['SUBSTR', key(random), smallInteger(random), smallInteger(random)],
  (random) => ['SETRANGE', key(random), offset(random), value(random)],
  (random) => ['INCR', key(random)],
  (random) => ['DECR', key(random)],
  (random) => ['INCRBY', key(random), integer(random)],
  (random) => ['DECRBY', key(random), integer(random)],
  (random) => ['INCRBYFLOAT', key(random), float(random)],
  (random) => ['INCRBYFLOAT', 'float', float(random)],
  (random) => ['LCS', key(random), key(random), ...lcsOptions(random)],
  (random) => ['OBJECT', 'ENCODING', key(random)],
];

function setOptions(random: Random): Command {
  return options(random, ['NX'], ['XX'], ['GET'], ['KEEPTTL'], expiry(random), expiry(random));
}

function expiry(random: Random): Command {
  return random.pick<() => Command>([
    () => ['EX', seconds(random)],
    () => ['PX', milliseconds(random)],
    () => ['EXAT', unixSeconds(random)],
    () => ['PXAT', unixMilliseconds(random)],
  ])();
}

function lcsOptions(random: Random): Command {
  return options(random, ['LEN'], ['IDX'], ['WITHMATCHLEN'], ['MINMATCHLEN', smallInteger(random)]);
}

function pairs(random: Random): Command {
  return someKeys(random, 4).flatMap((name) => [name, value(random)]);
}

/** Far enough to make gaps, or beyond what a string may hold; never so far that it costs half a gigabyte. */
function offset(random: Random): string {
  if (random.chance(0.8)) return String(random.below(60));
  return random.pick([
    '70000',
    '-1',
    '536870912',
    '536870913',
    '9223372036854775807',
    '9223372036854775808',
    'x',
    '',
  ]);
}
