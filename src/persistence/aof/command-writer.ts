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
import { type ByteOutput, CommandOutput, encodedWord } from './command-output.ts';
import { StreamWriter } from './stream-writer.ts';

/** Elements that one command adds. */
const BATCH = 64;

const SELECT = encodedWord('SELECT');
const FUNCTION = encodedWord('FUNCTION');
const LOAD = encodedWord('LOAD');
const SET = encodedWord('SET');
const RPUSH = encodedWord('RPUSH');
const SADD = encodedWord('SADD');
const ZADD = encodedWord('ZADD');
const HMSET = encodedWord('HMSET');
const HPEXPIREAT = encodedWord('HPEXPIREAT');
const FIELDS = encodedWord('FIELDS');
const PEXPIREAT = encodedWord('PEXPIREAT');
const ONE = encodedWord('1');

export class CommandWriter {
  readonly #store: ValueStore;
  readonly #output: CommandOutput;
  readonly #streams: StreamWriter;
  readonly #view = new StringView();
  /** The name of the key that is being written. */
  #key: Uint8Array = new Uint8Array(0);
  #keyStart = 0;
  #keyEnd = 0;
  #selected = -1;

  /** `store` is where values are read from. */
  constructor(store: ValueStore, output: ByteOutput) {
    this.#store = store;
    this.#output = new CommandOutput(output);
    this.#streams = new StreamWriter(store, this.#output);
  }

  /** Writes a library of functions. */
  library(code: Uint8Array): void {
    const output = this.#output;
    output.command(3);
    output.encoded(FUNCTION);
    output.encoded(LOAD);
    output.word(code, 0, code.length);
  }

  /** Writes the key of a record of a database, with its value and expiry. */
  record(database: number, record: number): void {
    if (database !== this.#selected) this.#select(database);
    const { arena } = this.#store;
    this.#key = bytesOf(arena, record);
    this.#keyStart = keyStartOf(arena, record);
    this.#keyEnd = this.#keyStart + keyLengthOf(arena, record);
    this.#value(record);
    const expiry = expiryOf(arena, record);
    if (expiry === NO_EXPIRY) return;
    this.#begin(PEXPIREAT, 1);
    this.#output.integer(expiry);
  }

  #select(database: number): void {
    const output = this.#output;
    output.command(2);
    output.encoded(SELECT);
    output.integer(database);
    this.#selected = database;
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
      this.#streams.write(this.#key, this.#keyStart, this.#keyEnd, root);
    } else {
      throw new Error(`There are no commands for type ${type}`);
    }
  }

  /** Begins a command about the key with so many words behind the key. */
  #begin(name: Uint8Array, more: number): void {
    const output = this.#output;
    output.command(2 + more);
    output.encoded(name);
    output.word(this.#key, this.#keyStart, this.#keyEnd);
  }

  #string(record: number): void {
    const view = this.#view;
    view.read(this.#store.arena, record);
    this.#begin(SET, 1);
    this.#output.word(view.bytes, view.start, view.end);
  }

  #list(list: ListValue): void {
    const output = this.#output;
    const { count, element } = list;
    let done = 0;
    for (let more = list.seek(0); more; more = list.next(), done++) {
      if (done % BATCH === 0) this.#begin(RPUSH, Math.min(count - done, BATCH));
      output.word(element.bytes, element.start, element.end);
    }
  }

  #set(set: SetValue): void {
    const output = this.#output;
    const { count, member } = set;
    set.begin();
    for (let done = 0; set.next(); done++) {
      if (done % BATCH === 0) this.#begin(SADD, Math.min(count - done, BATCH));
      output.word(member.bytes, member.start, member.end);
    }
  }

  #sortedSet(sortedSet: SortedSetValue): void {
    const output = this.#output;
    const { count, member } = sortedSet;
    sortedSet.seek(0);
    for (let done = 0; done < count; done++, sortedSet.next()) {
      if (done % BATCH === 0) this.#begin(ZADD, 2 * Math.min(count - done, BATCH));
      output.double(sortedSet.score);
      output.word(member.bytes, member.start, member.end);
    }
  }

  #hash(hash: HashValue): void {
    const output = this.#output;
    const { count, field, value } = hash;
    hash.begin();
    for (let done = 0; hash.next(); done++) {
      if (done % BATCH === 0) this.#begin(HMSET, 2 * Math.min(count - done, BATCH));
      hash.readField();
      output.word(field.bytes, field.start, field.end);
      hash.readValue();
      output.word(value.bytes, value.start, value.end);
    }
    if (hash.expires) this.#fieldExpiries(hash);
  }

  #fieldExpiries(hash: HashValue): void {
    const output = this.#output;
    const { field } = hash;
    hash.begin();
    while (hash.next()) {
      const { expiry } = hash;
      if (expiry === NO_EXPIRY) continue;
      this.#begin(HPEXPIREAT, 4);
      output.integer(expiry);
      output.encoded(FIELDS);
      output.encoded(ONE);
      hash.readField();
      output.word(field.bytes, field.start, field.end);
    }
  }
}
