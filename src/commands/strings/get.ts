/** Hot. Commands that read strings. */
import { TYPE_STRING, typeOf } from '../../keyspace/record.ts';
import { stringLength } from '../../keyspace/string-value.ts';
import { int64High, parseInteger, WIDE_INTEGER } from '../../memory/integers.ts';
import type { Call } from '../call.ts';
import { NOT_AN_INTEGER, WRONG_TYPE } from '../errors.ts';
import { readAhead } from '../read-ahead.ts';

/** What `viewString` has found; with REFUSED it has replied with an error. */
export const FOUND = 1;
export const MISSING = 0;
export const REFUSED = -1;

const NOTHING = new Uint8Array(0);

/** GET key */
export function get(call: Call): void {
  const { arguments: words, reply, view } = call;
  const { arena } = call.keyspace;
  const record = call.database.read(words.bytes, words.start(1), words.end(1));
  if (record === 0) {
    reply.nullValue();
  } else if (typeOf(arena, record) !== TYPE_STRING) {
    reply.error(WRONG_TYPE);
  } else {
    view.read(arena, record);
    reply.bulk(view.bytes, view.start, view.end);
  }
}

/** MGET key [key ...]: null for what is missing or no string. */
export function mget(call: Call): void {
  const { arguments: words, reply, view } = call;
  const { arena } = call.keyspace;
  reply.array(words.count - 1);
  for (let i = 1; i < words.count; i++) {
    readAhead(call, i, 1, 1, words.count);
    const record = call.database.read(words.bytes, words.start(i), words.end(i));
    if (record === 0 || typeOf(arena, record) !== TYPE_STRING) {
      reply.nullValue();
      continue;
    }
    view.read(arena, record);
    reply.bulk(view.bytes, view.start, view.end);
  }
  call.keyspace.prefetch.forget();
}

/** STRLEN key */
export function strlen(call: Call): void {
  const { arguments: words, reply } = call;
  const { arena } = call.keyspace;
  const record = call.database.read(words.bytes, words.start(1), words.end(1));
  if (record !== 0 && typeOf(arena, record) !== TYPE_STRING) return reply.error(WRONG_TYPE);
  reply.integer(record === 0 ? 0 : stringLength(arena, record));
}

/** GETRANGE key start end, and SUBSTR: negative places count from the end. */
export function getrange(call: Call): void {
  const { arguments: words, reply, view } = call;
  const first = place(call, 2);
  const last = Number.isNaN(first) ? first : place(call, 3);
  if (Number.isNaN(last)) return reply.error(NOT_AN_INTEGER);
  const outcome = viewString(call, 1);
  if (outcome === REFUSED) return;
  const length = outcome === FOUND ? view.end - view.start : 0;
  const fromEnd = first < 0 && last < 0;
  const reversed = fromEnd && (first > last || isWideAndReversed(words.text(2), words.text(3), first, last));
  const start = first < 0 ? Math.max(0, first + length) : first;
  const end = Math.min(last < 0 ? Math.max(0, last + length) : last, length - 1);
  if (start > end || reversed) return reply.bulk(NOTHING, 0, 0);
  reply.bulk(view.bytes, view.start + start, view.start + end + 1);
}

/**
 * Points the view at the string that word `index` names, read as GET does. Returns FOUND, MISSING, or REFUSED after
 * having replied that it is no string.
 */
export function viewString(call: Call, index: number): number {
  const { arguments: words, view } = call;
  const { arena } = call.keyspace;
  const record = call.database.read(words.bytes, words.start(index), words.end(index));
  if (record === 0) return MISSING;
  if (typeOf(arena, record) !== TYPE_STRING) {
    call.reply.error(WRONG_TYPE);
    return REFUSED;
  }
  view.read(arena, record);
  return FOUND;
}

/** The integer that word `index` is, those beyond the safe ones brought near; NaN if it is none. */
function place(call: Call, index: number): number {
  const words = call.arguments;
  const value = parseInteger(words.bytes, words.start(index), words.end(index));
  if (value !== WIDE_INTEGER) return value;
  return int64High < 0 ? -Number.MAX_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
}

/** Whether the first place is behind the last though `place` has made them equal. */
function isWideAndReversed(firstText: string, lastText: string, first: number, last: number): boolean {
  return first === last && last === -Number.MAX_SAFE_INTEGER && BigInt(firstText) > BigInt(lastText);
}
