/** What RDB files and DUMP need to know of a data type. */
import type { Keyspace } from '../../keyspace/keyspace.ts';
import type { Structures } from '../../keyspace/structures.ts';
import type { Arena } from '../../memory/arena.ts';
import type { HashKey } from '../../memory/hash.ts';
import type { RdbInput } from './input.ts';
import type { RdbOutput } from './output.ts';
import type { ValuePieces } from './value-pieces.ts';

/**
 * Where values are read from. A keyspace is one; whoever writes values while a command is at work has structures of its
 * own, for those of the keyspace may stand on the command's value.
 */
export interface ValueStore {
  readonly arena: Arena;
  readonly hashKey: HashKey;
  readonly structures: Structures;
}

/** A value that belongs to no key yet. */
export class DecodedValue {
  /** One of values/encoding.ts. */
  encoding = 0;
  /** 0 when the value has no elements: then there is nothing to keep. */
  root = 0;
}

/** Work that is done in parts: at each yield, other values may be looked at. */
export type Parts = Generator<undefined, void, undefined>;

/** Elements that are read between two yields. */
export const PART_ELEMENTS = 128;

/** Does all of it at once. */
export function finish(parts: Parts): void {
  while (parts.next().done !== true);
}

/** One a data type; strings have their own way. */
export interface ValueCodec {
  /** TYPE_ of keyspace/record.ts. */
  readonly type: number;
  /** The forms (TYPE_ of rdb/format.ts) that `read` understands. */
  readonly forms: readonly number[];
  /** The form in which `write` writes a value for readers of a version of the format. */
  formOf(store: ValueStore, encoding: number, root: number, version: number): number;
  write(output: RdbOutput, store: ValueStore, encoding: number, root: number): void;
  /**
   * What `write` writes into an output like `target`, in pieces (but for the order of elements), for a value that takes long;
   * null for others.
   */
  pieces(target: RdbOutput, store: ValueStore, encoding: number, root: number): ValuePieces | null;
  /**
   * Reads a value in one of the forms, whose bytes may be anything: what is not exactly a value is refused. Throws RdbError
   * or OutOfMemory; then nothing was kept.
   */
  read(input: RdbInput, form: number, keyspace: Keyspace, into: DecodedValue): void;
  /** As `read`, in parts; null for forms whose values are never large. */
  readInParts(input: RdbInput, form: number, keyspace: Keyspace, into: DecodedValue): Parts | null;
}
