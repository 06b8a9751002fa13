/** Cold. Checks one file of commands, which may begin with a snapshot, and cuts it where that is asked for. */
import { PreambleSource } from '../../persistence/aof/preamble.ts';
import {
  AOF_ANNOTATION,
  AOF_COMMAND,
  AOF_CUT,
  AOF_END,
  AofFormatError,
  AofReader,
} from '../../persistence/aof/reader.ts';
import type { DataFiles } from '../../persistence/files.ts';
import { checkSource } from '../check-rdb/check.ts';
import { open } from './kind.ts';
import { type CheckOptions, CheckStopped } from './report.ts';

/** "cut": it was not, and is now. */
export type Outcome = 'valid' | 'empty' | 'cut';

export interface CheckedFile {
  readonly path: string;
  /** As the report calls it. */
  readonly name: string;
  /** Only the last file may be cut. */
  readonly isLast: boolean;
  readonly mayHaveSnapshot: boolean;
}

/** Whether a file begins with a snapshot. Throws CheckStopped. */
export function hasSnapshot(files: DataFiles, path: string): boolean {
  const file = open(files, path);
  try {
    return new PreambleSource(file).hasPreamble();
  } finally {
    file.close();
  }
}

export class FileCheck {
  readonly #file: CheckedFile;
  readonly #options: CheckOptions;
  /** Everything before is whole: commands, and transactions. */
  #validBytes = 0;
  /** Where the last word read begins. */
  #lastWord = 0;
  #isInTransaction = false;

  constructor(file: CheckedFile, options: CheckOptions) {
    this.#file = file;
    this.#options = options;
  }

  /** Throws CheckStopped if the file is not sound and has not become so. */
  run(): Outcome {
    const { path } = this.#file;
    const file = open(this.#options.files, path, ', aborting...');
    try {
      if (file.sizeBytes === 0) return 'empty';
      const source = new PreambleSource(file);
      if (source.hasPreamble() && this.#file.mayHaveSnapshot) this.#checkSnapshot(source);
      const reader = new AofReader(source, this.#validBytes);
      const isCut = this.#readCommands(reader);
      this.#options.lines += reader.lines;
      return isCut ? 'cut' : this.#judge(file.sizeBytes);
    } finally {
      file.close();
    }
  }

  #checkSnapshot(source: PreambleSource): void {
    const { now, print } = this.#options;
    print(`[offset 0] Checking RDB file ${this.#file.path}`);
    const end = checkSource(source, { now, print });
    if (end === null) throw new CheckStopped('RDB preamble of AOF file is not sane, aborting.');
    source.continueAt(end);
    this.#validBytes = end;
    print('RDB preamble is OK, proceeding with AOF tail...');
  }

  /** Reads to the end, or to what is not in order, which is told. Returns whether the file was cut at the time wanted. */
  #readCommands(reader: AofReader): boolean {
    try {
      for (;;) {
        const start = reader.offset;
        const found = reader.next();
        if (found === AOF_ANNOTATION) {
          if (this.#isTooLate(reader)) {
            this.#cutToTimestamp(this.#isInTransaction ? this.#validBytes : start);
            return true;
          }
        } else if (found !== AOF_COMMAND) {
          this.#tellEnd(reader, found);
          return false;
        } else if (!this.#follow(reader)) {
          return false;
        }
        if (!this.#isInTransaction) this.#validBytes = reader.offset;
      }
    } catch (error) {
      if (!(error instanceof AofFormatError)) throw error;
      if (error.part === 'command') this.#options.print(`AOF ${this.#file.name} format error`);
      else this.#tellAt(error.offset, error.message);
      return false;
    }
  }

  /** Whether an annotation says a time beyond the one wanted. Throws CheckStopped if it says none. */
  #isTooLate(reader: AofReader): boolean {
    const { timestamp } = this.#options;
    if (timestamp === 0 || !reader.annotation.startsWith('TS:')) return false;
    const seconds = reader.annotatedSeconds;
    if (Number.isNaN(seconds)) throw new CheckStopped('Invalid timestamp annotation');
    return seconds > timestamp;
  }

  /** Follows transactions. Returns false when MULTI or EXEC stands where it cannot. */
  #follow({ words, offset }: AofReader): boolean {
    this.#lastWord = offset - words.length(words.count - 1) - 2;
    const isMulti = words.is(0, 'multi');
    if (!isMulti && !words.is(0, 'exec')) return true;
    if (isMulti === this.#isInTransaction) {
      this.#tellAt(this.#lastWord, `Unexpected ${isMulti ? 'MULTI' : 'EXEC'} in AOF ${this.#file.name}`);
      return false;
    }
    this.#isInTransaction = isMulti;
    return true;
  }

  #tellEnd(reader: AofReader, found: number): void {
    const { missing } = reader;
    if (found === AOF_CUT && missing !== null) this.#tellAt(missing.offset, missing.message);
    if (found === AOF_END && this.#isInTransaction)
      this.#tellAt(this.#lastWord, 'Reached EOF before reading EXEC for MULTI');
  }

  #tellAt(offset: number, message: string): void {
    this.#options.print(`0x${offset.toString(16).padStart(16)}: ${message}`);
  }

  #judge(sizeBytes: number): Outcome {
    const { name, isLast } = this.#file;
    const { print, fixes, timestamp, lines } = this.#options;
    const excess = sizeBytes - this.#validBytes;
    if (excess === 0 && timestamp !== 0) {
      print(`Truncate nothing in AOF ${name} to timestamp ${timestamp}`);
      return 'valid';
    }
    print(
      `AOF analyzed: filename=${name}, size=${sizeBytes}, ok_up_to=${this.#validBytes}, ` +
        `ok_up_to_line=${lines}, diff=${excess}`,
    );
    if (excess === 0) return 'valid';
    if (!fixes) throw new CheckStopped(`AOF ${name} is not valid. Use the --fix option to try fixing it.`);
    if (!isLast) throw new CheckStopped(`Failed to truncate AOF ${name} because it is not the last file`);
    print(
      `This will shrink the AOF ${name} from ${sizeBytes} bytes, with ${excess} bytes, to ${this.#validBytes} bytes`,
    );
    this.#options.output('Continue? [y/N]: ');
    if (!/^y/i.test(this.#options.answer())) throw new CheckStopped('Aborting...');
    this.#cut(this.#validBytes, `Failed to truncate AOF ${name}`);
    print(`Successfully truncated AOF ${name}`);
    return 'cut';
  }

  #cutToTimestamp(offset: number): void {
    const { name, path, isLast } = this.#file;
    const { print, timestamp } = this.#options;
    if (offset === 0)
      throw new CheckStopped(`AOF ${path} has nothing before timestamp ${timestamp}, aborting...`);
    if (!isLast) {
      throw new CheckStopped(
        `Failed to truncate AOF ${path} to timestamp ${timestamp} to offset ${offset} because it is not the last file.\n` +
          'If you insist, please delete all files after this file according to the manifest file and delete the ' +
          'corresponding records in manifest file manually. Then re-run redis-check-aof.',
      );
    }
    this.#cut(offset, `Failed to truncate AOF ${name} to timestamp ${timestamp}`);
    print(`Successfully truncated AOF ${name} to timestamp ${timestamp}`);
  }

  /** Cuts the file to its first `bytes`, and makes sure that it stays so. */
  #cut(bytes: number, failure: string): void {
    const { files } = this.#options;
    const { path } = this.#file;
    try {
      files.truncate(path, bytes);
      const file = files.append(path);
      file.sync();
      file.close();
    } catch {
      throw new CheckStopped(failure);
    }
  }
}
