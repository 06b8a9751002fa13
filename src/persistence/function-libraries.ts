/** Cold. Libraries of functions as their source texts: kept from file to file, so that none is lost. */

/** What a library's first line says of its name: `#!lua name=NAME`, in any case, and perhaps in quotes. */
const NAME = /^#![^\n]*?\s["']?name=["']?(\w+)/i;

/** What becomes of libraries that are there when others are restored. */
export type RestorePolicy = 'append' | 'replace' | 'flush';

export class FunctionLibraries {
  readonly #texts = new Map<string, Uint8Array>();

  get count(): number {
    return this.#texts.size;
  }

  /** Takes over a library's text, in place of the one of the same name. */
  add(text: Uint8Array): void {
    this.#texts.set(nameOf(text), text);
  }

  /** As `add`, but a library that is there stays as it is. */
  addNew(text: Uint8Array): void {
    if (!this.#texts.has(nameOf(text))) this.add(text);
  }

  /** Takes over the texts of some libraries: all or, where "append" finds one of their names, none. */
  restore(texts: readonly Uint8Array[], policy: RestorePolicy): void {
    if (policy === 'flush') this.clear();
    if (policy === 'append' && texts.some((text) => this.#texts.has(nameOf(text)))) return;
    for (const text of texts) this.add(text);
  }

  /** Forgets the library of a name, if there is one. */
  remove(name: string): void {
    this.#texts.delete(name);
  }

  clear(): void {
    this.#texts.clear();
  }

  /** The texts, in the order in which their names came first. */
  [Symbol.iterator](): Iterator<Uint8Array> {
    return this.#texts.values();
  }
}

/** A library's name; all of its text if that does not tell one. */
function nameOf(text: Uint8Array): string {
  const source = Buffer.from(text.buffer, text.byteOffset, text.length).toString('latin1');
  return NAME.exec(source)?.[1] ?? source;
}
