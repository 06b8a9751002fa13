/** Cold. Configuration read at start: file, standard input and command line, as one text. */
import type { ServeInvocation } from './command-line.ts';
import type { Configuration } from './configuration.ts';
import { forgottenDirectives } from './directives.ts';
import { expandPath, hasWildcards } from './glob.ts';
import { primaryAddress } from './kinds/primary-address.ts';
import { findOption } from './option-table.ts';
import { Rejection } from './rejection.ts';
import { splitWords } from './words.ts';

/** Takes the words behind a directive's name. Returns why it cannot be done, or undefined. */
type DirectiveHandler = (words: readonly string[]) => string | undefined;

/** Those who know what the directives beside the options mean. */
export interface DirectiveHandlers {
  /** "bob on >secret": a name and rules. Never twice the same name. */
  readonly user: DirectiveHandler;
  /** The command's name and its new one, empty to remove it. */
  readonly renameCommand: DirectiveHandler;
  /** A path and arguments. */
  readonly loadModule: DirectiveHandler;
  /** Absent when this is no Sentinel. */
  readonly sentinel?: DirectiveHandler;
}

/** Why the server cannot start. */
export type ConfigurationError =
  | {
      readonly kind: 'directive';
      /** Counted from 1, in the text that was made of file, standard input and command line, or in an included file. */
      readonly line: number;
      readonly text: string;
      readonly reason: string;
      /** Where the text comes from: a path, "standard input" or "the command line". */
      readonly source: string;
    }
  /** Options that exclude each other. */
  | { readonly kind: 'conflict'; readonly reason: string }
  /** A file that cannot be read; for the log. */
  | { readonly kind: 'file'; readonly path: string; readonly reason: string };

/** A piece of the text, and where it comes from. */
interface Piece {
  readonly text: string;
  readonly source: string;
}

/** Includes within includes; more of them are a circle. */
const DEPTH_MAX = 32;

/** Puts everything that the invocation names into the configuration. Returns the first error, or undefined. */
export function loadConfiguration(
  configuration: Configuration,
  invocation: ServeInvocation,
  handlers: DirectiveHandlers,
): ConfigurationError | undefined {
  const { files } = configuration;
  const pieces: Piece[] = [];
  if (invocation.configFile !== '') {
    const text = files.read(invocation.configFile, files.workingDirectory);
    const path = absolutePath(invocation.configFile, files.workingDirectory);
    if (text instanceof Rejection) return { kind: 'file', path, reason: text.reason };
    pieces.push({ text: text.replace(AFTER_NUL, ''), source: path });
  }
  if (invocation.readsStandardInput) {
    pieces.push({ text: files.readStandardInput().replace(AFTER_NUL, ''), source: 'standard input' });
  }
  if (invocation.options !== '') pieces.push({ text: `\n${invocation.options}`, source: 'the command line' });
  return new Loader(configuration, handlers).load(pieces, 0) ?? findConflict(configuration);
}

/** Redis's text readers stop at a NUL and go on behind the line. */
const AFTER_NUL = /\0[^\n]*\n?/g;

function findConflict(configuration: Configuration): ConfigurationError | undefined {
  const follows = configuration.value('replicaof', primaryAddress) !== undefined;
  if (!follows || !configuration.boolean('cluster-enabled')) return undefined;
  return { kind: 'conflict', reason: 'replicaof directive not allowed in cluster mode' };
}

function absolutePath(path: string, from: string): string {
  return path.startsWith('/') ? path : `${from.replace(/\/$/, '')}/${path}`;
}

const BAD_DIRECTIVE = 'Bad directive or wrong number of arguments';

class Loader {
  readonly #configuration: Configuration;
  readonly #handlers: DirectiveHandlers;
  readonly #users = new Set<string>();

  constructor(configuration: Configuration, handlers: DirectiveHandlers) {
    this.#configuration = configuration;
    this.#handlers = handlers;
  }

