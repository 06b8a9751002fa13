/** Cold. What the configuration needs of the file system. Its owner passes an implementation in. */
import type { Rejection } from './rejection.ts';

/** Paths and texts have one character a byte. A rejection's reason is the system's: "No such file or directory". */
export interface ConfigurationFiles {
  /** The absolute directory that the process was started in. */
  readonly workingDirectory: string;
  /** Finds `path`, seen from the directory `from`: absolute, without symbolic links; rejects what cannot be entered. */
  directory(path: string, from: string): string | Rejection;
  /** The text of a file, `path` seen from the directory `from`. */
  read(path: string, from: string): string | Rejection;
  /** The names in a directory, `path` seen from the directory `from`; none when it cannot be read. */
  list(path: string, from: string): readonly string[];
  /** Everything on standard input, until its end. */
  readStandardInput(): string;
}
