/** What the keyspace must be able to do with any value, whatever its type keeps. */

/** Takes in what a value consists of, for a fingerprint; see keyspace/digest.ts. */
export interface DigestSink {
  /** Bytes whose order among the others does not matter. */
  add(bytes: Uint8Array, start: number, end: number): void;
  /** Bytes that follow those mixed in before. */
  mix(bytes: Uint8Array, start: number, end: number): void;
  /** An element of parts, whose order among the other elements does not matter, begins; and ends. */
  beginElement(): void;
  /** A part of the element that follows those mixed in before. */
  mixIntoElement(bytes: Uint8Array, start: number, end: number): void;
  /** A part of the element that has no order. */
  addToElement(bytes: Uint8Array, start: number, end: number): void;
  endElement(): void;
}

/**
 * One implementation a data type (strings are the keyspace's own). A value is a tree of blocks of the arena; `root` refers
 * to its first block and stands in the record, beside `encoding`, one of values/encoding.ts.
 */
export interface Structure {
  /** Elements of the value: of a list, set, hash (fields), sorted set or stream. */
  count(encoding: number, root: number): number;
  /** About how many blocks there are to free. */
  effort(encoding: number, root: number): number;
  /** Frees the value. */
  free(encoding: number, root: number): void;
  /**
   * Frees about `blocks` blocks of the value. Returns the root of what is left, 0 when nothing is; in between the value is
   * good for nothing else.
   */
  freeSome(encoding: number, root: number, blocks: number): number;
  /** The root of a copy, in the same encoding. May throw OutOfMemory; then nothing was kept. */
  copy(encoding: number, root: number): number;
  /** Bytes of arena that the value takes; estimated from the first `samples` elements, exact with 0. */
  bytes(encoding: number, root: number, samples: number): number;
  digest(encoding: number, root: number, sink: DigestSink): void;
  /** Walks everything; throws when an invariant does not hold. For tests. */
  verify(encoding: number, root: number): void;
}

export type ElementVisitor = (bytes: Uint8Array, start: number, end: number) => void;

/** A structure whose elements may expire one by one. */
export interface ExpiringStructure extends Structure {
  /** Whether any element has an expiry. */
  expires(encoding: number, root: number): boolean;
  /**
   * Removes elements whose expiry lies before `now`, and returns how many. A large value is walked in pieces: `mayHaveMore`
   * says whether to call again. `removed` is given their names. `rootAfter` is the root then.
   */
  removeExpired(encoding: number, root: number, now: number, removed: ElementVisitor | null): number;
  readonly rootAfter: number;
  readonly mayHaveMore: boolean;
}
