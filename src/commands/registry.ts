/** Cold to build, hot to read: all commands of a server, numbered, with what dispatch asks of them in typed arrays. */
import type { Arguments } from '../protocol/arguments.ts';
import type { Call } from './call.ts';
import type { CommandDeclaration } from './declaration.ts';
import {
  CONTAINER,
  HAS_KEYS,
  impliedCategories,
  MOVABLE_KEYS,
  parseCategories,
  parseFlags,
} from './flags.ts';
import { findKeysByRules, type KeyPositions, type KeyRule, keyRule } from './key-extraction.ts';
import {
  KEY_INCOMPLETE,
  KEY_NOT_KEY,
  KEY_VARIABLE_FLAGS,
  type KeySpecification,
  parseKeyFlags,
} from './key-specification.ts';
import { findName, NameLookup } from './lookup.ts';

/** Positions as in Redis before key specifications: 0, 0, 0 without keys; `last` counts from the end when negative. */
interface KeyRange {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  /** Not all keys lie in the range. */
  readonly incomplete: boolean;
}

/** How elements are called in a command's syntax. */
const ELEMENT = /\b(?:field|member)\b/;

/**
 * Invariants:
 * 1. Commands and subcommands share one numbering, 0 to `count` - 1; every list and array has the id as its index.
 * 2. A container's subcommands follow it immediately, in declared order.
 * 3. Ids, names and declarations never change; renaming changes only by which name a command is found.
 */
export class CommandTable<C extends Call = Call> {
  readonly count: number;
  readonly declarations: readonly CommandDeclaration<C>[];
  /** In lower case, "config|get" for subcommands; the declared name even if renamed. */
  readonly fullNames: readonly string[];
  readonly arities: Int32Array;
  /** Bits of commands/flags.ts. */
  readonly flags: Int32Array;
  /** ACL category bits, implied ones included. */
  readonly categories: Int32Array;
  /** 1 for commands that look single elements of a hash, set or sorted set up. */
  readonly elementSeekers: Uint8Array;
  readonly firstKeys: Int32Array;
  readonly lastKeys: Int32Array;
  readonly keySteps: Int32Array;
  /** The container's id, -1 for top-level commands. */
  readonly containers: Int32Array;
  readonly keyRules: readonly (readonly KeyRule[])[];
  #reachable = new Map<string, number>();
  #lookup: NameLookup;
  readonly #subcommandLookups: readonly NameLookup[];

