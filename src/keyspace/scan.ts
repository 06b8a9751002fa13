/** Hot. Walking over the keys of a database, a batch at a time. */

import type { ReferenceList } from '../memory/reference-list.ts';
import type { Table } from '../memory/table.ts';

/** A sparse table may have this many buckets for each record that is wanted before a batch ends early. */
const BUCKETS_PER_RECORD = 10;

/**
 * Adds to `found` at least `wanted` records from `cursor` on (0 to begin), fewer at the table's end or where it is sparse.
 * Returns the cursor to go on with, 0 at the end. Records in the table from the first batch to the last are met at
 * least once, whatever changes in between.
 */
export function scanBatch(table: Table, cursor: number, wanted: number, found: ReferenceList): number {
  const enough = found.count + wanted;
  let bucketsLeft = wanted * BUCKETS_PER_RECORD;
  let at = cursor;
  do {
    at = table.scan(at, found.add);
    bucketsLeft--;
  } while (at !== 0 && found.count < enough && bucketsLeft > 0);
  return at;
}
