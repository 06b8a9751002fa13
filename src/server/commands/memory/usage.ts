/** Cold. MEMORY USAGE: what a key takes. */
import { NOT_AN_INTEGER, SYNTAX } from '../../../commands/errors.ts';
import type { Database } from '../../../keyspace/database.ts';
import {
  ENCODING_RAW,
  encodingOf,
  FIXED,
  fixedIndexOf,
  flagsOf,
  HAS_EXPIRY,
  TYPE_STRING,
  typeOf,
  wordsOf,
} from '../../../keyspace/record.ts';
import { parseInteger } from '../../../memory/integers.ts';
import type { ServerCall } from '../../server-call.ts';

/** MEMORY USAGE key [SAMPLES count] */
export function memoryUsage(call: ServerCall): void {
  const { arguments: words, reply, database } = call;
  for (let i = 3; i < words.count; i += 2) {
    if (!words.is(i, 'samples') || i + 1 >= words.count) return reply.error(SYNTAX);
    const samples = parseInteger(words.bytes, words.start(i + 1), words.end(i + 1));
    if (!Number.isFinite(samples)) return reply.error(NOT_AN_INTEGER);
    if (samples < 0) return reply.error(SYNTAX);
  }
  const record = database.lookup(words.bytes, words.start(2), words.end(2));
  if (record === 0) reply.nullValue();
  else reply.integer(Math.round(usage(database, record)));
}

/** Bytes of the record, of what it refers to, and of its share in the tables. */
function usage(database: Database, record: number): number {
  const { arena, keys, expiring } = database;
  const flags = flagsOf(arena, record);
  let bytes = arena.sizeOf(record) + keys.structureBytes / keys.count;
  if ((flags & HAS_EXPIRY) !== 0) bytes += expiring.structureBytes / expiring.count;
  const ownsBlock = (flags & FIXED) !== 0 && encodingOf(arena, record) === ENCODING_RAW;
  if (ownsBlock && typeOf(arena, record) === TYPE_STRING)
    bytes += arena.sizeOf(wordsOf(arena, record)[fixedIndexOf(arena, record)]);
  return bytes;
}
