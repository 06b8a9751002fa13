/** Warm. What the keyspace does with sets. */
import type { Arena } from '../../memory/arena.ts';
import { intsetBytes } from '../../memory/intset.ts';
import { listpackBytes } from '../../memory/listpack.ts';
import { ENCODING_HASHTABLE, ENCODING_INTSET } from '../encoding.ts';
import type { DigestSink, Structure } from '../structure.ts';
import type { SetValue } from './set-value.ts';

export class SetStructure implements Structure {
  readonly set: SetValue;
  readonly #arena: Arena;

  readonly #sources: SetValue[] = [];

  constructor(set: SetValue) {
    this.set = set;
    this.#arena = set.arena;
  }

  /** More flyweights, for commands that read several sets together. */
  source(index: number): SetValue {
    while (this.#sources.length <= index) this.#sources.push(this.set.another());
    return this.#sources[index];
  }

  count(encoding: number, root: number): number {
    this.set.open(encoding, root);
    return this.set.count;
  }

  effort(encoding: number, root: number): number {
    return encoding === ENCODING_HASHTABLE ? this.count(encoding, root) : 1;
  }

  free(encoding: number, root: number): void {
    if (encoding === ENCODING_HASHTABLE) this.set.big.free(root);
    else this.#arena.free(root);
  }

  freeSome(encoding: number, root: number, blocks: number): number {
    if (encoding === ENCODING_HASHTABLE) return this.set.big.freeSome(root, blocks);
    this.#arena.free(root);
    return 0;
  }

  copy(encoding: number, root: number): number {
    if (encoding === ENCODING_HASHTABLE) return this.set.big.copy(root);
    const arena = this.#arena;
    const bytes = encoding === ENCODING_INTSET ? intsetBytes(arena, root) : listpackBytes(arena, root);
    const made = arena.allocate(bytes);
    arena.copy(root, 0, made, 0, bytes);
    return made;
  }

  bytes(encoding: number, root: number, samples: number): number {
    const arena = this.#arena;
    if (encoding !== ENCODING_HASHTABLE) return arena.sizeOf(root);
    const { set } = this;
    set.open(encoding, root);
    const { members } = set.big;
    const wanted = samples === 0 ? members.count : Math.min(samples, members.count);
    let sampled = 0;
    set.begin();
    for (let i = 0; i < wanted && set.next(); i++) sampled += arena.sizeOf(set.place);
    const entries = wanted === 0 ? 0 : Math.round((sampled / wanted) * members.count);
    return arena.sizeOf(root) + members.structureBytes + entries;
  }

  digest(encoding: number, root: number, sink: DigestSink): void {
    const { set } = this;
    set.open(encoding, root);
    set.begin();
    while (set.next()) sink.add(set.member.bytes, set.member.start, set.member.end);
  }

  verify(encoding: number, root: number): void {
    const { set } = this;
    set.open(encoding, root);
    if (encoding === ENCODING_HASHTABLE) {
      set.big.members.verify();
      return;
    }
    const seen = new Set<string>();
    set.begin();
    while (set.next())
      seen.add(String.fromCharCode(...set.member.bytes.subarray(set.member.start, set.member.end)));
    if (seen.size !== set.count)
      throw new Error(`Set: ${seen.size} different members, accounted ${set.count}`);
  }
}
