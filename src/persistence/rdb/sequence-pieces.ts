/** Warm. A large value in pieces that follow each other: a list or stream by its nodes, a string by its bytes. */
import type { RdbOutput } from './output.ts';
import type { ValuePieces } from './value-pieces.ts';

/** Values of fewer nodes, of some KiB each, are written at once. */
export const LARGE_SEQUENCE_NODES = 16;

/** Writes the next piece; returns whether there are more. */
export type PieceWriter = (output: RdbOutput) => boolean;

export class SequencePieces implements ValuePieces {
  readonly root: number;
  readonly bearsChanges = false;
  readonly #write: PieceWriter;
  #output: RdbOutput | null = null;

  constructor(root: number, write: PieceWriter) {
    this.root = root;
    this.#write = write;
  }

  begin(output: RdbOutput): void {
    this.#output = output;
  }

  step(): boolean {
    if (this.#output === null) throw new Error('SequencePieces: a piece before the beginning');
    return this.#write(this.#output);
  }

  abandon(): void {}
}
