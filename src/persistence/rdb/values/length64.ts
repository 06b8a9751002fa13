/** Hot. Lengths of 64 bits without sign. */
import { LENGTH_64 } from '../format.ts';
import type { RdbOutput } from '../output.ts';

export function writeLength64(output: RdbOutput, high: number, low: number): void {
  if (high === 0) {
    output.length(low >>> 0);
    return;
  }
  output.byte(LENGTH_64);
  writeWord(output, high);
  writeWord(output, low);
}

/** 32 bits, the most significant byte first. */
export function writeWord(output: RdbOutput, word: number): void {
  for (let shift = 24; shift >= 0; shift -= 8) output.byte((word >>> shift) & 0xff);
}
