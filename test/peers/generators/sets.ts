/** Commands on sets, as Redis 8.0 knows them. */
import type { Argument } from '../connection.ts';
import type { Random } from './random.ts';
import { integer, key, type Maker, options, pattern, smallInteger, someKeys, value } from './words.ts';

/** Options that make sets change their encoding soon. */
export const setArguments: readonly string[] = [
  ...['--set-max-intset-entries', '8'],
  ...['--set-max-listpack-entries', '12'],
  ...['--set-max-listpack-value', '30'],
];

export const setMakers: readonly Maker[] = [
  (random) => ['SADD', key(random), ...members(random, 3)],
  (random) => ['SADD', key(random), ...integers(random, 6)],
  (random) => ['SADD', key(random), ...members(random, 16)],
  (random) => ['SREM', key(random), ...members(random, 4)],
  (random) => ['SREM', key(random), ...integers(random, 10)],
  (random) => ['SCARD', key(random)],
  (random) => ['SISMEMBER', key(random), member(random)],
  (random) => ['SMISMEMBER', key(random), ...members(random, 4)],
  (random) => ['SMEMBERS', key(random)],
  (random) => ['SMEMBERS', key(random)],
  (random) => ['SMOVE', key(random), key(random), member(random)],
  // How many are popped must not depend on chance.
  (random) => ['SPOP', key(random), random.pick(['0', '1000', '-1', 'x'])],
  (random) => ['SRANDMEMBER', key(random), ...options(random, [smallInteger(random)])],
  (random) => ['SSCAN', key(random), '0', 'COUNT', '10000', ...options(random, ['MATCH', pattern(random)])],
  (random) => [
    'SSCAN',
    key(random),
    '0',
    ...options(random, ['MATCH', pattern(random)], ['COUNT', smallInteger(random)], ['NOVALUES']),
  ],
  (random) => [random.pick(['SINTER', 'SUNION', 'SDIFF']), ...someKeys(random, 3)],
  (random) => [random.pick(['SINTER', 'SUNION', 'SDIFF']), ...someKeys(random, 3)],
  (random) => [
    random.pick(['SINTERSTORE', 'SUNIONSTORE', 'SDIFFSTORE']),
    key(random),
    ...someKeys(random, 3),
  ],
  (random) => [
    random.pick(['SINTERSTORE', 'SUNIONSTORE', 'SDIFFSTORE']),
    key(random),
    ...someKeys(random, 3),
  ],
  (random) => {
    const keys = someKeys(random, 3);
    const count = random.chance(0.9) ? String(keys.length) : smallInteger(random);
    return ['SINTERCARD', count, ...keys, ...options(random, ['LIMIT', smallInteger(random)])];
  },
  (random) => ['OBJECT', 'ENCODING', key(random)],
  (random) => ['OBJECT', 'ENCODING', key(random)],
  (random) => ['COPY', key(random), key(random), 'REPLACE'],
  (random) => ['DEL', key(random)],
];

function member(random: Random): Argument {
  if (random.chance(0.4)) return String(random.below(20));
  return random.chance(0.7) ? random.pick(['a', 'b', 'c', 'd', 'e', '', 'l'.repeat(31)]) : value(random);
}

function members(random: Random, most: number): Argument[] {
  return Array.from({ length: 1 + random.below(most) }, () => member(random));
}

function integers(random: Random, most: number): Argument[] {
  return Array.from({ length: 1 + random.below(most) }, () =>
    random.chance(0.8) ? String(random.below(15)) : integer(random),
  );
}
