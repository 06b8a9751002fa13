/** Cold. RDB files as a whole: written so that at every moment the old or the new one is there, and read. */
import type { Keyspace } from '../../keyspace/keyspace.ts';
import type { DataFiles, ReadableFile, WritableFile } from '../files.ts';
import type { FunctionLibraries } from '../function-libraries.ts';
import { writeAll } from '../snapshot.ts';
import type { ChunkSource } from './input.ts';
import { type OutputOptions, RdbOutput } from './output.ts';
import { RdbSnapshot } from './rdb-snapshot.ts';
import { RdbReader, type RdbVisitor, type ReadOptions } from './reader.ts';
import type { FileOrigin } from './writer.ts';

const CHUNK_BYTES = 256 * 1024;

/** What of saving has failed. */
export type SaveStep = 'open' | 'write' | 'rename';

export class SaveFailure extends Error {
  readonly step: SaveStep;

  constructor(step: SaveStep, cause: unknown) {
    super(`cannot ${step} the snapshot`, { cause });
    this.step = step;
  }
}

export interface SaveOptions extends OutputOptions {
  /** The name that the file has at the end, and the one that it has until then. */
  readonly name: string;
  readonly temporaryName: string;
  readonly origin: FileOrigin;
  readonly libraries: FunctionLibraries;
}

/** Saves all databases as they are. Throws SaveFailure; then the file that was there is untouched. */
export function saveSnapshot(keyspace: Keyspace, files: DataFiles, options: SaveOptions): void {
  const { name, temporaryName } = options;
  const file = attempt('open', () => files.create(temporaryName));
  try {
    attempt('write', () => {
      try {
        writeFile(keyspace, file, options);
      } finally {
        file.close();
      }
    });
    attempt('rename', () => files.rename(temporaryName, name));
  } catch (error) {
    removeQuietly(files, temporaryName);
    throw error;
  }
  attempt('rename', () => files.sync());
}

/** Leads a visitor through a file. */
export function snapshotReader(file: ReadableFile, visitor: RdbVisitor, options: ReadOptions): RdbReader {
  return new RdbReader(chunksOf(file), visitor, options);
}

function writeFile(keyspace: Keyspace, file: WritableFile, options: SaveOptions): void {
  const exchange = (chunk: Uint8Array, length: number): Uint8Array => {
    file.write(chunk, length);
    return chunk;
  };
  const first = new Uint8Array(CHUNK_BYTES);
  writeAll(
    keyspace,
    new RdbSnapshot(
      keyspace,
      keyspace,
      options.origin,
      options.libraries,
      new RdbOutput({ exchange }, first, options),
    ),
  );
  file.sync();
}

function chunksOf(file: ReadableFile): ChunkSource {
  const chunk = new Uint8Array(CHUNK_BYTES);
  return {
    next() {
      const length = file.read(chunk);
      return length === 0 ? null : chunk.subarray(0, length);
    },
  };
}

function attempt<T>(step: SaveStep, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new SaveFailure(step, error);
  }
}

/** Removes what is left of a file that could not be written. */
export function removeQuietly(files: DataFiles, name: string): void {
  try {
    files.remove(name);
  } catch {
    // What is left of a file that could not be written does no harm; the failure itself is told.
  }
}
