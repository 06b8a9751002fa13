/** Hot. Entries of the tables of large hashes, sets and sorted sets, gathered for commands. */
import { SEGMENT_SHIFT } from '../../memory/arena.ts';
import { entryExpiryOf, fieldLengthOf, fieldStartOf, valueLengthOf } from '../../values/hash/field-entry.ts';
import { FieldTable } from '../../values/hash/field-table.ts';
import { NO_EXPIRY } from '../../values/hash/hash-value.ts';
import { MemberTable, memberLengthOf, memberStartOf } from '../../values/set/member-table.ts';
import { ScoredTable } from '../../values/sorted-set/indexes.ts';
import {
  memberLengthOf as scoredLengthOf,
  memberStartOf as scoredStartOf,
  scoreOf,
} from '../../values/sorted-set/scored-entry.ts';
import type { TableForm } from '../rdb/table-pieces.ts';
import type { ValueStore } from '../rdb/value-codec.ts';
import { ByteBuffer, CommandOutput, type KeyCommands } from './command-output.ts';
import { BATCH, FIELDS, HMSET, HPEXPIREAT, ONE, SADD, ZADD } from './command-writer.ts';

/** The form in which TablePieces gives out entries; `flush` writes what has been gathered of the last ones. */
export interface TableBatches {
  readonly form: TableForm;
  flush(): void;
}

/** Words that become a command when there are enough of them. */
class Batch {
  readonly words: CommandOutput;
  readonly #buffer = new ByteBuffer();
  readonly #commands: KeyCommands;
  readonly #name: Uint8Array;
  readonly #wordsEach: number;
  readonly #begin: () => void;
  #count = 0;

  constructor(commands: KeyCommands, name: Uint8Array, wordsEach: number, begin: () => void) {
    this.#commands = commands;
    this.#name = name;
    this.#wordsEach = wordsEach;
    this.#begin = begin;
    this.words = new CommandOutput(this.#buffer);
  }

  /** The words of one more element have been added. Returns whether that has completed a command. */
  added(): boolean {
    this.#count++;
    if (this.#count < BATCH) return false;
    this.flush();
    return true;
  }

  flush(): void {
    if (this.#count === 0) return;
    this.#begin();
    this.#commands.begin(this.#name, this.#count * this.#wordsEach);
    this.#commands.encodedFrom(this.#buffer);
    this.#count = 0;
  }
}

/** The members of a set. `begin` makes commands be about its key. */
export function memberEntries(store: ValueStore, commands: KeyCommands, begin: () => void): TableBatches {
  const { arena } = store;
  const batch = new Batch(commands, SADD, 1, begin);
  const form: TableForm = {
    table: new MemberTable(arena, store.hashKey),
    head: () => {},
    entry(_output, entry): void {
      const start = memberStartOf(arena, entry);
      batch.words.word(arena.bytes[entry >>> SEGMENT_SHIFT], start, start + memberLengthOf(arena, entry));
      batch.added();
    },
  };
  return { form, flush: () => batch.flush() };
}

/** The members of a sorted set. */
export function scoredEntries(store: ValueStore, commands: KeyCommands, begin: () => void): TableBatches {
  const { arena } = store;
  const batch = new Batch(commands, ZADD, 2, begin);
  const form: TableForm = {
    table: new ScoredTable(arena, store.hashKey),
    head: () => {},
    entry(_output, entry): void {
      batch.words.double(scoreOf(arena, entry));
      const start = scoredStartOf(arena, entry);
      batch.words.word(arena.bytes[entry >>> SEGMENT_SHIFT], start, start + scoredLengthOf(arena, entry));
      batch.added();
    },
  };
  return { form, flush: () => batch.flush() };
}

/** The fields of a hash. The expiries of those that a command sets come right behind it. */
export function hashEntries(store: ValueStore, commands: KeyCommands, begin: () => void): TableBatches {
  const { arena } = store;
  const batch = new Batch(commands, HMSET, 2, begin);
  const expiring: { readonly name: Uint8Array; readonly expiry: number }[] = [];
  const writeExpiries = (): void => {
    for (const { name, expiry } of expiring) {
      commands.begin(HPEXPIREAT, 4);
      commands.integer(expiry);
      commands.encoded(FIELDS);
      commands.encoded(ONE);
      commands.word(name, 0, name.length);
    }
    expiring.length = 0;
  };
  const form: TableForm = {
    table: new FieldTable(arena, store.hashKey),
    head: () => {},
    entry(_output, entry): void {
      const bytes = arena.bytes[entry >>> SEGMENT_SHIFT];
      const start = fieldStartOf(arena, entry);
      const end = start + fieldLengthOf(arena, entry);
      batch.words.word(bytes, start, end);
      batch.words.word(bytes, end, end + valueLengthOf(arena, entry));
      const expiry = entryExpiryOf(arena, entry);
      if (expiry !== NO_EXPIRY) expiring.push({ name: bytes.slice(start, end), expiry });
      if (batch.added()) writeExpiries();
    },
  };
  return {
    form,
    flush(): void {
      batch.flush();
      writeExpiries();
    },
  };
}
