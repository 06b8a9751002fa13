/** Warm. INCREX: a counter within bounds that may expire, as rate limits need it. */
import { DEL, EXPIRE, PERSIST as PERSISTED } from '../../keyspace/events.ts';
import { flagsOf, HAS_EXPIRY, TYPE_STRING, typeOf } from '../../keyspace/record.ts';
import { KEEP_EXPIRY } from '../../keyspace/string-value.ts';
import type { Call } from '../call.ts';
import { SYNTAX, WRONG_TYPE } from '../errors.ts';
import { type Counting, fractions, integers } from './counting.ts';
import { expiryOption, momentText, placeMoment } from './expiry-moment.ts';
import { EX, INCREX_OPTIONS, NONE, PERSIST, StringOptions } from './options.ts';

const options = new StringOptions();

/** What a request says besides its expiry; options with an operand are the word behind them, 0 if they are not there. */
interface Increment {
  byInteger: number;
  byFloat: number;
  lower: number;
  upper: number;
  saturates: boolean;
  /** The expiry is only for keys that have none. */
  onlyWithoutExpiry: boolean;
}

/**
 * INCREX key [BYINT n|BYFLOAT x] [LBOUND l] [UBOUND u] [SATURATE] [EX s|PX ms|EXAT s|PXAT ms|PERSIST] [ENX]
 *
 * What would be out of bounds is not done, unless SATURATE lets it stop at the bound. Replies with the value and how much
 * it has changed.
 */
export function increx(call: Call): void {
  const increment = readIncrement(call);
  if (increment === undefined) return;
  if (increment.byFloat > 0) count(call, increment, fractions, increment.byFloat);
  else count(call, increment, integers, increment.byInteger);
}

/** Undefined after having replied with an error. */
function readIncrement(call: Call): Increment | undefined {
  const { arguments: words, reply } = call;
  const increment = {
    byInteger: 0,
    byFloat: 0,
    lower: 0,
    upper: 0,
    saturates: false,
    onlyWithoutExpiry: false,
  };
  options.clear();
  for (let at = 2; at < words.count; at++) {
    at = takeWord(call, at, increment);
    if (at < 0) {
      reply.error(SYNTAX);
      return undefined;
    }
  }
  if (!increment.onlyWithoutExpiry || options.time >= EX) return increment;
  reply.error(options.time === PERSIST ? SYNTAX : 'ERR ENX flag requires an expiration');
  return undefined;
}

/** Reads the option at word `at`; returns the last word that belongs to it, -1 if it may not stand there. */
function takeWord(call: Call, at: number, increment: Increment): number {
  const words = call.arguments;
  if (words.is(at, 'saturate')) {
    if (increment.saturates) return -1;
    increment.saturates = true;
    return at;
  }
  if (words.is(at, 'enx')) {
    if (increment.onlyWithoutExpiry) return -1;
    increment.onlyWithoutExpiry = true;
    return at;
  }
  const name = operandName(call, at);
  if (name === undefined) return options.take(words, at, INCREX_OPTIONS);
  const otherAmount = name.startsWith('by') && increment.byInteger + increment.byFloat > 0;
  if (increment[name] > 0 || otherAmount || at + 1 >= words.count) return -1;
  increment[name] = at + 1;
  return at + 1;
}

function operandName(call: Call, at: number): 'byInteger' | 'byFloat' | 'lower' | 'upper' | undefined {
  const words = call.arguments;
  if (words.is(at, 'byint')) return 'byInteger';
  if (words.is(at, 'byfloat')) return 'byFloat';
  if (words.is(at, 'lbound')) return 'lower';
  return words.is(at, 'ubound') ? 'upper' : undefined;
}

