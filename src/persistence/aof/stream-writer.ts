/**
 * Warm. Streams as the commands that make them. When consumers were last seen is not kept, nor are pending entries that the
 * stream no longer has: Redis's form knows no way to say so.
 */

import { copyId, readId, setId, WideId } from '../../memory/wide-id.ts';
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
import { encodedWord, type KeyCommands } from './command-output.ts';

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

export class StreamWriter {
  readonly #store: ValueStore;
  readonly #commands: KeyCommands;
  readonly #cursor: StreamCursor;
  readonly #id = new WideId();
  readonly #idText = new Uint8Array(ID_TEXT_MAX);

  constructor(store: ValueStore, commands: KeyCommands) {
    this.#store = store;
    this.#commands = commands;
    this.#cursor = new StreamCursor(store.arena);
  }

  /** Writes the stream at `root` under the key that commands are about. */
  write(root: number): void {
    setId(this.#id, 0, 0, 0, 0);
    if (getWord(this.#store.arena, root, LENGTH) === 0) this.#addNothing();
    else this.entries(root, this.#id, Number.POSITIVE_INFINITY);
    this.rest(root);
  }

  /** Writes entries from the id `from` on, so many at most. Returns whether there are more: then `from` is the next one's. */
  entries(root: number, from: WideId, count: number): boolean {
    const cursor = this.#cursor;
    cursor.open(root);
    let left = count;
    for (let more = cursor.seek(from); more; more = cursor.next(), left--) {
      if (left <= 0) {
        copyId(cursor.id, from);
        return true;
      }
      this.#entry(cursor);
    }
    return false;
  }

  /** Writes all that a stream has beside its entries. */
  rest(root: number): void {
    this.#setHead(root);
    const { arena } = this.#store;
    for (let index = 0; index < namesCount(arena, root, GROUPS); index++)
      this.#group(namedAt(arena, root, GROUPS, index));
  }

  #entry(cursor: StreamCursor): void {
    const commands = this.#commands;
    const { field, value } = cursor;
    commands.begin(XADD, 1 + 2 * cursor.pairs);
    this.#idWord(cursor.id);
    for (let left = cursor.pairs; left > 0; left--) {
      cursor.nextPair();
      commands.word(field.bytes, field.start, field.end);
      commands.word(value.bytes, value.start, value.end);
    }
  }

  /** Makes a stream without entries: adds one that is trimmed away by the same command. */
  #addNothing(): void {
    const commands = this.#commands;
    commands.begin(XADD, 5);
    commands.encoded(MAXLEN);
    commands.encoded(ZERO);
    setId(this.#id, 0, 0, 0, 1);
    this.#idWord(this.#id);
    commands.encoded(FILLER_FIELD);
    commands.encoded(FILLER_VALUE);
  }

  #setHead(root: number): void {
    const { arena } = this.#store;
    const commands = this.#commands;
    commands.begin(XSETID, 5);
    this.#idAt(root, LAST_ID);
    commands.encoded(ENTRIESADDED);
    this.#bigWord(getBig(arena, root, ENTRIES_ADDED));
    commands.encoded(MAXDELETEDID);
    this.#idAt(root, DELETED_ID);
  }

  #group(group: number): void {
    const { arena, structures } = this.#store;
    const { groups } = structures.streams;
    const commands = this.#commands;
    this.#beginGroup(CREATE, group, 3);
    groups.openGroup(group);
    groups.readLastId(this.#id);
    this.#idWord(this.#id);
    commands.encoded(ENTRIESREAD);
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
    const commands = this.#commands;
    commands.begin(XCLAIM, 10);
    this.#name(groups.group);
    this.#name(groups.owner);
    commands.encoded(ZERO);
    this.#idWord(this.#id);
    commands.encoded(TIME);
    commands.integer(groups.delivered);
    commands.encoded(RETRYCOUNT);
    commands.integer(groups.deliveries);
    commands.encoded(JUSTID);
    commands.encoded(FORCE);
  }

  /** The newer command that gave the entry up is the only one that can say so. */
  #ownerless(groups: Groups): void {
    const commands = this.#commands;
    commands.begin(XNACK, 8);
    this.#name(groups.group);
    commands.encoded(SILENT);
    commands.encoded(IDS);
    commands.encoded(ONE);
    this.#idWord(this.#id);
    commands.encoded(RETRYCOUNT);
    commands.integer(groups.deliveries);
    commands.encoded(FORCE);
  }

  /** Begins XGROUP with so many words behind the group's name. */
  #beginGroup(subcommand: Uint8Array, group: number, more: number): void {
    const commands = this.#commands;
    commands.command(4 + more);
    commands.encoded(XGROUP);
    commands.encoded(subcommand);
    commands.key();
    this.#name(group);
  }

  /** The name of a group or consumer. */
  #name(block: number): void {
    const { arena } = this.#store;
    const start = nameStart(block);
    this.#commands.word(nameBytes(arena, block), start, start + nameLength(arena, block));
  }

  #idAt(block: number, word: number): void {
    readId(wordsOf(this.#store.arena, block), indexOf(block, word), this.#id);
    this.#idWord(this.#id);
  }

  #idWord(id: WideId): void {
    this.#commands.word(this.#idText, 0, writeIdText(id, this.#idText, 0));
  }

  #bigWord(value: bigint): void {
    const text = Uint8Array.from(String(value), (character) => character.charCodeAt(0));
    this.#commands.word(text, 0, text.length);
  }
}