  load(pieces: readonly Piece[], depth: number): ConfigurationError | undefined {
    const lines = pieces
      .map(({ text }) => text)
      .join('')
      .split('\n');
    let line = 0;
    for (const raw of lines) {
      line++;
      const text = raw.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
      if (text === '' || text.startsWith('#')) continue;
      const complaint = this.#take(text, depth);
      if (typeof complaint === 'object') return complaint;
      if (complaint === undefined) continue;
      return { kind: 'directive', line, text, reason: complaint, source: sourceOf(pieces, line) };
    }
    return undefined;
  }

  /** A text is a complaint about this line, an object one about a file that it includes. */
  #take(line: string, depth: number): ConfigurationError | string | undefined {
    const words = splitWords(line);
    if (!words) return 'Unbalanced quotes in configuration line';
    if (words.length === 0) return undefined;
    const [name, ...values] = words;
    const option = findOption(name)?.option;
    if (option) return this.#configuration.assign(option.name, values);
    return this.#takeOther(name.toLowerCase(), values, depth);
  }

  #takeOther(
    name: string,
    values: readonly string[],
    depth: number,
  ): ConfigurationError | string | undefined {
    if (name === 'sentinel' && values.length === 0) return undefined;
    if (values.length === 0) return BAD_DIRECTIVE;
    if (name === 'include' && values.length === 1) return this.#include(values[0], depth);
    if (name === 'rename-command' && values.length === 2) return this.#handlers.renameCommand(values);
    if (name === 'user') return this.#takeUser(values);
    if (name === 'loadmodule') return this.#handlers.loadModule(values);
    if (name === 'sentinel') {
      return this.#handlers.sentinel
        ? this.#handlers.sentinel(values)
        : 'sentinel directive while not in sentinel mode';
    }
    return forgottenDirectives.includes(name) ? undefined : BAD_DIRECTIVE;
  }

  #takeUser(values: readonly string[]): string | undefined {
    const user = values[0];
    if (this.#users.has(user)) {
      const rule = 'A user can only be defined once in config files';
      return `Error in user declaration '${user}': Duplicate user found. ${rule}`;
    }
    this.#users.add(user);
    return this.#handlers.user(values);
  }

  /** Files that a pattern finds are one text, counted through; a pattern may find none. */
  #include(path: string, depth: number): ConfigurationError | string | undefined {
    if (depth === DEPTH_MAX) return 'Too many includes within includes';
    const { files, directory } = this.#configuration;
    const paths = hasWildcards(path) ? expandPath(path, files, directory) : [path];
    const pieces: Piece[] = [];
    for (const found of paths) {
      const text = files.read(found, directory);
      if (text instanceof Rejection) return { kind: 'file', path: found, reason: text.reason };
      pieces.push({ text: text.replace(AFTER_NUL, ''), source: absolutePath(found, directory) });
    }
    return this.load(pieces, depth + 1);
  }
}

/** Whose text the line is, counted from 1 through all pieces. */
function sourceOf(pieces: readonly Piece[], line: number): string {
  let before = 1;
  for (const { text, source } of pieces) {
    before += text.split('\n').length - 1;
    if (line < before || (line === before && !text.endsWith('\n'))) return source;
  }
  return pieces.at(-1)?.source ?? '';
}

/**
 * What to print on standard error. `product` is the name and version that stand in the first line, as in "Redis 8.0.6".
 * The last line, which Redis lacks, says where the text comes from.
 */
export function describeConfigurationError(error: ConfigurationError, product: string): string {
  const head = `\n*** FATAL CONFIG FILE ERROR (${product}) ***\n`;
  if (error.kind === 'file') return `Fatal error, can't open config file '${error.path}': ${error.reason}\n`;
  if (error.kind === 'conflict') return `${head}${error.reason}\n`;
  const place = `Reading the configuration file, at line ${error.line}\n>>> '${error.text}'\n`;
  return `${head}${place}${error.reason}\n(in ${error.source})\n`;
}
