/** Warm. Output that is kept in memory until it is wanted. */
import { RdbOutput } from './output.ts';

const CHUNK_BYTES = 16 * 1024;

export class MemoryOutput {
  readonly output: RdbOutput;
  readonly #chunks: Uint8Array[] = [];
  /** Chunks that `moveSome` has moved. */
  #moved = 0;

  /** What is kept will be appended to an output like `target`; without compression it takes less time. */
  constructor(target: RdbOutput, compress = target.compresses) {
    const exchange = (chunk: Uint8Array, length: number): Uint8Array => {
      this.#chunks.push(chunk.subarray(0, length));
      return new Uint8Array(CHUNK_BYTES);
    };
    const options = { compress, checksum: false, version: target.version };
    this.output = new RdbOutput({ exchange }, new Uint8Array(CHUNK_BYTES), options);
  }

  /** Everything, which is forgotten. */
  take(): Uint8Array[] {
    this.output.flush();
    return this.#chunks.splice(0);
  }

  /** Appends everything to another output, and forgets it. */
  moveTo(target: RdbOutput): void {
    while (this.moveSome(target));
  }

  /** Appends some KiB to another output, and forgets them; returns whether there is more. */
  moveSome(target: RdbOutput): boolean {
    if (this.#moved === 0) this.output.flush();
    const chunk = this.#chunks[this.#moved];
    if (chunk !== undefined) target.bytes(chunk, 0, chunk.length);
    this.#moved++;
    if (this.#moved < this.#chunks.length) return true;
    this.#chunks.length = 0;
    this.#moved = 0;
    return false;
  }
}
