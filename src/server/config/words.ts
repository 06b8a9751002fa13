/** Cold. A line of configuration text taken into words, and a word put into quotes. */

const SPACES = ' \t\n\v\f\r';
const WORD_ENDS = ' \t\n\r\0';
const NAMED_ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };
const NAMES_OF_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\x07': '\\a',
  '\\': '\\\\',
  '"': '\\"',
};

/** Where a word goes on, and what of it was read; -1 when its quotes do not balance. */
interface Part {
  readonly next: number;
  readonly text: string;
}
const UNBALANCED: Part = { next: -1, text: '' };

/**
 * The words of a line. Double quotes know the escapes \n \r \t \b \a and \xHH, and any other character after a
 * backslash as itself; single quotes know only \'. A closing quote ends the word, so a space or nothing must follow.
 * Undefined when the quotes do not balance.
 */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && SPACES.includes(line[at])) at++;
    if (at >= line.length || line[at] === '\0') return words;
    const word = readWord(line, at);
    if (word.next < 0) return undefined;
    words.push(word.text);
    at = word.next;
  }
}

function readWord(line: string, start: number): Part {
  let text = '';
  let at = start;
  while (at < line.length && !WORD_ENDS.includes(line[at])) {
    const quote = line[at];
    if (quote !== '"' && quote !== "'") {
      text += line[at++];
      continue;
    }
    const quoted = readQuoted(line, at + 1, quote);
    if (quoted.next < 0) return UNBALANCED;
    const end = quoted.next;
    if (end < line.length && line[end] !== '\0' && !SPACES.includes(line[end])) return UNBALANCED;
    return { next: end, text: text + quoted.text };
  }
  return { next: at, text };
}

/** Reads from behind the opening quote to behind the closing one. */
function readQuoted(line: string, start: number, quote: string): Part {
  let text = '';
  let at = start;
  while (at < line.length && line[at] !== '\0') {
    if (line[at] === quote) return { next: at + 1, text };
    const escaped = line[at] === '\\' ? readEscape(line, at, quote) : undefined;
    text += escaped ? escaped.text : line[at];
    at = escaped ? escaped.next : at + 1;
  }
  return UNBALANCED;
}

function readEscape(line: string, at: number, quote: string): Part | undefined {
  const character = line[at + 1];
  if (quote === "'") return character === "'" ? { next: at + 2, text: "'" } : undefined;
  const hexadecimal = /^[0-9a-f]{2}$/i.exec(line.slice(at + 2, at + 4));
  if (character === 'x' && hexadecimal) {
    return { next: at + 4, text: String.fromCharCode(Number.parseInt(hexadecimal[0], 16)) };
  }
  if (character === undefined || character === '\0') return undefined;
  return { next: at + 2, text: NAMED_ESCAPES[character] ?? character };
}

/** The word in double quotes, so that `splitWords` reads it back; all but printable ASCII is escaped. */
export function quoteWord(word: string): string {
  let quoted = '"';
  for (const character of word) {
    const code = character.charCodeAt(0);
    const printable = code >= 0x20 && code < 0x7f;
    quoted +=
      NAMES_OF_ESCAPES[character] ?? (printable ? character : `\\x${code.toString(16).padStart(2, '0')}`);
  }
  return `${quoted}"`;
}

/** A value's text as words: those between single spaces. No text is no word. */
export function splitAtSpaces(text: string): readonly string[] {
  return text === '' ? [] : text.split(' ');
}
