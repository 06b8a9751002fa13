/** Hot. Commands with many keys read ahead what they are going to look up. */
import { PREFETCH_KEYS } from '../keyspace/prefetch.ts';
import type { Call } from './call.ts';

/**
 * To be called before the key at word `index` is looked up, for keys at words `first`, `first` + `step`, ... below `end`:
 * reads ahead for the next group of them. Whoever calls this calls `call.keyspace.prefetch.forget` behind the last key.
 */
export function readAhead(call: Call, index: number, first: number, step: number, end: number): void {
  if (((index - first) / step) % PREFETCH_KEYS !== 0) return;
  const count = Math.min(Math.ceil((end - index) / step), PREFETCH_KEYS);
  // A single key was read ahead with the other requests of its pipeline.
  if (count === 1) return;
  const { arguments: words, keyspace, database } = call;
  keyspace.prefetch.load(database, words.bytes, words.offsets, index << 1, step << 1, count);
}
