/** Hot. What a command's function is given. */
import type { Database } from '../keyspace/database.ts';
import type { Keyspace } from '../keyspace/keyspace.ts';
import { StringView } from '../keyspace/string-value.ts';
import type { Arguments } from '../protocol/arguments.ts';
import type { Reply } from '../protocol/reply.ts';
import type { Wait, Waiting } from './blocking.ts';

/**
 * A flyweight: one instance serves request after request. A command reads `arguments`, works on `database`, writes
 * exactly one reply to `reply`, and keeps nothing of the three.
 */
export class Call {
  readonly keyspace: Keyspace;
  readonly reply: Reply;
  arguments: Arguments;
  /** The database that the client has selected. */
  database: Database;
  /** For the command's own use. */
  readonly view = new StringView();
  /** Makes the client wait; null where nobody can, in transactions and scripts: there the time is up at once. */
  waiting: Waiting | null = null;
  /**
   * What goes to replicas and the append-only file in place of the request: several commands, each as words; an empty
   * array stands for nothing; null for the request as it came. Only looked at when the keyspace became dirty.
   */
  propagated: Uint8Array[][] | null = null;

  constructor(keyspace: Keyspace, reply: Reply, words: Arguments) {
    this.keyspace = keyspace;
    this.reply = reply;
    this.arguments = words;
    this.database = keyspace.databases[0];
  }

  /** Whether anybody takes writes (replicas, the append-only file): only then is `propagate` worth its words. */
  get propagates(): boolean {
    return this.keyspace.removals !== null;
  }

  /** Propagates these words (strings are Latin-1) in place of the request; called again, behind the earlier ones. */
  propagate(...words: (string | Uint8Array)[]): void {
    this.propagateWords(words);
  }

  /** `propagate` for words of any number. */
  propagateWords(words: readonly (string | Uint8Array)[]): void {
    this.propagated ??= [];
    this.propagated.push(
      words.map((word) => (typeof word === 'string' ? Uint8Array.from(word, (c) => c.charCodeAt(0)) : word)),
    );
  }

  /** Propagates that the key in word `index` is gone; `unlinks`: others may free it in the background. */
  propagateDeletion(index: number, unlinks: boolean): void {
    if (this.propagates) this.propagate(unlinks ? 'UNLINK' : 'DEL', this.arguments.copy(index));
  }

  /** In place of a reply: the client waits until a key has what the command wants, and the command is executed again. */
  block(wait: Wait): void {
    if (this.waiting === null) wait.timedOut(this.reply);
    else this.waiting.wait(this, wait);
  }

  /** Propagates nothing, whatever changed. */
  propagateNothing(): void {
    this.propagated ??= [];
  }
}
