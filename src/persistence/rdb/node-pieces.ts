/** Hot. The nodes of a large list, stream or tree in pieces, in their order and as they were when this was made. */
import type { Arena } from '../../memory/arena.ts';
import type { NodeWatcher } from '../../memory/watchers.ts';
import { MemoryOutput } from './memory-output.ts';
import type { RdbOutput } from './output.ts';
import type { ValuePieces } from './value-pieces.ts';

/** Values of fewer nodes, of some KiB each, are written at once. */
export const LARGE_VALUE_NODES = 16;

/** What is to be known of the value's type. */
export interface NodeForm {
  readonly arena: Arena;
  /** The nodes in their order, as the value's `NodeWatcher` is told of them. */
  readonly nodes: Int32Array;
  /** Writes what comes before the nodes. */
  head(output: RdbOutput): void;
  /** Writes the node at this place among `nodes`. */
  node(output: RdbOutput, index: number): void;
  /** Frees a node that has been taken out of the value. */
  free(node: number): void;
}

/**
 * A node that the walk has not reached is copied just before it changes; one that is taken out stays, and is freed when it
 * has been written.
 *
 * Invariant: while the value may change, a node of the beginning is as it was if and only if its place is not below `#index`
 * and `#copies` has no other form of it; those in `#removed` are of this kind, and no longer in the value.
 */
export class NodePieces implements ValuePieces, NodeWatcher {
  readonly root: number;
  readonly #form: NodeForm;
  /** The node that is written next. */
  #index = 0;
  #isBegun = false;
  /** Places of the nodes; null until one is asked for. */
  #places: Map<number, number> | null = null;
  readonly #copies = new Map<number, Uint8Array[]>();
  readonly #removed = new Set<number>();
  readonly #target: RdbOutput;
  #scratch: MemoryOutput | null = null;
  #output: RdbOutput | null = null;

  /** For an output like `target`. */
  constructor(form: NodeForm, root: number, target: RdbOutput) {
    this.#form = form;
    this.root = root;
    this.#target = target;
  }

  begin(output: RdbOutput): void {
    this.#output = output;
  }

  step(): boolean {
    const output = this.#output;
    if (output === null) throw new Error('NodePieces: a piece before the beginning');
    if (!this.#isBegun) this.#form.head(output);
    this.#isBegun = true;
    this.#writeNext(output);
    if (this.#index < this.#form.nodes.length) return true;
    this.abandon();
    return false;
  }

  prepareForChanges(): void {
    this.#form.arena.nodeWatchers.add(this.root, this);
  }

  abandon(): void {
    const { arena, nodes } = this.#form;
    arena.nodeWatchers.remove(this.root);
    for (const place of this.#removed) this.#form.free(nodes[place]);
    this.#removed.clear();
  }

  changing(node: number): void {
    const place = this.#placeOf(node);
    if (place < 0) return;
    // Copying must not take long.
    this.#scratch ??= new MemoryOutput(this.#target, false);
    this.#form.node(this.#scratch.output, place);
    this.#copies.set(place, this.#scratch.take());
  }

  removed(node: number): boolean {
    const place = this.#placeOf(node);
    if (place >= 0) this.#removed.add(place);
    return place >= 0;
  }

  /** The place of a node that is as it was and still to be written; -1 for others. */
  #placeOf(node: number): number {
    this.#places ??= placesOf(this.#form.nodes);
    const place = this.#places.get(node);
    return place === undefined || place < this.#index || this.#copies.has(place) ? -1 : place;
  }

  #writeNext(output: RdbOutput): void {
    const place = this.#index++;
    const copy = this.#copies.get(place);
    if (copy === undefined) {
      this.#form.node(output, place);
      if (this.#removed.delete(place)) this.#form.free(this.#form.nodes[place]);
      return;
    }
    for (const chunk of copy) output.bytes(chunk, 0, chunk.length);
    this.#copies.delete(place);
  }
}

function placesOf(nodes: Int32Array): Map<number, number> {
  const places = new Map<number, number>();
  for (let place = 0; place < nodes.length; place++) places.set(nodes[place], place);
  return places;
}
