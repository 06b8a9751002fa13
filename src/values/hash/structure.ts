/** Warm. What the keyspace does with hashes. */
import type { Arena } from '../../memory/arena.ts';
import { listpackBytes } from '../../memory/listpack.ts';
import { ReferenceList } from '../../memory/reference-list.ts';
import { ENCODING_HASHTABLE, ENCODING_LISTPACK_EX } from '../encoding.ts';
import type { DigestSink, ElementVisitor, ExpiringStructure } from '../structure.ts';
import type { HashValue } from './hash-value.ts';

const EXPIRES = new TextEncoder().encode('!!hexpire!!');

export class HashStructure implements ExpiringStructure {
  readonly hash: HashValue;
  rootAfter = 0;
  mayHaveMore = false;
  readonly #arena: Arena;
  readonly #expired = new ReferenceList();

  constructor(hash: HashValue) {
    this.hash = hash;
    this.#arena = hash.arena;
  }

  count(encoding: number, root: number): number {
    this.hash.open(encoding, root);
    return this.hash.count;
  }

  effort(encoding: number, root: number): number {
    return encoding === ENCODING_HASHTABLE ? this.count(encoding, root) : 1;
  }

  free(encoding: number, root: number): void {
    if (encoding === ENCODING_HASHTABLE) this.hash.big.free(root);
    else this.#arena.free(root);
  }

  freeSome(encoding: number, root: number, blocks: number): number {
    if (encoding !== ENCODING_HASHTABLE) {
      this.#arena.free(root);
      return 0;
    }
    return this.hash.big.freeSome(root, blocks);
  }

  copy(encoding: number, root: number): number {
    const arena = this.#arena;
    if (encoding === ENCODING_HASHTABLE) return this.hash.big.copy(root);
    const bytes = listpackBytes(arena, root);
    const made = arena.allocate(bytes);
    arena.copy(root, 0, made, 0, bytes);
    return made;
  }

  bytes(encoding: number, root: number, samples: number): number {
    const arena = this.#arena;
    if (encoding !== ENCODING_HASHTABLE) return arena.sizeOf(root);
    const { hash } = this;
    hash.open(encoding, root);
    const { fields, expiring } = hash.big;
    const wanted = samples === 0 ? fields.count : Math.min(samples, fields.count);
    let sampled = 0;
    hash.begin();
    for (let i = 0; i < wanted && hash.next(); i++) sampled += arena.sizeOf(hash.place);
    const entries = wanted === 0 ? 0 : Math.round((sampled / wanted) * fields.count);
    return arena.sizeOf(root) + fields.structureBytes + expiring.structureBytes + entries;
  }

  digest(encoding: number, root: number, sink: DigestSink): void {
    const { hash } = this;
    hash.open(encoding, root);
    hash.begin();
    while (hash.next()) {
      sink.beginElement();
      hash.readField();
      sink.mixIntoElement(hash.field.bytes, hash.field.start, hash.field.end);
      hash.readValue();
      sink.mixIntoElement(hash.value.bytes, hash.value.start, hash.value.end);
      if (hash.expiry >= 0) sink.addToElement(EXPIRES, 0, EXPIRES.length);
      sink.endElement();
    }
  }

  verify(encoding: number, root: number): void {
    const { hash } = this;
    hash.open(encoding, root);
    if (encoding === ENCODING_HASHTABLE) {
      hash.big.verify();
      return;
    }
    let latest = 0;
    let fields = 0;
    hash.begin();
    while (hash.next()) {
      fields++;
      if (encoding !== ENCODING_LISTPACK_EX) continue;
      const expiry = hash.expiry === -1 ? Number.POSITIVE_INFINITY : hash.expiry;
      if (expiry < latest) throw new Error('Hash: fields are not in the order of their expiries');
      latest = expiry;
    }
    if (fields !== hash.count) throw new Error(`Hash: ${fields} fields, accounted ${hash.count}`);
  }

  expires(encoding: number, root: number): boolean {
    this.hash.open(encoding, root);
    return this.hash.expires;
  }

  removeExpired(encoding: number, root: number, now: number, removed: ElementVisitor | null): number {
    const { hash } = this;
    hash.open(encoding, root);
    this.mayHaveMore = false;
    const count =
      encoding === ENCODING_HASHTABLE ? this.#removeBig(now, removed) : this.#removePacked(now, removed);
    this.rootAfter = hash.root;
    return count;
  }

  #removePacked(now: number, removed: ElementVisitor | null): number {
    const { hash } = this;
    for (let count = 0; ; count++) {
      hash.begin();
      if (!hash.next() || !hash.isExpired(now)) return count;
      hash.readField();
      if (removed !== null) removed(hash.field.bytes, hash.field.start, hash.field.end);
      hash.remove();
    }
  }

  #removeBig(now: number, removed: ElementVisitor | null): number {
    const { hash } = this;
    const expired = this.#expired;
    expired.clear();
    this.mayHaveMore = hash.big.walkExpired(now, expired);
    for (let i = 0; i < expired.count; i++) {
      hash.place = expired.items[i];
      hash.readField();
      if (removed !== null) removed(hash.field.bytes, hash.field.start, hash.field.end);
      hash.remove();
    }
    return expired.count;
  }
}
