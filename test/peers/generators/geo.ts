/** Commands on places, as Redis 8.0 knows them. */
import type { Argument } from '../connection.ts';
import type { Random } from './random.ts';
import { float, key, type Maker, options, smallInteger } from './words.ts';

export const geoMakers: readonly Maker[] = [
  (random) => ['GEOADD', key(random), ...options(random, ['NX'], ['XX'], ['CH']), ...places(random, 3)],
  (random) => ['GEOADD', key(random), ...places(random, 20)],
  (random) => ['GEOADD', key(random), ...places(random, 60)],
  (random) => ['GEOPOS', key(random), ...members(random, 4)],
  (random) => ['GEOHASH', key(random), ...members(random, 4)],
  (random) => ['GEODIST', key(random), member(random), member(random), ...options(random, [unit(random)])],
  (random) => ['GEOSEARCH', key(random), ...search(random), ...extras(random)],
  (random) => ['GEOSEARCH', key(random), ...search(random), ...extras(random)],
  (random) => ['GEOSEARCH', key(random), ...search(random), ...extras(random)],
  (random) => [
    'GEOSEARCHSTORE',
    key(random),
    key(random),
    ...search(random),
    ...options(random, ['ASC'], count(random), ['STOREDIST']),
  ],
  (random) => [
    random.pick(['GEORADIUS', 'GEORADIUS_RO']),
    key(random),
    ...place(random),
    radius(random),
    unit(random),
    ...extras(random),
    ...options(random, [random.pick(['STORE', 'STOREDIST']), key(random)]),
  ],
  (random) => [
    random.pick(['GEORADIUSBYMEMBER', 'GEORADIUSBYMEMBER_RO']),
    key(random),
    member(random),
    radius(random),
    unit(random),
    ...extras(random),
  ],
  (random) => ['ZRANGE', key(random), '0', '-1', 'WITHSCORES'],
  (random) => ['ZREM', key(random), ...members(random, 3)],
  (random) => ['SET', key(random), 'text'],
  (random) => ['DEL', key(random)],
];

/** All over the world, at its ends, or close to each other in Rome. */
function place(random: Random): string[] {
  if (random.chance(0.05)) return [float(random), float(random)];
  if (random.chance(0.05))
    return [random.pick(['180', '-180', '0']), random.pick(['85.05112878', '-85.05112878', '0', '86'])];
  if (random.chance(0.4)) return [between(random, 12.4, 12.6), between(random, 41.8, 42)];
  return [between(random, -180, 180), between(random, -85, 85)];
}

function between(random: Random, low: number, high: number): string {
  return (low + ((high - low) * random.below(1_000_000)) / 1_000_000).toFixed(6);
}

function member(random: Random): string {
  return `p${random.below(60)}`;
}

function members(random: Random, most: number): string[] {
  return Array.from({ length: 1 + random.below(most) }, () => member(random));
}

function places(random: Random, most: number): Argument[] {
  return members(random, most).flatMap((name) => [...place(random), name]);
}

function unit(random: Random): string {
  return random.pick(['m', 'km', 'ft', 'mi', 'KM', 'km', 'parsec']);
}

function radius(random: Random): string {
  return random.chance(0.8)
    ? String(random.pick([0, 1, 10, 100, 500, 1000, 5000, 12000, 30000]))
    : float(random);
}

function count(random: Random): string[] {
  return ['COUNT', smallInteger(random), ...(random.chance(0.3) ? ['ANY'] : [])];
}

function search(random: Random): Argument[] {
  const from = random.chance(0.5) ? ['FROMMEMBER', member(random)] : ['FROMLONLAT', ...place(random)];
  const by = random.chance(0.5)
    ? ['BYRADIUS', radius(random), unit(random)]
    : ['BYBOX', radius(random), radius(random), unit(random)];
  return [...from, ...by];
}

function extras(random: Random): Argument[] {
  return options(random, ['WITHCOORD'], ['WITHDIST'], ['WITHHASH'], ['ASC'], ['DESC'], count(random));
}
