/** Warm. Commands that tell when fields expire. */
import { NO_EXPIRY } from '../../values/hash/hash-value.ts';
import type { Call } from '../call.ts';
import { MISSING, REFUSED } from '../collections.ts';
import { fieldCount } from './field-list.ts';
import { hashOf, isHidden, openToRead } from './lookup.ts';

const NO_FIELD = -2;
const STAYS = -1;

/** HTTL key FIELDS numfields field [field ...] */
export function httl(call: Call): void {
  tell(call, 1000, call.keyspace.now);
}

/** HPTTL key FIELDS numfields field [field ...] */
export function hpttl(call: Call): void {
  tell(call, 1, call.keyspace.now);
}

/** HEXPIRETIME key FIELDS numfields field [field ...] */
export function hexpiretime(call: Call): void {
  tell(call, 1000, 0);
}

/** HPEXPIRETIME key FIELDS numfields field [field ...] */
export function hpexpiretime(call: Call): void {
  tell(call, 1, 0);
}

/** Replies for each field with its expiry in units of `unit` milliseconds from `base` on, rounded up. */
function tell(call: Call, unit: 1 | 1000, base: number): void {
  const { arguments: words, reply } = call;
  const outcome = openToRead(call);
  if (outcome === REFUSED) return;
  const count = fieldCount(call, 2);
  if (count < 0) return;
  reply.array(count);
  const hash = hashOf(call);
  for (let i = words.count - count; i < words.count; i++) {
    const present = outcome !== MISSING && hash.find(words.bytes, words.start(i), words.end(i));
    if (!present || isHidden(call, hash)) reply.integer(NO_FIELD);
    else if (hash.expiry === NO_EXPIRY) reply.integer(STAYS);
    else reply.integer(Math.ceil((hash.expiry - base) / unit));
  }
}
