/** Cold. What an option declares, and what a kind of value knows. */
import type { ConfigurationFiles } from './files.ts';
import type { Rejection } from './rejection.ts';

/** What a kind may ask of its surroundings while it parses. */
export interface Surroundings {
  readonly files: ConfigurationFiles;
  /** The value of `dir`: where relative paths start. */
  readonly directory: string;
}

/** One line of a configuration file, behind the option's name. */
export interface Line {
  readonly text: string;
  /** Whether it must be added where the file does not mention the option: false for a default value. */
  readonly needed: boolean;
}

/** A kind of value: how it is read, shown and written. Values are immutable. */
export interface Kind<Value> {
  /** The value before anything is said, and what an accumulating option starts from. */
  readonly empty: Value;
  /** Whether the value may have several words, given as such or as one text with single spaces between. */
  readonly severalWords?: boolean;
  /** Whether each mention in a file adds to those before it. CONFIG SET starts from `empty`. */
  readonly accumulates?: boolean;
  /** Reads words; `current` is what is in force (or has accumulated so far). */
  parse(words: readonly string[], current: Value, surroundings: Surroundings): Value | Rejection;
  /** As CONFIG GET shows it. */
  print(value: Value): string;
  /** As CONFIG REWRITE writes it: no line at all removes the option from the file. */
  lines(value: Value, initial: Value): readonly Line[];
}

export interface OptionDeclaration {
  /** Lower case. */
  readonly name: string;
  /** Older spellings, shown by CONFIG GET beside the name. */
  readonly aliases?: readonly string[];
  /** Spellings of other servers: understood, but shown only when asked for by name. */
  readonly hiddenAliases?: readonly string[];
  readonly kind: Kind<unknown>;
  /** As it would stand in a configuration file without quotes; left out: the kind's empty value. */
  readonly default?: string;
  /** The version of Redis that brought it, or "valkey 8.1", "cinnabar 0.1". */
  readonly since: string;
  /** Only at start, not by CONFIG SET. */
  readonly immutable?: boolean;
  /** By CONFIG SET only where enable-protected-configs allows it. */
  readonly protected?: boolean;
  /** CONFIG GET shows it only when asked for by its exact name. */
  readonly hidden?: boolean;
  /** A secret: kept out of logs. */
  readonly sensitive?: boolean;
  /** Whether CONFIG REWRITE adds a line though the value is the default. */
  readonly alwaysWritten?: boolean;
  /** Whether CONFIG REWRITE removes the option from the file when the value is the default. */
  readonly removedByDefault?: boolean;
}
