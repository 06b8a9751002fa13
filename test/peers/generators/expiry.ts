/** When keys end. */
import type { Random } from './random.ts';
import {
  type Command,
  key,
  type Maker,
  milliseconds,
  options,
  seconds,
  unixMilliseconds,
  unixSeconds,
  value,
} from './words.ts';

export const expiryMakers: readonly Maker[] = [
  (random) => ['SET', key(random), value(random)],
  (random) => ['SET', key(random), value(random), 'EX', seconds(random)],
  (random) => ['SET', key(random), value(random), 'KEEPTTL'],
  (random) => ['EXPIRE', key(random), seconds(random), ...conditions(random)],
  (random) => ['PEXPIRE', key(random), milliseconds(random), ...conditions(random)],
  (random) => ['EXPIREAT', key(random), unixSeconds(random), ...conditions(random)],
  (random) => ['PEXPIREAT', key(random), unixMilliseconds(random), ...conditions(random)],
  (random) => ['TTL', key(random)],
  (random) => ['PTTL', key(random)],
  (random) => ['EXPIRETIME', key(random)],
  (random) => ['PEXPIRETIME', key(random)],
  (random) => ['PERSIST', key(random)],
  (random) => [
    'GETEX',
    key(random),
    ...random.pick<Command>([[], ['PERSIST'], ['EX', seconds(random)], ['PXAT', '1']]),
  ],
  (random) => ['INCR', key(random)],
  (random) => ['APPEND', key(random), 'x'],
  (random) => ['RENAME', key(random), key(random)],
  (random) => ['COPY', key(random), key(random), 'REPLACE'],
  (random) => ['EXISTS', key(random)],
  () => ['DBSIZE'],
];

function conditions(random: Random): Command {
  if (random.chance(0.5)) return [];
  return options(random, ['NX'], ['XX'], ['GT'], ['LT'], ...(random.chance(0.1) ? [['FOO']] : []));
}
