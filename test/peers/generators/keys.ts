/** Commands on keys whatever they hold. */
import {
  type Command,
  database,
  integer,
  key,
  type Maker,
  options,
  pattern,
  smallInteger,
  someKeys,
  value,
} from './words.ts';

export const keyMakers: readonly Maker[] = [
  (random) => ['SET', key(random), value(random)],
  (random) => ['SET', key(random), value(random), 'EX', '100'],
  (random) => ['MSET', key(random), value(random), key(random), value(random)],
  (random) => ['GET', key(random)],
  (random) => ['DEL', ...someKeys(random, 3)],
  (random) => ['UNLINK', ...someKeys(random, 3)],
  (random) => ['EXISTS', ...someKeys(random, 4)],
  (random) => ['TYPE', key(random)],
  (random) => ['TOUCH', ...someKeys(random, 4)],
  (random) => ['RENAME', key(random), key(random)],
  (random) => ['RENAMENX', key(random), key(random)],
  (random) => ['COPY', key(random), key(random), ...options(random, ['REPLACE'], ['DB', database(random)])],
  (random) => ['MOVE', key(random), database(random)],
  (random) => ['SELECT', database(random)],
  () => ['SELECT', '0'],
  (random) => ['SWAPDB', database(random), database(random)],
  (random) =>
    random.pick<Command>([
      ['FLUSHDB'],
      ['FLUSHDB', 'SYNC'],
      ['FLUSHDB', 'ASYNC'],
      ['FLUSHALL', 'SYNC'],
      ['DBSIZE'],
    ]),
  () => ['DBSIZE'],
  () => ['RANDOMKEY'],
  (random) => ['KEYS', pattern(random)],
  (random) => [
    'SCAN',
    '0',
    'COUNT',
    '10000',
    ...options(random, ['MATCH', pattern(random)], ['TYPE', type(random.below(8))]),
  ],
  (random) => [
    'SCAN',
    random.chance(0.5) ? '0' : integer(random),
    ...options(
      random,
      ['MATCH', pattern(random)],
      ['COUNT', smallInteger(random)],
      ['TYPE', type(random.below(8))],
    ),
  ],
  (random) => ['OBJECT', random.pick(['ENCODING', 'REFCOUNT', 'IDLETIME', 'FREQ']), key(random)],
  (random) =>
    random.pick<Command>([
      ['OBJECT', 'HELP'],
      ['OBJECT'],
      ['OBJECT', 'NOSUCH', key(random)],
      ['OBJECT', '', ''],
    ]),
  (random) => ['TTL', key(random)],
  (random) => ['PERSIST', key(random)],
];

/** Makes keys that are no strings, for servers that have such types. */
export const otherTypeMakers: readonly Maker[] = [
  (random) => ['LPUSH', key(random), value(random)],
  (random) => ['SADD', key(random), value(random)],
  (random) => ['HSET', key(random), 'field', value(random)],
  (random) => ['ZADD', key(random), '1', value(random)],
];

function type(choice: number): string {
  return ['string', 'STRING', 'list', 'set', 'hash', 'zset', 'stream', 'nosuch'][choice]!;
}
