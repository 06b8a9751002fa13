/** Hot. The values that patterns of SORT name: "weight_*" a string for each element, "object_*->name" a field, "#" the element. */
import { encodingOf, TYPE_HASH, TYPE_STRING, typeOf } from '../../keyspace/record.ts';
import { rootOf } from '../../keyspace/value.ts';
import { copyBytes } from '../../memory/arena.ts';
import type { Call } from '../call.ts';

const STAR = 42;
const MINUS = 45;
const GREATER = 62;
const NUMBER_SIGN = 35;

export class Pattern {
  /** The value found last: bytes[start, end), valid until the keyspace changes. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Whether the pattern stands for the element itself. */
  readonly #isElement: boolean;
  /** Whether there is a place for the element; without, no key is meant. */
  readonly #hasPlace: boolean;
  readonly #call: Call;
  readonly #prefix: Uint8Array;
  readonly #postfix: Uint8Array;
  /** Empty for the value of a string. */
  readonly #field: Uint8Array;
  #key = new Uint8Array(64);

  /** The pattern that word `index` is. */
  constructor(call: Call, index: number) {
    this.#call = call;
    const text = call.arguments.copy(index);
    this.#isElement = text.length === 1 && text[0] === NUMBER_SIGN;
    const star = text.indexOf(STAR);
    this.#hasPlace = star >= 0;
    const arrow = star < 0 ? -1 : arrowBehind(text, star + 1);
    const hasField = arrow >= 0 && arrow + 2 < text.length;
    this.#prefix = text.subarray(0, Math.max(0, star));
    this.#postfix = text.subarray(star + 1, hasField ? arrow : text.length);
    this.#field = hasField ? text.subarray(arrow + 2) : new Uint8Array(0);
  }

  /** Finds the value for the element bytes[start, end); returns whether there is one. */
  find(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#isElement) return this.#point(bytes, start, end);
    if (!this.#hasPlace) return false;
    const length = this.#fillIn(bytes, start, end);
    const { database, keyspace, view } = this.#call;
    const { arena } = keyspace;
    const record = database.read(this.#key, 0, length);
    if (record === 0) return false;
    if (this.#field.length > 0) return this.#findField(record);
    if (typeOf(arena, record) !== TYPE_STRING) return false;
    view.read(arena, record);
    return this.#point(view.bytes, view.start, view.end);
  }

  #findField(record: number): boolean {
    const { keyspace } = this.#call;
    const { arena } = keyspace;
    if (typeOf(arena, record) !== TYPE_HASH) return false;
    const { hash } = keyspace.structures.hashes;
    hash.open(encodingOf(arena, record), rootOf(arena, record));
    if (!hash.find(this.#field, 0, this.#field.length) || hash.isExpired(keyspace.now)) return false;
    hash.readValue();
    return this.#point(hash.value.bytes, hash.value.start, hash.value.end);
  }

  #point(bytes: Uint8Array, start: number, end: number): true {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    return true;
  }

  /** Makes the key for an element; its length. */
  #fillIn(bytes: Uint8Array, start: number, end: number): number {
    const prefix = this.#prefix;
    const postfix = this.#postfix;
    const length = prefix.length + (end - start) + postfix.length;
    if (this.#key.length < length) this.#key = new Uint8Array(length * 2);
    copyBytes(prefix, 0, this.#key, 0, prefix.length);
    copyBytes(bytes, start, this.#key, prefix.length, end - start);
    copyBytes(postfix, 0, this.#key, length - postfix.length, postfix.length);
    return length;
  }
}

/** Place of the first "->" from `start` on, -1 if there is none. */
function arrowBehind(text: Uint8Array, start: number): number {
  for (let at = start; at + 1 < text.length; at++)
    if (text[at] === MINUS && text[at + 1] === GREATER) return at;
  return -1;
}
