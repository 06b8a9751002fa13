/** What a snapshot is written as: an RDB file, or the commands that make the same data. */
export interface SnapshotFormat {
  /** Writes what comes before all keys. */
  begin(): void;
  /** Announces a database that has this many keys, and this many with an expiry. */
  database(index: number, keys: number, expiries: number): void;
  /** Writes a record of a database, whichever was announced last. */
  record(index: number, record: number): void;
  /** Completes the file and hands over its last bytes. */
  end(): void;
}
