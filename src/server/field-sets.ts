/** Cold. Names of fields that a connection has announced, so that it need not repeat them for every hash (HIMPORT). */

/** Estimated bytes of a field's place in a list, besides its name. */
const FIELD_BYTES = 16;

export class FieldSets {
  readonly #sets = new Map<string, readonly Uint8Array[]>();
  /** Bytes that the sets take. */
  bytes = 0;

  get count(): number {
    return this.#sets.size;
  }

  /** The fields of a set, in the order in which values come; undefined if there is none of that name. */
  get(name: string): readonly Uint8Array[] | undefined {
    return this.#sets.get(name);
  }

  /** Replaces the set of that name. */
  set(name: string, fields: readonly Uint8Array[]): void {
    this.delete(name);
    this.#sets.set(name, fields);
    this.bytes += bytesOf(name, fields);
  }

  /** Returns whether there was one. */
  delete(name: string): boolean {
    const fields = this.#sets.get(name);
    if (fields === undefined) return false;
    this.bytes -= bytesOf(name, fields);
    return this.#sets.delete(name);
  }
}

function bytesOf(name: string, fields: readonly Uint8Array[]): number {
  return fields.reduce((sum, field) => sum + field.length + FIELD_BYTES, name.length + FIELD_BYTES);
}
