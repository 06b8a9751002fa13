/** Large values in pieces: what a snapshot writes between requests, because writing them at once would take too long. */
import type { RdbOutput } from './output.ts';

export interface ValuePieces {
  /** What the value is kept in: the root, or the block of a string. */
  readonly root: number;
  /** From now on pieces go to this output. */
  begin(output: RdbOutput): void;
  /** Writes the next piece; returns whether there are more. */
  step(): boolean;
  /**
   * Something of the value is about to change. Returns whether the pieces see to it themselves that what has still to be
   * written is written as it was when they were made; else, which happens only after `begin`, the rest has to be written before.
   */
  bearChange(): boolean;
  /** No more pieces are wanted. */
  abandon(): void;
}
