/** What a file on a simulated disk holds, and what of it survives when the power goes. */
import type { Random } from '../peers/generators/random.ts';

/** A change that has not been made durable: bytes behind the end, or a cut. */
type Change = { readonly bytes: Buffer } | { readonly cut: number };

export class SimulatedFile {
  /** What is read. */
  content: Buffer;
  /** What is certain to survive. */
  #durable: Buffer;
  readonly #changes: Change[] = [];

  /** A file that is durable with this content. */
  constructor(content: Buffer = Buffer.alloc(0)) {
    this.content = content;
    this.#durable = content;
  }

  append(bytes: Buffer): void {
    this.content = Buffer.concat([this.content, bytes]);
    this.#changes.push({ bytes });
  }

  truncate(length: number): void {
    const padding = Buffer.alloc(Math.max(0, length - this.content.length));
    this.content = Buffer.concat([this.content.subarray(0, length), padding]);
    this.#changes.push({ cut: length });
  }

  sync(): void {
    this.#durable = this.content;
    this.#changes.length = 0;
  }

  /** The power goes: of what was not made durable, the changes up to some moment survive, and of the last one a part. */
  powerCut(random: Random): void {
    let content = this.#durable;
    for (const change of this.#changes) {
      if (random.chance(0.3)) {
        if ('bytes' in change) content = Buffer.concat([content, firstPart(change.bytes, random)]);
        break;
      }
      if ('bytes' in change) content = Buffer.concat([content, change.bytes]);
      else content = content.subarray(0, change.cut);
    }
    this.content = content;
    this.sync();
  }
}

function firstPart(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, random.below(bytes.length + 1));
}
