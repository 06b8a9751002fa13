/** Cold. The options of one running instance: their values, who wants to know of changes, and who may refuse them. */
import { untilZero } from '../../protocol/zero-ended.ts';
import type { Kind, Line, OptionDeclaration, Surroundings } from './declaration.ts';
import type { ConfigurationFiles } from './files.ts';
import { hasWildcards, matchesPattern } from './glob.ts';
import { findOption, type OptionName, optionNames } from './option-table.ts';
import { allOptions } from './options/all.ts';
import { Rejection } from './rejection.ts';
import { rewriteText } from './rewrite.ts';
import { splitAtSpaces } from './words.ts';

/** Puts the new values into force; returns why it cannot, in which case the old values return and it is called again. */
export type ApplyHook = () => string | undefined;

/** Who sent a CONFIG SET. */
export interface Origin {
  /** Whether the client sits on this machine: `enable-protected-configs local` trusts it. */
  readonly local: boolean;
}

interface Application {
  readonly options: ReadonlySet<OptionDeclaration>;
  readonly hook: ApplyHook;
}

interface Assignment {
  readonly name: string;
  readonly option: OptionDeclaration;
  readonly text: string;
}

/** An option of our own making that is not declared is an error of the program, not of its user. */
function declared(name: string): OptionDeclaration {
  const found = findOption(name);
  if (!found) throw new Error(`no option is called ${name}`);
  return found.option;
}

function alwaysNeeded({ text }: Line): Line {
  return { text, needed: true };
}

function failed(name: string, reason: string): string {
  return `CONFIG SET failed (possibly related to argument '${name}') - ${reason}`;
}

/** All names and texts have one character a byte. */
export class Configuration {
  readonly #files: ConfigurationFiles;
  readonly #values = new Map<OptionDeclaration, unknown>();
  readonly #initial = new Map<OptionDeclaration, unknown>();
  readonly #applications: Application[] = [];
  readonly #listeners = new Map<OptionDeclaration, (() => void)[]>();
  /** Accumulating options that the files have mentioned. */
  readonly #mentioned = new Set<OptionDeclaration>();

  constructor(files: ConfigurationFiles) {
    this.#files = files;
    for (const option of allOptions) {
      const value = this.#initialValue(option);
      this.#initial.set(option, value);
      this.#values.set(option, value);
    }
  }

