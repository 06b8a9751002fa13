/** Who walks over the entries of a table while others change them, and needs them as they were. */
export interface EntryWatcher {
  /** An entry with this hash is about to change or to go. */
  changing(entry: number, hash: number): void;
  /** An entry with this hash has come, or has taken the place of one that `changing` told of. */
  added(entry: number, hash: number): void;
}
