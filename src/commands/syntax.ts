/**
 * Cold. The notation in which declarations write a command's arguments, and its reader. One line of text says all that
 * COMMAND DOCS shows of them; it is read when somebody asks.
 *
 *   sequence  = argument { " " argument }
 *   argument  = "[" item "]" | item                     in brackets: may be left out
 *   item      = [ label ":" ] [ TOKEN [ "..." ] " " ] value [ "..." ] tail
 *             | [ label ":" ] TOKEN [ "!" ] tail        a word that stands for itself
 *   value     = name [ "=" text ] [ ":" type ]          a value; the quoted text is displayed in place of the name
 *             | "(" item "|" item { "|" item } ")"      one of several
 *             | "(" sequence ")"                        several, as one
 *   tail      = [ "#" number ] [ "@" version ] [ "~" version ]
 *
 * - A TOKEN is what the caller has to type: in upper case, or anything in double quotes. It belongs to the value behind
 *   it; "!" says that it does not.
 * - A value's type is `string` unless given; a value named `key` or `pattern` is of that type.
 * - "..." behind a value: it may repeat; behind its TOKEN: it may repeat together with the token.
 * - "#" is the key specification that the argument belongs to; for keys it is 0 unless given.
 * - "@" is the version that brought an argument, "~" the one that discouraged it.
 * - A label names a group, or a token whose name is not the token in lower case.
 *
 * SET, shortened: `key value [condition:(NX|XX)@2.6.12] [GET@6.2.0] [expiration:(EX seconds:integer|KEEPTTL@6.0.0)]`.
 */

export type ArgumentType =
  | 'string'
  | 'integer'
  | 'double'
  | 'key'
  | 'pattern'
  | 'unix-time'
  | 'pure-token'
  | 'oneof'
  | 'block';

/** One argument as COMMAND DOCS describes it. */
export interface SyntaxArgument {
  readonly name: string;
  readonly type: ArgumentType;
  /** Absent for groups. */
  readonly displayText?: string;
  readonly keySpecification?: number;
  readonly token?: string;
  readonly since?: string;
  readonly deprecatedSince?: string;
  readonly optional: boolean;
  readonly multiple: boolean;
  /** The token comes again with every repetition. */
  readonly multipleToken: boolean;
  /** Members of a group, else empty. */
  readonly arguments: readonly SyntaxArgument[];
}

type Repetition = Pick<SyntaxArgument, 'optional' | 'multiple' | 'multipleToken'>;
type Tail = Pick<SyntaxArgument, 'keySpecification' | 'since' | 'deprecatedSince'>;

const valueTypes: readonly string[] = ['string', 'integer', 'double', 'key', 'pattern', 'unix-time'];
const labelText = /([a-z][a-z0-9-]*):(?=[("A-Z])/y;
const tokenText = /"([^"]*)"|([A-Z][A-Z0-9-]*)/y;
const valueAhead = /(?:\.\.\.)? (?=[a-z(])/y;
const nameText = /([a-z][a-z0-9-]*)/y;
const displayText = /="([^"]*)"/y;
const typeText = /:([a-z-]+)/y;
const keyText = /#([0-9]+)/y;
const sinceText = /@([0-9.]+)/y;
const deprecatedText = /~([0-9.]+)/y;

/** The arguments that a line of notation describes. Throws with the place when the line is malformed. */
export function parseSyntax(text: string): readonly SyntaxArgument[] {
  return text === '' ? [] : new SyntaxReader(text).line();
}

class SyntaxReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  line(): SyntaxArgument[] {
    const members = this.#separatedBy(' ');
    if (this.#at < this.#text.length) this.#fail('an end');
    return members;
  }

  #separatedBy(separator: string): SyntaxArgument[] {
    const members = [this.#argument()];
    while (this.#skip(separator)) members.push(this.#argument());
    return members;
  }

  #argument(): SyntaxArgument {
    if (!this.#skip('[')) return this.#item(false);
    const argument = this.#item(true);
    this.#expect(']');
    return argument;
  }

  #item(optional: boolean): SyntaxArgument {
    const label = this.#match(labelText);
    const token = this.#match(tokenText);
    if (token === undefined) return this.#value(optional, label, {}, false);
    const multipleToken = this.#text.startsWith('...', this.#at);
    if (this.#match(valueAhead) !== undefined) return this.#value(optional, label, { token }, multipleToken);
    this.#skip('!');
    const name = label ?? token.toLowerCase();
    const head = { name, type: 'pure-token', displayText: name, token } as const;
    return { ...head, ...this.#tail(), ...once(optional), arguments: [] };
  }

  #value(
    optional: boolean,
    label: string | undefined,
    token: { token?: string },
    multipleToken: boolean,
  ): SyntaxArgument {
    if (this.#text[this.#at] === '(') return this.#group(optional, label, token, multipleToken);
    const name = this.#match(nameText) ?? this.#fail('a name');
    const displayed = this.#match(displayText) ?? name;
    const type = this.#type(name);
    const repetition = this.#repetition(optional, multipleToken);
    const key = type === 'key' ? { keySpecification: 0 } : {};
    return {
      name,
      type,
      displayText: displayed,
      ...key,
      ...token,
      ...this.#tail(),
      ...repetition,
      arguments: [],
    };
  }

  #group(
    optional: boolean,
    label: string | undefined,
    token: { token?: string },
    multipleToken: boolean,
  ): SyntaxArgument {
    const name = label ?? this.#fail('a label before');
    this.#expect('(');
    const first = this.#argument();
    const type = this.#text[this.#at] === '|' ? 'oneof' : 'block';
    const others = this.#skip(type === 'oneof' ? '|' : ' ')
      ? this.#separatedBy(type === 'oneof' ? '|' : ' ')
      : [];
    this.#expect(')');
    const repetition = this.#repetition(optional, multipleToken);
    return { name, type, ...token, ...this.#tail(), ...repetition, arguments: [first, ...others] };
  }

  #type(name: string): ArgumentType {
    const given = this.#match(typeText);
    if (given === undefined) return name === 'key' || name === 'pattern' ? name : 'string';
    if (!valueTypes.includes(given)) this.#fail('a type before');
    return given as ArgumentType;
  }

  #repetition(optional: boolean, multipleToken: boolean): Repetition {
    const repeats = this.#skip('...');
    return { optional, multiple: repeats || multipleToken, multipleToken };
  }

  #tail(): Tail {
    const key = this.#match(keyText);
    const since = this.#match(sinceText);
    const deprecatedSince = this.#match(deprecatedText);
    return {
      ...(key === undefined ? {} : { keySpecification: Number(key) }),
      ...(since === undefined ? {} : { since }),
      ...(deprecatedSince === undefined ? {} : { deprecatedSince }),
    };
  }

  #skip(text: string): boolean {
    const found = this.#text.startsWith(text, this.#at);
    if (found) this.#at += text.length;
    return found;
  }

  #expect(text: string): void {
    if (!this.#skip(text)) this.#fail(text);
  }

  /** The text that the pattern's first matching group finds here, having moved behind the match. */
  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.#at = pattern.lastIndex;
    return found[1] ?? found[2] ?? '';
  }

  #fail(expected: string): never {
    throw new Error(`syntax notation: ${expected} expected at ${this.#at} of "${this.#text}"`);
  }
}

function once(optional: boolean): Repetition {
  return { optional, multiple: false, multipleToken: false };
}
