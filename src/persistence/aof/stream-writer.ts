/**
 * Warm. Streams as the commands that make them. When consumers were last seen is not kept, nor are pending entries that the
 * stream no longer has: Redis's form knows no way to say so.
 */

import { readId, setId, WideId } from '../../memory/wide-id.ts';
import { StreamCursor } from '../../values/stream/cursor.ts';
import type { Groups } from '../../values/stream/groups.ts';
import { ID_TEXT_MAX, writeIdText } from '../../values/stream/id-text.ts';
import {
  DELETED_ID,
  ENTRIES_ADDED,
  GROUP_READ,
  GROUPS,
  getBig,
  getWord,
  indexOf,
  LAST_ID,
  LENGTH,
  wordsOf,
} from '../../values/stream/layout.ts';
import { nameBytes, namedAt, nameLength, nameStart, namesCount } from '../../values/stream/name-list.ts';
import type { ValueStore } from '../rdb/value-codec.ts';
import { type CommandOutput, encodedWord } from './command-output.ts';

const XADD = encodedWord('XADD');
const XSETID = encodedWord('XSETID');
const XGROUP = encodedWord('XGROUP');
const XCLAIM = encodedWord('XCLAIM');
const XNACK = encodedWord('XNACK');
const CREATE = encodedWord('CREATE');
const CREATECONSUMER = encodedWord('CREATECONSUMER');
const ENTRIESADDED = encodedWord('ENTRIESADDED');
const MAXDELETEDID = encodedWord('MAXDELETEDID');
const ENTRIESREAD = encodedWord('ENTRIESREAD');
const MAXLEN = encodedWord('MAXLEN');
const TIME = encodedWord('TIME');
const RETRYCOUNT = encodedWord('RETRYCOUNT');
const JUSTID = encodedWord('JUSTID');
const FORCE = encodedWord('FORCE');
const SILENT = encodedWord('SILENT');
const IDS = encodedWord('IDS');
const ONE = encodedWord('1');
const ZERO = encodedWord('0');
const FILLER_FIELD = encodedWord('x');
const FILLER_VALUE = encodedWord('y');

/** Invariant: groups that are walked over are those of the stream at `#root`. */
export class StreamWriter {
  readonly #store: ValueStore;
  readonly #output: CommandOutput;
  readonly #cursor: StreamCursor;
  readonly #id = new WideId();
  readonly #idText = new Uint8Array(ID_TEXT_MAX);
  #key: Uint8Array = new Uint8Array(0);
  #keyStart = 0;
  #keyEnd = 0;
  #root = 0;

  constructor(store: ValueStore, output: CommandOutput) {
    this.#store = store;
    this.#output = output;
    this.#cursor = new StreamCursor(store.arena);
  }

  /** Writes the stream at `root` under the key named key[start, end). */
  write(key: Uint8Array, start: number, end: number, root: number): void {
    this.#key = key;
    this.#keyStart = start;
    this.#keyEnd = end;
    this.#root = root;
    const { arena } = this.#store;
    if (getWord(arena, root, LENGTH) === 0) this.#addNothing();
    else this.#addEntries();
    this.#setHead();
    for (let index = 0; index < namesCount(arena, root, GROUPS); index++)
      this.#group(namedAt(arena, root, GROUPS, index));
  }

  #addEntries(): void {
    const cursor = this.#cursor;
    const output = this.#output;
    const { field, value } = cursor;
    cursor.open(this.#root);
    for (let more = cursor.first(); more; more = cursor.next()) {
      this.#begin(XADD, 1 + 2 * cursor.pairs);
      this.#idWord(cursor.id);
      for (let left = cursor.pairs; left > 0; left--) {
        cursor.nextPair();
        output.word(field.bytes, field.start, field.end);
        output.word(value.bytes, value.start, value.end);
      }
    }
  }

