/** Warm. DIGEST: by what clients compare strings without sending them. */
import type { StringView } from '../../keyspace/string-value.ts';
import { xxh3, xxh3High, xxh3Low } from '../../memory/xxh3.ts';
import type { Call } from '../call.ts';
import { FOUND, MISSING, viewString } from './get.ts';

export const DIGEST_LENGTH = 16;

/** DIGEST key */
export function digest(call: Call): void {
  const outcome = viewString(call, 1);
  if (outcome === FOUND) call.reply.text(digestOfView(call.view));
  else if (outcome === MISSING) call.reply.nullValue();
}

/** The digest of a string, as 16 hexadecimal digits. */
export function digestOfView(view: StringView): string {
  xxh3(view.bytes, view.start, view.end);
  return hexWord(xxh3High) + hexWord(xxh3Low);
}

function hexWord(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
