/** Cold. Libraries of functions as their source texts: kept from file to file, so that none is lost. */

/** What a library's first line says of its name: `#!lua name=NAME`. */
const NAME = /^#![^\n]*?\sname=(\S+)/;

export class FunctionLibraries {
  readonly #texts = new Map<string, Uint8Array>();

  get count(): number {
    return this.#texts.size;
  }

  /** Takes over a library's text, in place of the one of the same name. */
  add(text: Uint8Array): void {
    const source = Buffer.from(text.buffer, text.byteOffset, text.length).toString('latin1');
    this.#texts.set(NAME.exec(source)?.[1] ?? source, text);
  }

  clear(): void {
    this.#texts.clear();
  }

  /** The texts, in the order in which their names came first. */
  [Symbol.iterator](): Iterator<Uint8Array> {
    return this.#texts.values();
  }
}
