/** Warm. A large stream in pieces: its nodes, and then groups with their pending entries, as they were when this was made. */
import type { Arena } from '../../../memory/arena.ts';
import type { IdTree } from '../../../memory/id-tree.ts';
import { countOf, ID_WORDS, NODE_HEADER, nodeIndex, nodeWords } from '../../../memory/id-tree-node.ts';
import { NODES } from '../../../values/stream/layout.ts';
import type { StreamStructure } from '../../../values/stream/structure.ts';
import { MemoryOutput } from '../memory-output.ts';
import { type NodeForm, NodePieces } from '../node-pieces.ts';
import type { RdbOutput } from '../output.ts';
import type { ValuePieces } from '../value-pieces.ts';
import {
  type RestSink,
  type TreeEntryWriter,
  writeStreamNode,
  writeStreamRest,
  writeTree,
} from './stream-output.ts';

/** Trees of fewer entries are written at once. */
const LARGE_TREE_ENTRIES = 512;

/** The nodes of a stream, with their ids: the stream may give them up. */
class StreamNodes implements NodeForm {
  readonly arena: Arena;
  readonly nodes: Int32Array;
  readonly #ids: Int32Array;

  constructor(index: IdTree) {
    this.arena = index.arena;
    this.nodes = new Int32Array(index.count);
    this.#ids = new Int32Array(index.count * ID_WORDS);
    let place = 0;
    for (let more = index.first(); more; more = index.next(), place++) {
      for (let word = 0; word < ID_WORDS; word++)
        this.#ids[place * ID_WORDS + word] = index.words[index.at + word];
      this.nodes[place] = index.words[index.at + ID_WORDS];
    }
  }

  head(output: RdbOutput): void {
    output.length(this.nodes.length);
  }

  node(output: RdbOutput, place: number): void {
    writeStreamNode(output, this.arena, this.nodes[place], this.#ids, place * ID_WORDS);
  }

  free(node: number): void {
    this.arena.free(node);
  }
}

/** The leaves of a tree of pending entries. */
class Leaves implements NodeForm {
  readonly arena: Arena;
  readonly nodes: Int32Array;
  readonly #count: number;
  readonly #entryWords: number;
  readonly #entry: TreeEntryWriter;

  constructor(tree: IdTree, entry: TreeEntryWriter) {
    this.arena = tree.arena;
    this.nodes = tree.leaves();
    this.#count = tree.count;
    this.#entryWords = tree.entryWords;
    this.#entry = entry;
  }

  head(output: RdbOutput): void {
    output.length(this.#count);
  }

  node(output: RdbOutput, place: number): void {
    const leaf = this.nodes[place];
    const words = nodeWords(this.arena, leaf);
    const first = nodeIndex(leaf) + NODE_HEADER;
    const end = first + countOf(this.arena, leaf) * this.#entryWords;
    for (let at = first; at < end; at += this.#entryWords) this.#entry(output, words, at);
  }

  free(): never {
    throw new Error('Leaves: a tree frees its leaves itself, and tells of them as if they changed');
  }
}

/** What has been written into memory. */
class MemoryPieces implements ValuePieces {
  readonly root = 0;
  readonly memory: MemoryOutput;
  #output: RdbOutput | null = null;

  constructor(target: RdbOutput) {
    this.memory = new MemoryOutput(target);
  }

  begin(output: RdbOutput): void {
    this.#output = output;
  }

  step(): boolean {
    if (this.#output === null) throw new Error('MemoryPieces: a piece before the beginning');
    return this.memory.moveSome(this.#output);
  }

  prepareForChanges(): void {}

  abandon(): void {}
}

/** Writes all but large trees into memory. */
class Rest implements RestSink {
  readonly parts: ValuePieces[] = [];
  readonly #target: RdbOutput;
  #memory: MemoryPieces;

  constructor(target: RdbOutput) {
    this.#target = target;
    this.#memory = this.#addMemory();
  }

  get output(): RdbOutput {
    return this.#memory.memory.output;
  }

  tree(block: number, tree: IdTree, entry: TreeEntryWriter): void {
    if (tree.count < LARGE_TREE_ENTRIES) return writeTree(this.output, tree, entry);
    this.parts.push(new NodePieces(new Leaves(tree, entry), block, this.#target));
    this.#memory = this.#addMemory();
  }

  #addMemory(): MemoryPieces {
    const memory = new MemoryPieces(this.#target);
    this.parts.push(memory);
    return memory;
  }
}

/**
 * The rest is noted when the nodes have been written, or before the first change of anything. The flyweights of `streams` are
 * moved about then, and at the beginning.
 */
export class StreamPieces implements ValuePieces {
  readonly root: number;
  readonly #target: RdbOutput;
  readonly #streams: StreamStructure;
  readonly #parts: ValuePieces[];
  #current = 0;
  #hasRest = false;
  #isPrepared = false;
  #output: RdbOutput | null = null;

  constructor(root: number, streams: StreamStructure, target: RdbOutput) {
    this.root = root;
    this.#target = target;
    this.#streams = streams;
    streams.nodes.open(root, NODES);
    this.#parts = [new NodePieces(new StreamNodes(streams.nodes), root, target)];
  }

  begin(output: RdbOutput): void {
    this.#output = output;
    for (const part of this.#parts) part.begin(output);
  }

  step(): boolean {
    if (this.#parts[this.#current].step()) return true;
    this.#current++;
    if (!this.#hasRest) this.#addRest();
    return this.#current < this.#parts.length;
  }

  prepareForChanges(): void {
    if (this.#isPrepared) return;
    this.#isPrepared = true;
    if (!this.#hasRest) this.#addRest();
    for (const part of this.#parts.slice(this.#current)) part.prepareForChanges();
  }

  abandon(): void {
    for (const part of this.#parts) part.abandon();
  }

  #addRest(): void {
    this.#hasRest = true;
    const rest = new Rest(this.#target);
    writeStreamRest(rest, this.#streams, this.root);
    if (this.#output !== null) for (const part of rest.parts) part.begin(this.#output);
    this.#parts.push(...rest.parts);
  }
}
