/** Cold. What a command says of itself; dispatch, COMMAND and the documentation all read it. */
import type { Call } from './call.ts';

/** The command's work: reads `call.arguments`, works on `call.keyspace`, writes its reply to `call.reply`. */
export type CommandFunction = (call: Call) => void;

/** Which words are keys, in Redis's key specification terms (COMMAND INFO's last element). */
export interface KeySpecification {
  /** For example "RW ACCESS UPDATE", as COMMAND INFO shows the flags. */
  readonly flags: string;
  readonly notes?: string;
  readonly begin: { readonly index: number } | { readonly keyword: string; readonly startFrom: number } | 'unknown';
  readonly find:
    | { readonly range: readonly [lastKey: number, step: number, limit: number] }
    | { readonly keynum: readonly [keyNumberIndex: number, firstKey: number, step: number] }
    | 'unknown';
}

export interface CommandDeclaration {
  /** Lower case; a subcommand's own name without its container's. */
  readonly name: string;
  /** Words with the name; negative: at least that many. */
  readonly arity: number;
  /** Space separated, as COMMAND INFO names them: "write denyoom fast". */
  readonly flags: string;
  /** Space separated ACL categories beyond those that follow from the flags: "string", "keyspace dangerous". */
  readonly categories: string;
  readonly group: string;
  readonly since: string;
  readonly summary: string;
  readonly complexity: string;
  readonly keys?: readonly KeySpecification[];
  /** Finds keys that no specification can (SORT, MIGRATE): indexes into the words, in order. */
  readonly findKeys?: (words: readonly Uint8Array[]) => readonly number[];
  /** The syntax behind the name, in the notation of commands/syntax.ts. */
  readonly syntax?: string;
  readonly history?: readonly (readonly [since: string, change: string])[];
  readonly tips?: readonly string[];
  readonly deprecated?: { readonly since: string; readonly replacedBy: string };
  /** Documentation flags such as "syscmd". */
  readonly docFlags?: readonly string[];
  /** Absent for a pure container of subcommands. */
  readonly run?: CommandFunction;
  readonly subcommands?: readonly CommandDeclaration[];
}
