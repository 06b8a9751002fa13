/** Cold. MEMORY USAGE: what a key takes. */

import { NOT_AN_INTEGER, SYNTAX } from '../../../commands/errors.ts';
import type { Database } from '../../../keyspace/database.ts';
import { recordFootprint } from '../../../keyspace/footprint.ts';
import { flagsOf, HAS_EXPIRY } from '../../../keyspace/record.ts';
import { parseOrder } from '../../../memory/integers.ts';
import type { ServerCall } from '../../server-call.ts';

/** Elements of a value that are looked at when nothing else is said. */
const SAMPLES = 5;

/** MEMORY USAGE key [SAMPLES count] */
export function memoryUsage(call: ServerCall): void {
  const { arguments: words, reply, database } = call;
  let samples = SAMPLES;
  for (let i = 3; i < words.count; i += 2) {
    if (!words.is(i, 'samples') || i + 1 >= words.count) return reply.error(SYNTAX);
    samples = parseOrder(words.bytes, words.start(i + 1), words.end(i + 1));
    if (Number.isNaN(samples)) return reply.error(NOT_AN_INTEGER);
    if (samples < 0) return reply.error(SYNTAX);
  }
  const record = database.lookup(words.bytes, words.start(2), words.end(2));
  if (record === 0) reply.nullValue();
  else reply.integer(Math.round(usage(database, record, samples)));
}

/** Bytes of the record, of what it refers to, and of its share in the tables. */
function usage(database: Database, record: number, samples: number): number {
  const { arena, keys, expiring } = database;
  const bytes = recordFootprint(database, record, samples) + keys.structureBytes / keys.count;
  const isExpiring = (flagsOf(arena, record) & HAS_EXPIRY) !== 0;
  return isExpiring ? bytes + expiring.structureBytes / expiring.count : bytes;
}
