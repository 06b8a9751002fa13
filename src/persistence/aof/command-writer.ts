/**
 * Hot. Keys as the commands that make them: the base of an append-only file without an RDB part. They are the commands that
 * Redis writes, so that every version which has the data type understands them.
 */
import {
  bytesOf,
  encodingOf,
  expiryOf,
  keyLengthOf,
  keyStartOf,
  TYPE_HASH,
  TYPE_LIST,
  TYPE_SET,
  TYPE_SORTED_SET,
  TYPE_STREAM,
  TYPE_STRING,
  typeOf,
} from '../../keyspace/record.ts';
import { NO_EXPIRY, StringView } from '../../keyspace/string-value.ts';
import { rootOf } from '../../keyspace/value.ts';
import type { HashValue } from '../../values/hash/hash-value.ts';
import type { ListValue } from '../../values/list/list-value.ts';
import type { SetValue } from '../../values/set/set-value.ts';
import type { SortedSetValue } from '../../values/sorted-set/sorted-set-value.ts';
import type { ValueStore } from '../rdb/value-codec.ts';
import { encodedWord, type KeyCommands } from './command-output.ts';
import { StreamWriter } from './stream-writer.ts';

/** Elements that one command adds. */
export const BATCH = 64;

const FUNCTION = encodedWord('FUNCTION');
const LOAD = encodedWord('LOAD');
const SET = encodedWord('SET');
export const RPUSH = encodedWord('RPUSH');
export const SADD = encodedWord('SADD');
export const ZADD = encodedWord('ZADD');
export const HMSET = encodedWord('HMSET');
export const HPEXPIREAT = encodedWord('HPEXPIREAT');
export const FIELDS = encodedWord('FIELDS');
const PEXPIREAT = encodedWord('PEXPIREAT');
export const ONE = encodedWord('1');

export class CommandWriter {
  readonly #store: ValueStore;
  readonly #commands: KeyCommands;
  readonly #streams: StreamWriter;
  readonly #view = new StringView();

  /** `store` is where values are read from. */
  constructor(store: ValueStore, commands: KeyCommands) {
    this.#store = store;
    this.#commands = commands;
    this.#streams = new StreamWriter(store, commands);
  }

  /** Writes a library of functions. */
  library(code: Uint8Array): void {
    const commands = this.#commands;
    commands.command(3);
    commands.encoded(FUNCTION);
    commands.encoded(LOAD);
    commands.word(code, 0, code.length);
  }

  /** Writes the key of a record of a database, with its value and expiry. */
  record(database: number, record: number): void {
    const { arena } = this.#store;
    const start = keyStartOf(arena, record);
    this.#commands.about(database, bytesOf(arena, record), start, start + keyLengthOf(arena, record));
    this.#value(record);
    writeExpiry(this.#commands, expiryOf(arena, record));
  }

  #value(record: number): void {
    const { arena, structures } = this.#store;
    const type = typeOf(arena, record);
    if (type === TYPE_STRING) return this.#string(record);
    const encoding = encodingOf(arena, record);
    const root = rootOf(arena, record);
    if (type === TYPE_LIST) {
      const { list } = structures.lists;
      list.open(encoding, root);
      this.#list(list);
    } else if (type === TYPE_SET) {
      const { set } = structures.sets;
      set.open(encoding, root);
      this.#set(set);
    } else if (type === TYPE_SORTED_SET) {
      const { sortedSet } = structures.sortedSets;
      sortedSet.open(encoding, root);
      this.#sortedSet(sortedSet);
    } else if (type === TYPE_HASH) {
      const { hash } = structures.hashes;
      hash.open(encoding, root);
      this.#hash(hash);
    } else if (type === TYPE_STREAM) {
      this.#streams.write(root);
    } else {
      throw new Error(`There are no commands for type ${type}`);
    }
  }

  #string(record: number): void {
    const view = this.#view;
    view.read(this.#store.arena, record);
    this.#commands.begin(SET, 1);
    this.#commands.word(view.bytes, view.start, view.end);
  }

  #list(list: ListValue): void {
    const commands = this.#commands;
    const { count, element } = list;
    let done = 0;
    for (let more = list.seek(0); more; more = list.next(), done++) {
      if (done % BATCH === 0) commands.begin(RPUSH, Math.min(count - done, BATCH));
      commands.word(element.bytes, element.start, element.end);
    }
  }

  #set(set: SetValue): void {
    const commands = this.#commands;
    const { count, member } = set;
    set.begin();
    for (let done = 0; set.next(); done++) {
      if (done % BATCH === 0) commands.begin(SADD, Math.min(count - done, BATCH));
      commands.word(member.bytes, member.start, member.end);
    }
  }

  #sortedSet(sortedSet: SortedSetValue): void {
    const commands = this.#commands;
    const { count, member } = sortedSet;
    sortedSet.seek(0);
    for (let done = 0; done < count; done++, sortedSet.next()) {
      if (done % BATCH === 0) commands.begin(ZADD, 2 * Math.min(count - done, BATCH));
      commands.double(sortedSet.score);
      commands.word(member.bytes, member.start, member.end);
    }
  }

  #hash(hash: HashValue): void {
    const commands = this.#commands;
    const { count, field, value } = hash;
    hash.begin();
    for (let done = 0; hash.next(); done++) {
      if (done % BATCH === 0) commands.begin(HMSET, 2 * Math.min(count - done, BATCH));
      hash.readField();
      commands.word(field.bytes, field.start, field.end);
      hash.readValue();
      commands.word(value.bytes, value.start, value.end);
    }
    if (hash.expires) this.#fieldExpiries(hash);
  }

  #fieldExpiries(hash: HashValue): void {
    const commands = this.#commands;
    const { field } = hash;
    hash.begin();
    while (hash.next()) {
      const { expiry } = hash;
      if (expiry === NO_EXPIRY) continue;
      commands.begin(HPEXPIREAT, 4);
      commands.integer(expiry);
      commands.encoded(FIELDS);
      commands.encoded(ONE);
      hash.readField();
      commands.word(field.bytes, field.start, field.end);
    }
  }
}

/** Writes the expiry of the key that commands are about, if it has one. */
export function writeExpiry(commands: KeyCommands, expiry: number): void {
  if (expiry === NO_EXPIRY) return;
  commands.begin(PEXPIREAT, 1);
  commands.integer(expiry);
}