  /** Makes a stream without entries: adds one that is trimmed away by the same command. */
  #addNothing(): void {
    const output = this.#output;
    this.#begin(XADD, 5);
    output.encoded(MAXLEN);
    output.encoded(ZERO);
    setId(this.#id, 0, 0, 0, 1);
    this.#idWord(this.#id);
    output.encoded(FILLER_FIELD);
    output.encoded(FILLER_VALUE);
  }

  #setHead(): void {
    const { arena } = this.#store;
    const output = this.#output;
    this.#begin(XSETID, 5);
    this.#idAt(this.#root, LAST_ID);
    output.encoded(ENTRIESADDED);
    this.#bigWord(getBig(arena, this.#root, ENTRIES_ADDED));
    output.encoded(MAXDELETEDID);
    this.#idAt(this.#root, DELETED_ID);
  }

  #group(group: number): void {
    const { arena, structures } = this.#store;
    const { groups } = structures.streams;
    const output = this.#output;
    this.#beginGroup(CREATE, group, 3);
    groups.openGroup(group);
    groups.readLastId(this.#id);
    this.#idWord(this.#id);
    output.encoded(ENTRIESREAD);
    this.#bigWord(getBig(arena, group, GROUP_READ));
    // Consumers without pending entries have no command that would make them; the others get theirs below.
    for (let index = 0; index < groups.consumerCount; index++) {
      const consumer = groups.consumerAt(index);
      groups.openConsumer(consumer);
      if (groups.owned.count > 0) continue;
      this.#beginGroup(CREATECONSUMER, group, 1);
      this.#name(consumer);
    }
    this.#pendingEntries(groups);
  }

  #pendingEntries(groups: Groups): void {
    const { pending } = groups;
    for (let more = pending.first(); more; more = pending.next()) {
      pending.readId(this.#id);
      if (groups.owner === 0) this.#ownerless(groups);
      else this.#claim(groups);
    }
  }

  #claim(groups: Groups): void {
    const output = this.#output;
    this.#begin(XCLAIM, 10);
    this.#name(groups.group);
    this.#name(groups.owner);
    output.encoded(ZERO);
    this.#idWord(this.#id);
    output.encoded(TIME);
    output.integer(groups.delivered);
    output.encoded(RETRYCOUNT);
    output.integer(groups.deliveries);
    output.encoded(JUSTID);
    output.encoded(FORCE);
  }

  /** The newer command that gave the entry up is the only one that can say so. */
  #ownerless(groups: Groups): void {
    const output = this.#output;
    this.#begin(XNACK, 8);
    this.#name(groups.group);
    output.encoded(SILENT);
    output.encoded(IDS);
    output.encoded(ONE);
    this.#idWord(this.#id);
    output.encoded(RETRYCOUNT);
    output.integer(groups.deliveries);
    output.encoded(FORCE);
  }

  /** Begins a command about the key with so many words behind the key. */
  #begin(name: Uint8Array, more: number): void {
    const output = this.#output;
    output.command(2 + more);
    output.encoded(name);
    this.#keyWord();
  }

  /** Begins XGROUP with so many words behind the group's name. */
  #beginGroup(subcommand: Uint8Array, group: number, more: number): void {
    const output = this.#output;
    output.command(4 + more);
    output.encoded(XGROUP);
    output.encoded(subcommand);
    this.#keyWord();
    this.#name(group);
  }

  #keyWord(): void {
    this.#output.word(this.#key, this.#keyStart, this.#keyEnd);
  }

  /** The name of a group or consumer. */
  #name(block: number): void {
    const { arena } = this.#store;
    const start = nameStart(block);
    this.#output.word(nameBytes(arena, block), start, start + nameLength(arena, block));
  }

  #idAt(block: number, word: number): void {
    readId(wordsOf(this.#store.arena, block), indexOf(block, word), this.#id);
    this.#idWord(this.#id);
  }

  #idWord(id: WideId): void {
    this.#output.word(this.#idText, 0, writeIdText(id, this.#idText, 0));
  }

  #bigWord(value: bigint): void {
    const text = Uint8Array.from(String(value), (character) => character.charCodeAt(0));
    this.#output.word(text, 0, text.length);
  }
}
