/** Bytes to send, and what tells that they came. */
import { createHash } from 'node:crypto';

/** Bytes that no two places share by accident: a linear congruential sequence. */
export function patternBytes(count: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(count);
  let state = seed;
  for (let index = 0; index < count; index++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[index] = state >>> 16;
  }
  return bytes;
}

export function digest(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex');
}
