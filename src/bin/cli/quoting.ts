import type { ByteString } from './bytes.ts';

const namedEscapes: Record<string, string | undefined> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\x07': '\\a',
  '\b': '\\b',
};

/** A byte string between double quotes, in printable ASCII; `splitArguments` reads it back. */
export function quoted(bytes: ByteString): string {
  const escaped = bytes.replace(
    /[^ !#-[\]-~]/g,
    (char) => namedEscapes[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `"${escaped}"`;
}

/**
 * Splits a typed line into arguments. Double quotes take the escapes of `quoted`, single quotes only `\'`;
 * a closing quote must be followed by white space or the end.
 * @returns undefined when quotes are unbalanced or followed by something else.
 */
export function splitArguments(line: ByteString): ByteString[] | undefined {
  const args: ByteString[] = [];
  let at = 0;
  for (;;) {
    while (isSpace(line[at])) at += 1;
    if (at >= line.length) return args;
    const word = readWord(line, at);
    if (word === undefined) return undefined;
    args.push(word.text);
    at = word.end;
  }
}

/** Reads an argument that is quoted as a whole, or not at all. undefined when it is neither. */
export function unquoted(argument: ByteString): ByteString | undefined {
  const args = splitArguments(argument);
  return args?.length === 1 ? args[0] : undefined;
}

interface Word {
  readonly text: ByteString;
  readonly end: number;
}

function readWord(line: ByteString, from: number): Word | undefined {
  let text = '';
  let at = from;
  while (at < line.length && !isSpace(line[at])) {
    const char = line[at]!;
    if (char !== '"' && char !== "'") {
      text += char;
      at += 1;
      continue;
    }
    const part = char === '"' ? readDoubleQuoted(line, at + 1) : readSingleQuoted(line, at + 1);
    if (part === undefined) return undefined;
    text += part.text;
    at = part.end;
    if (at < line.length && !isSpace(line[at])) return undefined;
  }
  return { text, end: at };
}

function readSingleQuoted(line: ByteString, from: number): Word | undefined {
  let text = '';
  for (let at = from; at < line.length; at++) {
    if (line[at] === "'") return { text, end: at + 1 };
    if (line[at] === '\\' && line[at + 1] === "'") at += 1;
    text += line[at];
  }
  return undefined;
}

function readDoubleQuoted(line: ByteString, from: number): Word | undefined {
  let text = '';
  let at = from;
  while (at < line.length) {
    const char = line[at]!;
    if (char === '"') return { text, end: at + 1 };
    if (char !== '\\' || at + 1 >= line.length) {
      text += char;
      at += 1;
      continue;
    }
    const hex = /^\\x([0-9a-f]{2})/i.exec(line.slice(at, at + 4));
    text +=
      hex === null
        ? (controlEscapes[line[at + 1]!] ?? line[at + 1]!)
        : String.fromCharCode(Number.parseInt(hex[1]!, 16));
    at += hex === null ? 2 : 4;
  }
  return undefined;
}

const controlEscapes: Record<string, string | undefined> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  a: '\x07',
};

function isSpace(char: string | undefined): boolean {
  return char !== undefined && /[ \t\n\v\f\r]/.test(char);
}
