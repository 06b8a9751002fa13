/** Large values in pieces: what a snapshot writes between requests, because writing them at once would take too long. */
import type { RdbOutput } from './output.ts';

export interface ValuePieces {
  /** What the value is kept in: the root, or the block of a string. */
  readonly root: number;
  /** From now on pieces go to this output. */
  begin(output: RdbOutput): void;
  /** Writes the next piece; returns whether there are more. */
  step(): boolean;
  /** Something of the value is about to change: what has still to be written is to be written as it was all the same. */
  prepareForChanges(): void;
  /** No more pieces are wanted. */
  abandon(): void;
}
