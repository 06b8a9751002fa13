/** Hot. Commands that find keys without being given one: KEYS, SCAN, RANDOMKEY. */
import type { Database } from '../../keyspace/database.ts';
import { typeNamed } from '../../keyspace/names.ts';
import { bytesOf, keyLengthOf, keyStartOf, typeOf } from '../../keyspace/record.ts';
import { scanBatch } from '../../keyspace/scan.ts';
import { globMatches } from '../../memory/glob.ts';
import { int64High, parseInteger, WIDE_INTEGER } from '../../memory/integers.ts';
import { ReferenceList } from '../../memory/reference-list.ts';
import { Unaligned } from '../../memory/unaligned.ts';
import { WARM_BLOCKS, warmBlocks } from '../../memory/warm.ts';
import { BULK_EXTRA_BYTES } from '../../protocol/reply.ts';
import { writeUnalignedBulk } from '../../protocol/unaligned-bulk.ts';
import type { Call } from '../call.ts';
import { INVALID_CURSOR, NOT_AN_INTEGER, SYNTAX } from '../errors.ts';
import { cursorOf, NOVALUES_MISPLACED } from '../scan-options.ts';

const STAR = 0x2a;
/** COUNT of SCAN where it is not given. */
const SCAN_COUNT = 10;
/** Where keys that have expired may not be deleted, RANDOMKEY stops looking for another one after so many. */
const RANDOM_TRIES = 100;
/** Words from a record's first to where a short key ends. */
const RECORD_REACH = 4;
/** Types that no value has are no error: nothing matches them. */
const ANY_TYPE = -2;

const found = new ReferenceList();
const source = new Unaligned();
const target = new Unaligned();

/** KEYS pattern */
export function keys(call: Call): void {
  const { arguments: words, database } = call;
  const pattern = words.bytes.subarray(words.start(1), words.end(1));
  if (matchesAll(pattern) && database.expiring.count === 0) return writeAll(call);
  found.clear();
  let slot = 0;
  do {
    const from = found.count;
    slot = database.keys.walk(slot, found.add);
    keepMatching(database, pattern, ANY_TYPE, from);
    keepVisible(database, false, from);
  } while (slot !== 0);
  call.reply.array(found.count);
  writeFound(call);
}

/** Replies with all keys, of which none expires: they need not be counted first. */
function writeAll(call: Call): void {
  const { keys } = call.database;
  call.reply.array(keys.count);
  let slot = 0;
  do {
    found.clear();
    slot = keys.walk(slot, found.add);
    writeFound(call);
  } while (slot !== 0);
}

/** SCAN cursor [MATCH pattern] [COUNT count] [TYPE type] */
export function scan(call: Call): void {
  const { arguments: words, reply, database, keyspace } = call;
  const cursor = cursorOf(words.text(1));
  if (cursor < 0) return reply.error(INVALID_CURSOR);
  let wanted = SCAN_COUNT;
  let type = ANY_TYPE;
  let pattern: Uint8Array | null = null;
  for (let i = 2; i < words.count; i += 2) {
    if (words.is(i, 'novalues')) return reply.error(NOVALUES_MISPLACED);
    if (i + 1 === words.count) return reply.error(SYNTAX);
    if (words.is(i, 'count')) {
      wanted = parseInteger(words.bytes, words.start(i + 1), words.end(i + 1));
      if (Number.isNaN(wanted)) return reply.error(NOT_AN_INTEGER);
      if (wanted < 1 || (wanted === WIDE_INTEGER && int64High < 0)) return reply.error(SYNTAX);
    } else if (words.is(i, 'match')) {
      pattern = words.bytes.subarray(words.start(i + 1), words.end(i + 1));
    } else if (words.is(i, 'type')) {
      type = typeNamed(words.text(i + 1));
    } else {
      return reply.error(SYNTAX);
    }
  }
  found.clear();
  const next = scanBatch(database.keys, cursor, wanted, found);
  keepMatching(database, pattern, ANY_TYPE, 0);
  const candidates = found.count;
  keepVisible(database, true, 0);
  if (type !== ANY_TYPE) {
    // Looking at a key's type counts as a look at the key.
    keyspace.hits += found.count;
    keyspace.misses += candidates - found.count;
    keepMatching(database, null, type, 0);
  }
  reply.array(2);
  reply.text(String(next));
  reply.array(found.count);
  writeFound(call);
}

