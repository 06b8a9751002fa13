/** What a snapshot is written as: an RDB file, or the commands that make the same data. */
import type { Structure } from '../values/structure.ts';

/** Records are named by their database's number and reference; each belongs to its database, whichever was announced last. */
export interface SnapshotFormat {
  /** Writes what comes before all keys. */
  begin(): void;
  /** Announces a database that has this many keys, and this many with an expiry. */
  database(index: number, keys: number, expiries: number): void;
  /** Writes a record. */
  record(index: number, record: number): void;
  /** Writes a record, or begins with one that takes long: then `advance` goes on. */
  recordInPieces(index: number, record: number): void;
  /** As `recordInPieces` for a record that is about to change. */
  recordEarly(index: number, record: number): void;
  /** Whether a record is written in part. */
  readonly isUnfinished: boolean;
  /** Goes on with a record that is written in part. */
  advance(): void;
  /** The value that is kept at `root` is about to change; it may be one that is written in part. */
  changing(root: number): void;
  /** A value is to be freed. Returns whether it is written in part: then it is freed later. */
  released(structure: Structure, encoding: number, root: number): boolean;
  /** Gives up what is written in part. */
  abandon(): void;
  /** Completes the file and hands over its last bytes. */
  end(): void;
}