  #initialValue(option: OptionDeclaration): unknown {
    if (option.name === 'dir') return this.#files.workingDirectory;
    if (option.default === undefined) return option.kind.empty;
    const value = this.#parse(option, this.#wordsOf(option, option.default), option.kind.empty);
    if (value instanceof Rejection) throw new Error(`the default of ${option.name}: ${value.reason}`);
    return value;
  }

  get files(): ConfigurationFiles {
    return this.#files;
  }

  boolean(name: string): boolean {
    const value = this.#valueOf(name);
    if (typeof value !== 'boolean') throw new Error(`${name} is not yes or no`);
    return value;
  }

  /** A number, as exact as a double. Of `maxmemory-clients` a percentage is negative. */
  number(name: string): number {
    const value = this.#valueOf(name);
    if (typeof value !== 'bigint') throw new Error(`${name} is not a number`);
    return Number(value);
  }

  /** A text, or the name that was chosen from a list. */
  text(name: string): string {
    const value = this.#valueOf(name);
    if (typeof value !== 'string') throw new Error(`${name} is not a text`);
    return value;
  }

  /** A value of a kind of its own: `value('save', savePoints)`. */
  value<Value>(name: string, kind: Kind<Value>): Value {
    if (declared(name).kind !== kind) throw new Error(`${name} is of another kind`);
    return this.#valueOf(name) as Value;
  }

  #valueOf(name: string): unknown {
    return this.#values.get(declared(name));
  }

  /** As CONFIG GET shows it. */
  print(name: string): string {
    const option = declared(name);
    return option.kind.print(this.#values.get(option));
  }

  /** Whether the option's value is a secret that logs must not show. Unknown names are none. */
  isSensitive(name: string): boolean {
    return findOption(name)?.option.sensitive === true;
  }

  /** Calls `listener` after each change of the option that everybody agreed to. */
  onChange(name: string, listener: () => void): void {
    const option = declared(name);
    const listeners = this.#listeners.get(option) ?? [];
    listeners.push(listener);
    this.#listeners.set(option, listeners);
  }

  /** Calls `listener` now and after each change. */
  follow(name: string, listener: () => void): void {
    listener();
    this.onChange(name, listener);
  }

  /** Lets `hook` put changes of these options into force, or refuse them. Hooks run in the order of their coming. */
  onApply(names: readonly string[], hook: ApplyHook): void {
    this.#applications.push({ options: new Set(names.map(declared)), hook });
  }

  /**
   * Names and values for CONFIG GET. A name without wildcards also finds hidden options and is returned as it was
   * spelt; each name comes once. (Redis's order is that of its hash table, ours that of the declarations.)
   */
  get(patterns: readonly string[]): [name: string, value: string][] {
    const found = new Map<string, [string, string]>();
    for (const pattern of patterns) {
      for (const { name, option } of this.#matching(pattern)) {
        const key = name.toLowerCase();
        if (!found.has(key)) found.set(key, [name, option.kind.print(this.#values.get(option))]);
      }
    }
    return [...found.values()];
  }

  #matching(pattern: string): readonly OptionName[] {
    if (!hasWildcards(pattern)) {
      const found = findOption(pattern);
      return found ? [{ ...found, name: pattern }] : [];
    }
    const lowered = pattern.toLowerCase();
    return optionNames.filter(({ name, listed }) => listed && matchesPattern(lowered, name, '^'));
  }

  /** CONFIG SET: all or none. Returns what to reply behind "ERR ", or undefined when all is done. */
  set(pairs: readonly (readonly [name: string, value: string])[], origin: Origin): string | undefined {
    const assignments = this.#admit(pairs, origin);
    if (typeof assignments === 'string') return assignments;
    const before = new Map(this.#values);
    for (const { name, option, text } of assignments) {
      const current = option.kind.accumulates ? option.kind.empty : this.#values.get(option);
      const value = this.#parse(option, this.#wordsOf(option, text), current);
      if (value instanceof Rejection) {
        this.#restore(before);
        return failed(name, value.reason);
      }
      this.#values.set(option, value);
    }
    return this.#apply(assignments, before);
  }

  /** Looks at the names before any value: unknown, immutable, protected, twice. */
  #admit(pairs: readonly (readonly [string, string])[], origin: Origin): Assignment[] | string {
    const assignments: Assignment[] = [];
    for (const [name, text] of pairs) {
      const found = findOption(name);
      // Redis shows a name as far as a zero byte.
      if (!found) return `Unknown option or number of arguments for CONFIG SET - '${untilZero(name)}'`;
      if (found.option.immutable) return failed(name, "can't set immutable config");
      if (found.option.protected && !this.#trusts(origin)) return failed(name, "can't set protected config");
      if (assignments.some((other) => other.name === found.name)) return failed(name, 'duplicate parameter');
      assignments.push({ name: found.name, option: found.option, text });
    }
    return assignments;
  }

  #trusts(origin: Origin): boolean {
    const trust = this.text('enable-protected-configs');
    return trust === 'yes' || (trust === 'local' && origin.local);
  }

  /** Runs the hooks of what changed, then tells the listeners; goes back to `before` when a hook refuses. */
  #apply(
    assignments: readonly Assignment[],
    before: ReadonlyMap<OptionDeclaration, unknown>,
  ): string | undefined {
    const changed = assignments.filter(({ option }) => !this.#isUnchanged(option, before));
    const called: Application[] = [];
    for (const { name, option } of changed) {
      for (const application of this.#applications) {
        if (!application.options.has(option) || called.includes(application)) continue;
        called.push(application);
        const refusal = application.hook();
        if (refusal === undefined) continue;
        this.#restore(before);
        for (const { hook } of called) hook();
        return failed(name, refusal);
      }
    }
    for (const option of new Set(changed.map((assignment) => assignment.option))) this.#tell(option);
    return undefined;
  }

  #isUnchanged(option: OptionDeclaration, before: ReadonlyMap<OptionDeclaration, unknown>): boolean {
    return option.kind.print(before.get(option)) === option.kind.print(this.#values.get(option));
  }

  #restore(before: ReadonlyMap<OptionDeclaration, unknown>): void {
    for (const [option, value] of before) this.#values.set(option, value);
  }

  #tell(option: OptionDeclaration): void {
    for (const listener of this.#listeners.get(option) ?? []) listener();
  }

  /**
   * Sets any option, immutable or not, as a configuration file does: mentions of an accumulating option add up. Tells
   * listeners, asks no hook. Returns why the words are no value, or undefined.
   */
  assign(name: string, words: readonly string[]): string | undefined {
    const option = declared(name);
    const startsOver = option.kind.accumulates === true && !this.#mentioned.has(option);
    const current = startsOver ? option.kind.empty : this.#values.get(option);
    const single = option.kind.severalWords && words.length === 1 && words[0] !== '';
    const value = this.#parse(option, single ? splitAtSpaces(words[0]) : words, current);
    if (value instanceof Rejection) return value.reason;
    this.#mentioned.add(option);
    this.#values.set(option, value);
    this.#tell(option);
    return undefined;
  }

  /** Puts an option back to what it is without configuration (REPLICAOF NO ONE). Tells listeners. */
  reset(name: string): void {
    const option = declared(name);
    this.#values.set(option, this.#initial.get(option));
    this.#tell(option);
  }

  #wordsOf(option: OptionDeclaration, text: string): readonly string[] {
    return option.kind.severalWords ? splitAtSpaces(text) : [text];
  }

  #parse(option: OptionDeclaration, words: readonly string[], current: unknown): unknown {
    const surroundings: Surroundings = { files: this.#files, directory: this.directory };
    return option.kind.parse(words, current, surroundings);
  }

  /** The working directory, absolute: where relative paths start. */
  get directory(): string {
    const set = this.#values.get(declared('dir'));
    return typeof set === 'string' ? set : this.#files.workingDirectory;
  }

  /**
   * CONFIG REWRITE: the file's text with the options in force in their places, what it did not mention added, comments
   * and order kept. `users` are the lines of the users ("bob on >..."); undefined leaves the file's as they are.
   * `all` adds what has its default value as well.
   */
  rewrite(oldText: string, users: readonly string[] | undefined, all = false): string {
    const entries = allOptions.map((option) => {
      const value = this.#values.get(option);
      const initial = this.#initial.get(option);
      const isDefault = option.kind.print(value) === option.kind.print(initial);
      const lines = option.removedByDefault && isDefault ? [] : option.kind.lines(value, initial);
      return { name: option.name, lines: all || option.alwaysWritten ? lines.map(alwaysNeeded) : lines };
    });
    if (users) entries.push({ name: 'user', lines: users.map((text) => ({ text, needed: true })) });
    return rewriteText(oldText, entries);
  }
}
