/** Warm. Output that is kept in memory until it is appended to another one. */
import { RdbOutput } from './output.ts';

const CHUNK_BYTES = 16 * 1024;

export class MemoryOutput {
  readonly output: RdbOutput;
  readonly #chunks: Uint8Array[] = [];

  /** What is kept will be appended to an output like `target`. */
  constructor(target: RdbOutput) {
    const exchange = (chunk: Uint8Array, length: number): Uint8Array => {
      this.#chunks.push(chunk.subarray(0, length));
      return new Uint8Array(CHUNK_BYTES);
    };
    const options = { compress: target.compresses, checksum: false, version: target.version };
    this.output = new RdbOutput({ exchange }, new Uint8Array(CHUNK_BYTES), options);
  }

  /** Appends everything to another output, and forgets it. */
  moveTo(target: RdbOutput): void {
    this.output.flush();
    for (const chunk of this.#chunks) target.bytes(chunk, 0, chunk.length);
    this.#chunks.length = 0;
  }
}
