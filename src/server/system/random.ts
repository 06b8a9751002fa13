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

/** `length` hexadecimal digits from a strong source, for run ids. */
export function secretHex(length: number): string {
  const bytes = getRandomValues(new Uint8Array(Math.ceil(length / 2)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, length);
}
