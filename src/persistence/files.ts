/**
 * Cold. The directory that the data's files are in. A name may be that of a folder, a slash, and a name. Methods throw what
 * the system says: an Error with its `code`.
 */
export interface DataFiles {
  /** Opens a file to be read; null if it is not there. */
  open(name: string): ReadableFile | null;
  /** Creates a file to be written, or empties the one that is there. */
  create(name: string): WritableFile;
  /** Opens a file to be written behind what it has; creates it if it is not there. */
  append(name: string): WritableFile;
  /** Cuts a file to its first `bytes`. */
  truncate(name: string, bytes: number): void;
  /** Creates a folder if it is not there, and makes sure that it stays. */
  makeFolder(name: string): void;
  /** The names of what a folder holds; none if it is not there. */
  list(folder: string): string[];
  /** Gives a file another name, in place of the one that has it. */
  rename(from: string, to: string): void;
  /** Removes a file if it is there. */
  remove(name: string): void;
  /** As `remove`, beside the loop: the space of a large file takes its time. */
  removeLater(name: string, done: Done): void;
  /**
   * Makes sure that files created, renamed and removed in the directory, or in a folder, stay so, whatever happens to the
   * machine.
   */
  sync(folder?: string): void;
  /** As `sync`, beside the loop. */
  syncLater(done: Done): void;
}

export interface ReadableFile {
  /** What the file measured when it was opened. */
  readonly sizeBytes: number;
  /** Fills `target` from its start with what comes next; returns how many bytes, 0 at the end. */
  read(target: Uint8Array): number;
  close(): void;
}

export interface WritableFile {
  /** Appends bytes[0, length), all of them. */
  write(bytes: Uint8Array, length: number): void;
  /** Makes sure that what was written stays, whatever happens to the machine. */
  sync(): void;
  close(): void;
  /**
   * As `write`, beside the loop. The bytes are the file's until `done` is called, from a later turn. REQUIRES: nothing else
   * is done to the file meanwhile.
   */
  writeLater(bytes: Uint8Array, length: number, done: Done): void;
  /** As `sync`, beside the loop. Writing may go on meanwhile; what is written then may or may not be made sure of. */
  syncLater(done: Done): void;
}

/** Called when an operation is over, with what went wrong or null. */
export type Done = (error: Error | null) => void;
