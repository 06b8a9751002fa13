/** Hot. Commands that set fields. */
import { HSET } from '../../keyspace/events.ts';
import { NO_EXPIRY } from '../../values/hash/hash-value.ts';
import type { Call } from '../call.ts';
import { wrongArity } from '../errors.ts';
import { findField, hashOf, isOpen, keepChanged, openOrCreate } from './lookup.ts';

/** HSET key field value [field value ...] */
export function hset(call: Call): void {
  if (call.arguments.count % 2 !== 0) return call.reply.error(wrongArity('hset'));
  if (!openOrCreate(call)) return;
  const added = setFields(call, 2, NO_EXPIRY);
  keepChanged(call, HSET);
  call.keyspace.countElements((call.arguments.count - 2) >> 1);
  call.reply.integer(added);
}

/** HMSET key field value [field value ...] */
export function hmset(call: Call): void {
  if (call.arguments.count % 2 !== 0) return call.reply.error(wrongArity('hmset'));
  if (!openOrCreate(call)) return;
  setFields(call, 2, NO_EXPIRY);
  keepChanged(call, HSET);
  call.keyspace.countElements((call.arguments.count - 2) >> 1);
  call.reply.ok();
}

/** HSETNX key field value */
export function hsetnx(call: Call): void {
  if (!openOrCreate(call)) return;
  if (findField(call, 2)) return call.reply.flag(false);
  // A hash whose last field has just expired went with it.
  if (!isOpen() && !openOrCreate(call)) return;
  setFields(call, 2, NO_EXPIRY);
  keepChanged(call, HSET);
  call.reply.flag(true);
}

/** Sets the fields at words `from`, `from` + 2, ... to the words behind them; returns how many are new. */
export function setFields(call: Call, from: number, expiry: number): number {
  const { arguments: words } = call;
  const hash = hashOf(call);
  prepareFor(call, from);
  let added = 0;
  for (let i = from; i < words.count; i += 2) {
    const { bytes } = words;
    const value = i + 1;
    if (
      hash.setPrepared(
        bytes,
        words.start(i),
        words.end(i),
        bytes,
        words.start(value),
        words.end(value),
        expiry,
      )
    )
      added++;
  }
  return added;
}

/** Gives the opened hash the form for the pairs from word `from` on. */
export function prepareFor(call: Call, from: number): void {
  const { arguments: words } = call;
  let longest = 0;
  for (let i = from; i < words.count; i++) {
    const length = words.length(i);
    if (length > longest) longest = length;
  }
  hashOf(call).prepare((words.count - from) >> 1, longest, words.end(words.count - 1) - words.start(from));
}