/** RANDOMKEY */
export function randomkey(call: Call): void {
  const { keyspace, reply, database } = call;
  const random = (bound: number): number => keyspace.random.below(bound);
  for (let tries = 1; ; tries++) {
    const record = database.keys.sample(random);
    if (record === 0) return reply.nullValue();
    const giveUp = !keyspace.deletesExpired && tries === RANDOM_TRIES;
    if (giveUp || isVisible(database, record, true)) return writeKey(call, record);
  }
}

function matchesAll(pattern: Uint8Array | null): boolean {
  return pattern === null || (pattern.length === 1 && pattern[0] === STAR);
}

/** Keeps what has the type and matches the pattern, of those from `from` on. */
function keepMatching(database: Database, pattern: Uint8Array | null, type: number, from: number): void {
  const { arena } = database;
  const { items, count } = found;
  const all = matchesAll(pattern);
  let kept = from;
  for (let i = from; i < count; i++) {
    const record = items[i];
    if ((i - from) % WARM_BLOCKS === 0)
      warmBlocks(arena, items, i, Math.min(i + WARM_BLOCKS, count), RECORD_REACH);
    if (type !== ANY_TYPE && typeOf(arena, record) !== type) continue;
    if (pattern !== null && !all) {
      const start = keyStartOf(arena, record);
      const end = start + keyLengthOf(arena, record);
      if (!globMatches(pattern, bytesOf(arena, record), start, end, false)) continue;
    }
    items[kept++] = record;
  }
  found.cut(kept);
}

function keepVisible(database: Database, deletes: boolean, from: number): void {
  const { items, count } = found;
  let kept = from;
  for (let i = from; i < count; i++) if (isVisible(database, items[i], deletes)) items[kept++] = items[i];
  found.cut(kept);
}

/** Whether a record has not expired, or counts none the less. With `deletes`, an expired one may be deleted. */
function isVisible(database: Database, record: number, deletes: boolean): boolean {
  const { keyspace } = database;
  if (!database.isExpired(record)) return true;
  if (!deletes || !keyspace.deletesExpired) return !keyspace.hidesExpired;
  database.findRecord(record, database.keys.hashOf(record));
  return keyspace.expireFound(database, record, false) !== 0;
}

function writeFound(call: Call): void {
  for (let at = 0; at < found.count; at += WARM_BLOCKS)
    writeKeys(call, at, Math.min(at + WARM_BLOCKS, found.count));
}

/** Writes the keys of some records, with one look at the room in the output. */
function writeKeys(call: Call, from: number, to: number): void {
  const { arena } = call.keyspace;
  const { output } = call.reply;
  const { items } = found;
  warmBlocks(arena, items, from, to, RECORD_REACH);
  let bytes = (to - from) * BULK_EXTRA_BYTES;
  for (let i = from; i < to; i++) bytes += keyLengthOf(arena, items[i]);
  output.reserve(bytes);
  target.open(output.bytes);
  let at = output.length;
  for (let i = from; i < to; i++) {
    const record = items[i];
    source.open(bytesOf(arena, record));
    at = writeUnalignedBulk(source, keyStartOf(arena, record), keyLengthOf(arena, record), target, at);
  }
  output.length = at;
}

function writeKey(call: Call, record: number): void {
  const { arena } = call.keyspace;
  const start = keyStartOf(arena, record);
  call.reply.bulk(bytesOf(arena, record), start, start + keyLengthOf(arena, record));
}
