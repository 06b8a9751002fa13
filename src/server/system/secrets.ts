/** Cold. What must not be told to whom does not know it already. */
import { timingSafeEqual } from 'node:crypto';

/** Whether two secrets (one character a byte) are the same, in a time that tells nothing but their lengths. */
export function equalSecrets(left: string, right: string): boolean {
  const a = Buffer.from(left, 'latin1');
  const b = Buffer.from(right, 'latin1');
  return a.length === b.length && timingSafeEqual(a, b);
}
