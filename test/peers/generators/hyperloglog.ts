/** Commands on HyperLogLogs. Registers are not damaged: what is left of them then, servers need not agree on. */
import type { Argument } from '../connection.ts';
import type { Random } from './random.ts';
import { key, type Maker, someKeys, value } from './words.ts';

export const hyperLogLogMakers: readonly Maker[] = [
  (random) => ['PFADD', key(random), ...elements(random, 5)],
  (random) => ['PFADD', key(random), ...elements(random, 300)],
  (random) => ['PFADD', 'big', ...elements(random, 2000)],
  (random) => ['PFADD', key(random), value(random)],
  (random) => ['PFCOUNT', key(random)],
  (random) => ['PFCOUNT', ...someKeys(random, 4), 'big'],
  (random) => ['PFMERGE', key(random), ...someKeys(random, 3)],
  (random) => ['PFMERGE', key(random), 'big', key(random)],
  (random) => ['PFDEBUG', random.pick(['ENCODING', 'DECODE', 'encoding', 'decode']), key(random)],
  (random) => ['PFDEBUG', random.pick(['GETREG', 'TODENSE', 'WHAT']), key(random)],
  (random) => ['GET', key(random)],
  (random) => ['SETRANGE', key(random), random.pick(['0', '3', '4']), value(random)],
  (random) => ['SET', key(random), value(random)],
  (random) => ['OBJECT', 'ENCODING', key(random)],
  (random) => ['DEL', key(random), 'big'],
];

function elements(random: Random, most: number): Argument[] {
  const from = random.below(100_000);
  return Array.from({ length: random.below(most) }, (_, i) => `element:${from + i}`);
}
