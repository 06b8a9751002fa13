import type { Done } from './files.ts';
import type { ChunkSink } from './rdb/output.ts';

/** Where a snapshot goes, chunk by chunk, beside the loop. */
export interface SnapshotTarget extends ChunkSink {
  /** Whether whoever fills chunks should pause, until `onProgress`. */
  readonly isFull: boolean;
  readonly failure: Error | null;
  /** Called when chunks have left, and on failure. */
  onProgress: () => void;
  newChunk(): Uint8Array;
  /** Nothing comes any more; calls back when all of it is where it should be. */
  finish(done: Done): void;
  abandon(): void;
}