function count<T>(call: Call, increment: Increment, counting: Counting<T>, amountWord: number): void {
  const { arguments: words, database, keyspace, reply } = call;
  const amount = operand(call, counting, amountWord, counting.one);
  const lower = operand(call, counting, increment.lower, counting.minimum);
  const upper = operand(call, counting, increment.upper, counting.maximum);
  if (amount === undefined || lower === undefined || upper === undefined)
    return reply.error(counting.notANumber);
  if (counting.compare(lower, upper) > 0) return reply.error("ERR LBOUND can't be greater than UBOUND");
  const expiry = expiryOption(call, options, 'increx');
  if (Number.isNaN(expiry)) return;
  const record = database.write(words.bytes, words.start(1), words.end(1));
  if (record !== 0 && typeOf(keyspace.arena, record) !== TYPE_STRING) return reply.error(WRONG_TYPE);
  const old = record === 0 ? counting.zero : counting.read(call, record);
  if (old === undefined) return reply.error(counting.notANumber);
  if (!counting.isStorable(amount) || !counting.isStorable(old)) return reply.error(counting.overflow);
  let sum = counting.add(old, amount);
  const below = counting.compare(sum, lower) < 0;
  if (below || counting.compare(sum, upper) > 0) {
    if (!increment.saturates) return replyPair(call, counting, old, counting.zero);
    sum = below ? lower : upper;
  }
  const applied = counting.subtract(sum, old);
  if (!counting.isStorable(sum) || !counting.isStorable(applied)) return reply.error(counting.overflow);
  store(call, counting, record, sum, expiryFor(call, increment, record, expiry));
  replyPair(call, counting, sum, applied);
}

/** The number at a word, or what holds in its absence (word 0); undefined if it is none. */
function operand<T>(call: Call, counting: Counting<T>, word: number, absent: T): T | undefined {
  const { arguments: words } = call;
  return word === 0 ? absent : counting.parse(words.bytes, words.start(word), words.end(word));
}

/** The expiry for a record (0 for a new one), as `setString` takes it. */
function expiryFor(call: Call, increment: Increment, record: number, expiry: number): number {
  if (options.time === NONE) return KEEP_EXPIRY;
  return increment.onlyWithoutExpiry && hasExpiry(call, record) ? KEEP_EXPIRY : expiry;
}

function hasExpiry(call: Call, record: number): boolean {
  return record !== 0 && (flagsOf(call.keyspace.arena, record) & HAS_EXPIRY) !== 0;
}

/** Stores the sum, or deletes the key if it would have expired already. */
function store<T>(call: Call, counting: Counting<T>, record: number, sum: T, expiry: number): void {
  const { arguments: words, database, keyspace } = call;
  const start = words.start(1);
  const end = words.end(1);
  if (expiry >= 0 && expiry <= keyspace.now && keyspace.deletesExpired) {
    if (record === 0) return;
    database.removeFound(record);
    keyspace.changed(database, DEL, words.bytes, start, end);
    call.propagateDeletion(1, keyspace.lazyFree.unlinksExpired);
    return;
  }
  const persists = options.time === PERSIST && hasExpiry(call, record);
  const stored = counting.store(call, record, sum, expiry);
  keyspace.changed(database, counting.event, words.bytes, start, end);
  if (expiry >= 0) {
    placeMoment(database, stored, expiry);
    keyspace.announce(database, EXPIRE, words.bytes, start, end);
  } else if (persists) {
    keyspace.announce(database, PERSISTED, words.bytes, start, end);
  }
  if (call.propagates) propagateSum(call, counting.text(sum), expiry);
}

function propagateSum(call: Call, text: string, expiry: number): void {
  const key = call.arguments.copy(1);
  if (expiry >= 0) call.propagate('SET', key, text, 'PXAT', momentText(expiry));
  else if (expiry === KEEP_EXPIRY) call.propagate('SET', key, text, 'KEEPTTL');
  else call.propagate('SET', key, text);
}

function replyPair<T>(call: Call, counting: Counting<T>, value: T, applied: T): void {
  call.reply.array(2);
  counting.reply(call, value);
  counting.reply(call, applied);
}
