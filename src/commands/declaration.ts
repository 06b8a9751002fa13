/** Cold. What a command says of itself; dispatch, COMMAND and the documentation all read it. */
import type { Call } from './call.ts';
import type { KeyFinder } from './key-extraction.ts';
import type { KeySpecification } from './key-specification.ts';

/** The command's work: reads `call.arguments`, works on `call.keyspace`, writes its reply to `call.reply`. */
export type CommandFunction<C extends Call = Call> = (call: C) => void;

/** `C` is what the function is given: `Call` for commands on data, more for those that act on the server. */
export interface CommandDeclaration<C extends Call = Call> {
  /** Lower case; a subcommand's own name without its container's. */
  readonly name: string;
  readonly summary: string;
  /** The words behind the name, in the notation of commands/syntax.ts. */
  readonly syntax?: string;
  /** The version of Redis (or Valkey) that brought it. */
  readonly since: string;
  /** The documentation's chapter, as COMMAND DOCS names it: "string", "generic", "server". */
  readonly group: string;
  readonly complexity?: string;
  /** Words with the name (and the container's); negative: at least that many. */
  readonly arity: number;
  /** Space separated, names of commands/flags.ts: "write denyoom fast". */
  readonly flags: string;
  /** Space separated ACL categories beyond those that follow from the flags: "string", "keyspace dangerous". */
  readonly categories: string;
  readonly keys?: readonly KeySpecification[];
  /** Finds keys whose places or flags no specification can tell (SORT, MIGRATE, SET). */
  readonly findKeys?: KeyFinder;
  /** Hints for proxies and cluster clients: "request_policy:all_shards". */
  readonly tips?: readonly string[];
  readonly history?: readonly (readonly [since: string, change: string])[];
  readonly deprecated?: { readonly since: string; readonly replacedBy: string };
  /** What it takes grows with its reply alone: like commands of constant time, it is timed together with others of its kind. */
  readonly costsItsReply?: boolean;
  /** Marked as internal in the documentation. */
  readonly systemCommand?: boolean;
  readonly subcommands?: readonly CommandDeclaration<C>[];
  /** Absent for a pure container of subcommands. */
  readonly run?: CommandFunction<C>;
}