  constructor(commands: readonly CommandDeclaration<C>[]) {
    const declarations: CommandDeclaration<C>[] = [];
    const fullNames: string[] = [];
    const containers: number[] = [];
    for (const command of commands) {
      const id = declarations.length;
      if (this.#reachable.has(command.name)) throw new Error(`declared twice: ${command.name}`);
      this.#reachable.set(command.name, id);
      declarations.push(command);
      fullNames.push(command.name);
      containers.push(-1);
      for (const subcommand of command.subcommands ?? []) {
        declarations.push(subcommand);
        fullNames.push(`${command.name}|${subcommand.name}`);
        containers.push(id);
      }
    }
    const ranges = declarations.map((declaration) => keyRange(declaration.keys ?? []));
    this.count = declarations.length;
    this.declarations = declarations;
    this.fullNames = fullNames;
    this.containers = Int32Array.from(containers);
    this.arities = Int32Array.from(declarations, (declaration) => declaration.arity);
    this.flags = Int32Array.from(declarations, (declaration, id) => allFlags(declaration, ranges[id]));
    this.categories = Int32Array.from(declarations, (declaration, id) =>
      impliedCategories(this.flags[id], parseCategories(declaration.categories)),
    );
    this.elementSeekers = Uint8Array.from(declarations, ({ syntax }) => Number(ELEMENT.test(syntax ?? '')));
    this.firstKeys = Int32Array.from(ranges, (range) => range.first);
    this.lastKeys = Int32Array.from(ranges, (range) => range.last);
    this.keySteps = Int32Array.from(ranges, (range) => range.step);
    this.keyRules = declarations.map((declaration) => (declaration.keys ?? []).map(keyRule));
    this.#lookup = new NameLookup(this.#reachable);
    this.#subcommandLookups = declarations.map((declaration, id) => subcommandLookup(declaration, id));
  }

  /** Hot. The id of the top-level command named by bytes [start, end) in any letter case, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    return findName(this.#lookup, bytes, start, end);
  }

  /** The id of the container's subcommand named by bytes [start, end) in any letter case, or -1. */
  findSubcommand(container: number, bytes: Uint8Array, start: number, end: number): number {
    return findName(this.#subcommandLookups[container], bytes, start, end);
  }

  /** The id of "get", "CONFIG" or "config|get", or -1; a renamed command only by its new name. */
  findByName(name: string): number {
    const [command, subcommand, ...others] = name.toLowerCase().split('|');
    const id = this.#reachable.get(command) ?? -1;
    if (id < 0 || subcommand === undefined) return id;
    if (others.length > 0) return -1;
    return this.subcommandsOf(id).find((candidate) => this.declarations[candidate].name === subcommand) ?? -1;
  }

  /** The id of the command or subcommand that words from `first` on call, or -1. */
  findByWords(words: Arguments, first: number): number {
    const id = this.find(words.bytes, words.start(first), words.end(first));
    if (id < 0 || !(this.flags[id] & CONTAINER) || words.count === first + 1) return id;
    return this.findSubcommand(id, words.bytes, words.start(first + 1), words.end(first + 1));
  }

  /** Ids of the top-level commands that can be called, in declared order. */
  topLevel(): number[] {
    return [...this.#reachable.values()].sort((left, right) => left - right);
  }

  subcommandsOf(id: number): number[] {
    return Array.from(this.declarations[id].subcommands ?? [], (_, position) => id + 1 + position);
  }

  /** Whether the number of words (name included) fits the command's arity. */
  accepts(id: number, wordCount: number): boolean {
    const arity = this.arities[id];
    return arity >= 0 ? wordCount === arity : wordCount >= -arity;
  }

  /**
   * Adds the keys of a call of the command, whose name is word `first`, to `found` in Redis's order. False when the
   * words do not fit; `found` may then hold some of them.
   */
  findKeys(id: number, words: Arguments, first: number, found: KeyPositions): boolean {
    const finder = this.declarations[id].findKeys;
    if (finder !== undefined) return finder(words, first, found);
    return findKeysByRules(this.keyRules[id], words, first, found);
  }

  /**
   * The `rename-command` option: lets the command be called by another name, or by none when that is empty.
   * Returns what is wrong in the words of Redis's configuration errors, or undefined.
   */
  rename(name: string, newName: string): string | undefined {
    const from = name.toLowerCase();
    const to = newName.toLowerCase();
    const id = this.#reachable.get(from);
    if (id === undefined) return 'No such command in rename-command';
    this.#reachable.delete(from);
    if (to !== '') {
      if (this.#reachable.has(to)) return 'Target command name already exists';
      this.#reachable.set(to, id);
    }
    this.#lookup = new NameLookup(this.#reachable);
    return undefined;
  }
}

function subcommandLookup(declaration: CommandDeclaration<never>, id: number): NameLookup {
  return new NameLookup(
    (declaration.subcommands ?? []).map((subcommand, position) => [subcommand.name, id + 1 + position]),
  );
}

function allFlags(declaration: CommandDeclaration<never>, range: KeyRange): number {
  const keys = declaration.keys ?? [];
  if (keys.some(isVague) && declaration.findKeys === undefined)
    throw new Error(`${declaration.name} needs findKeys`);
  let flags = parseFlags(declaration.flags);
  if (range.incomplete) flags |= MOVABLE_KEYS;
  if (declaration.subcommands !== undefined) flags |= CONTAINER;
  if (keys.some((key) => !(parseKeyFlags(key.flags) & KEY_NOT_KEY))) flags |= HAS_KEYS;
  return flags;
}

/** Whether the specification alone cannot find the keys and their flags. */
function isVague(key: KeySpecification): boolean {
  return (
    key.begin.type === 'unknown' || (parseKeyFlags(key.flags) & (KEY_VARIABLE_FLAGS | KEY_INCOMPLETE)) !== 0
  );
}

/** The one range that covers as many of the specifications as it can, from the first on. */
function keyRange(specifications: readonly KeySpecification[]): KeyRange {
  let range: KeyRange = { first: 0, last: 0, step: 0, incomplete: false };
  for (const { begin, find } of specifications) {
    const extends_ = range.first === 0 || (begin.type === 'index' && begin.index === range.last + 1);
    if (begin.type !== 'index' || find.type !== 'range' || !extends_) {
      range = { ...range, incomplete: true };
      continue;
    }
    const last = find.lastKey >= 0 ? begin.index + find.lastKey : find.lastKey;
    const first = range.first === 0 ? begin.index : range.first;
    range = { first, last, step: find.step, incomplete: range.incomplete };
  }
  return range;
}
