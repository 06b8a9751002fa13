/** Cold. OBJECT: how a value is stored. */

import { decayed, idleSeconds } from '../../keyspace/access-clock.ts';
import { clockOf, encodingOf, fixedIndexOf, wordsOf } from '../../keyspace/record.ts';
import { ENCODING_INT, encodingName } from '../../values/encoding.ts';
import type { Call } from '../call.ts';

/** Integers below this one are one shared object each in Redis, which counts no references to them. */
const SHARED_INTEGERS = 10000;
const SHARED_REFERENCES = 2147483647;
const SWITCHING =
  'Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.';
const NO_FREQUENCY = `ERR An LFU maxmemory policy is not selected, access frequency not tracked. ${SWITCHING}`;
const NO_IDLE_TIME = `ERR An LFU maxmemory policy is selected, idle time not tracked. ${SWITCHING}`;

/** OBJECT ENCODING key */
export function objectEncoding(call: Call): void {
  const record = objectOf(call);
  if (record !== 0) call.reply.text(encodingName(encodingOf(call.keyspace.arena, record)));
}

/** OBJECT FREQ key */
export function objectFreq(call: Call): void {
  const { keyspace, reply } = call;
  const record = objectOf(call);
  if (record === 0) return;
  if (keyspace.policy.measure !== 'lfu') return reply.error(NO_FREQUENCY);
  reply.integer(decayed(keyspace, clockOf(keyspace.arena, record)));
}

/** OBJECT IDLETIME key */
export function objectIdletime(call: Call): void {
  const { keyspace, reply } = call;
  const record = objectOf(call);
  if (record === 0) return;
  if (keyspace.policy.measure === 'lfu') return reply.error(NO_IDLE_TIME);
  reply.integer(idleSeconds(keyspace, clockOf(keyspace.arena, record)));
}

/** OBJECT REFCOUNT key: every value here has one reference; small integers are reported as Redis shares them. */
export function objectRefcount(call: Call): void {
  const record = objectOf(call);
  if (record !== 0) call.reply.integer(isShared(call, record) ? SHARED_REFERENCES : 1);
}

/** Whether a value counts as one of the shared integers. */
export function isShared(call: Call, record: number): boolean {
  const { arena } = call.keyspace;
  if (encodingOf(arena, record) !== ENCODING_INT) return false;
  const words = wordsOf(arena, record);
  const fixed = fixedIndexOf(arena, record);
  return words[fixed + 1] === 0 && words[fixed] >= 0 && words[fixed] < SHARED_INTEGERS;
}

/** The record of word 2, counted as a hit or a miss; 0 after having replied that there is none. */
function objectOf(call: Call): number {
  const { arguments: words, keyspace } = call;
  const record = call.database.lookup(words.bytes, words.start(2), words.end(2));
  if (record !== 0) {
    keyspace.hits++;
    return record;
  }
  keyspace.misses++;
  call.reply.nullValue();
  return 0;
}
