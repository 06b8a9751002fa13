/** Hot. Commands that set several strings, all or none. */
import { NO_EXPIRY } from '../../keyspace/string-value.ts';
import { parseInteger } from '../../memory/integers.ts';
import type { Call } from '../call.ts';
import { SYNTAX, wrongArity } from '../errors.ts';
import { readAhead } from '../read-ahead.ts';
import { expiryOption, momentText } from './expiry-moment.ts';
import { EX, MSETEX_OPTIONS, NX, StringOptions, XX } from './options.ts';
import { store } from './set.ts';

const PAIRS_MAX = 2 ** 31 - 1;
/** Memory that setting strings may take: for each of their bytes, for each key, and once. */
const BYTES_PER_BYTE = 1.75;
const BYTES_PER_KEY = 192;
const SLACK_BYTES = 16 * 1024 * 1024;

const options = new StringOptions();

/** MSET key value [key value ...] */
export function mset(call: Call): void {
  const { arguments: words } = call;
  if (words.count % 2 === 0) return call.reply.error(wrongArity('mset'));
  setPairs(call, 1, words.count, NO_EXPIRY);
  call.reply.ok();
}

/** MSETNX key value [key value ...]: sets all if none exists. */
export function msetnx(call: Call): void {
  const { arguments: words } = call;
  if (words.count % 2 === 0) return call.reply.error(wrongArity('msetnx'));
  const sets = countExisting(call, 1, words.count) === 0;
  if (sets) setPairs(call, 1, words.count, NO_EXPIRY);
  call.reply.flag(sets);
}

/** MSETEX numkeys key value [key value ...] [NX|XX] [EX s|PX ms|EXAT s|PXAT ms|KEEPTTL] */
export function msetex(call: Call): void {
  const { arguments: words, reply } = call;
  const pairs = parseInteger(words.bytes, words.start(1), words.end(1));
  if (!(pairs >= 1 && pairs <= PAIRS_MAX)) return reply.error('ERR invalid numkeys value');
  const end = 2 + pairs * 2;
  if (end > words.count) return reply.error('ERR wrong number of key-value pairs');
  if (!options.read(words, end, MSETEX_OPTIONS)) return reply.error(SYNTAX);
  const expiry = expiryOption(call, options, 'msetex');
  if (Number.isNaN(expiry)) return;
  if (!pairsMayBeSet(call, end)) return reply.flag(false);
  setPairs(call, 2, end, expiry);
  reply.flag(true);
  if (call.propagates && options.time >= EX) propagateUntil(call, expiry);
}

/** Whether none (NX) or all (XX) of the keys exist. */
function pairsMayBeSet(call: Call, end: number): boolean {
  if (options.condition === NX) return countExisting(call, 2, end) === 0;
  if (options.condition === XX) return countExisting(call, 2, end) === (end - 2) / 2;
  return true;
}

/** How many of the keys at words `from`, `from` + 2, ... below `to` exist. */
function countExisting(call: Call, from: number, to: number): number {
  const { arguments: words, database } = call;
  let existing = 0;
  for (let i = from; i < to; i += 2)
    if (database.write(words.bytes, words.start(i), words.end(i)) !== 0) existing++;
  return existing;
}

/** Propagates a MSETEX that was carried out, with the moment in place of a span of time. */
function propagateUntil(call: Call, expiry: number): void {
  const words: (string | Uint8Array)[] = call.arguments.copyAll();
  words[options.moment - 1] = 'PXAT';
  words[options.moment] = momentText(expiry);
  call.propagateWords(words);
}

/** Sets the keys at words `from`, `from` + 2, ... below `to` to the words behind them; without memory for all, none. */
function setPairs(call: Call, from: number, to: number, expiry: number): void {
  const { arguments: words, database } = call;
  const bytes = words.end(to - 1) - words.start(from);
  call.keyspace.arena.reserve(bytes * BYTES_PER_BYTE + (to - from) * BYTES_PER_KEY + SLACK_BYTES);
  for (let i = from; i < to; i += 2) {
    readAhead(call, i, from, 2, to);
    const record = database.write(words.bytes, words.start(i), words.end(i));
    store(call, record, i, i + 1, expiry);
  }
  call.keyspace.prefetch.forget();
}
