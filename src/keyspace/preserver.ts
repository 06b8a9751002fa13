/** What the keyspace tells somebody who needs the data set as it was at one moment, while commands go on changing it. */
import type { Structure } from '../values/structure.ts';
import type { KeyTable } from './key-table.ts';
import type { DetachedTables } from './lazy-free.ts';

/**
 * A walk over all tables in the order of places (memory/table.ts). A record is still to be seen when its place is not below
 * its table's `unseenFrom` and it does not have the flag PRESERVED.
 */
export interface Preserver {
  /** A record with this hash is about to change or to go. */
  changing(table: KeyTable, record: number, hash: number): void;
  /** A record with this hash has come, or has taken the place of one that `changing` told of. */
  added(table: KeyTable, record: number, hash: number): void;
  /** Tables have left their database. Returns whether they are still wanted: then the preserver has them freed later. */
  detached(tables: DetachedTables): boolean;
  /** A value is about to be freed. Returns whether it is still wanted: then the preserver has it freed later. */
  released(structure: Structure, encoding: number, root: number): boolean;
}
