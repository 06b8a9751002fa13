/** Warm. A large value in pieces that follow each other and bear no change. */
import type { RdbOutput } from './output.ts';
import type { ValuePieces } from './value-pieces.ts';

/** Writes the next piece; returns whether there are more. */
export type PieceWriter = (output: RdbOutput) => boolean;

export class SequencePieces implements ValuePieces {
  readonly root: number;
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

  bearChange(): boolean {
    return false;
  }

  abandon(): void {}
}
