/** Cold. Randomness of the system, as everything else is given it. */
import { getRandomValues } from 'node:crypto';
import type { Random } from '../../keyspace/keyspace.ts';

export const systemRandom: Random = {
  fraction: () => Math.random(),
  below: (bound) => Math.floor(Math.random() * bound),
};

/** A number of 32 bits from a strong source, for keys of hashes. */
export function secretWord(): number {
  return getRandomValues(new Int32Array(1))[0];
}
