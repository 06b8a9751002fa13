/** The project's own files as text, for the tests that read them. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export interface Source {
  /** Relative to the checkout: "src/memory/arena.ts". */
  readonly path: string;
  readonly text: string;
  /** The text with comments blanked, and nothing else changed: same length, same lines. */
  readonly code: string;
  /** The code with what strings and regular expressions hold blanked as well. */
  readonly bare: string;
}

const skippedFolders = new Set(['node_modules', 'dist', '.git']);

/** Paths of all files below a folder of the checkout, sorted. */
export function filesBelow(root: string, folder = '.'): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = normalize(join(folder, entry.name));
    if (entry.isDirectory() && !skippedFolders.has(entry.name)) found.push(...filesBelow(root, path));
    else if (entry.isFile()) found.push(path);
  }
  return found.sort();
}

export function readSource(root: string, path: string): Source {
  return sourceOf(path, readFileSync(join(root, path), 'utf8'));
}

export function sourceOf(path: string, text: string): Source {
  return { path, text, code: blanked(text, false), bare: blanked(text, true) };
}

/** The line that an offset lies on, from 1. */
export function lineOf(source: Source, offset: number): number {
  return source.text.slice(0, offset).split('\n').length;
}

/** One import or re-export, static or dynamic. */
export interface Import {
  /** As written. */
  readonly from: string;
  /** The imported file's path in the checkout, or undefined for a package. */
  readonly path: string | undefined;
  /** Imported names; "*" for all of them. */
  readonly names: readonly string[];
  readonly line: number;
}

const staticImport = /^[ \t]*(?:import|export)\s+(?:type\s+)?([^'";]*?)\s*from\s*(['"])([^'"]+)\2/gm;
const bareImport = /^[ \t]*import\s*(['"])([^'"]+)\1/gm;
const dynamicImport = /\b(?:import|require)\s*\(\s*(['"`])([^'"`]+)\1/g;
const urlImport = /\bnew URL\(\s*(['"])([^'"]+\.ts)\1\s*,\s*import\.meta\.url/g;

/** What a source imports. Worker and program files named by `new URL('./x.ts', import.meta.url)` count. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  const add = (from: string, names: readonly string[], offset: number): void => {
    const path = from.startsWith('.') ? normalize(join(dirname(source.path), from)) : undefined;
    found.push({ from, path, names, line: lineOf(source, offset) });
  };
  for (const match of source.code.matchAll(staticImport))
    add(match[3]!, importedNames(match[1]!), match.index);
  for (const match of source.code.matchAll(bareImport)) add(match[2]!, [], match.index);
  for (const match of source.code.matchAll(dynamicImport)) add(match[2]!, ['*'], match.index);
  for (const match of source.code.matchAll(urlImport)) add(match[2]!, [], match.index);
  return found;
}

/** "a, { b as c, type d }" gives default, b, d. */
function importedNames(clause: string): string[] {
  const names: string[] = [];
  const braces = /\{([^}]*)\}/.exec(clause)?.[1] ?? '';
  for (const part of braces.split(',')) {
    const name = part
      .trim()
      .replace(/^type\s+/, '')
      .split(/\s+as\s+/)[0]!;
    if (name !== '') names.push(name);
  }
  const outside = clause.replace(/\{[^}]*\}/, '');
  if (outside.includes('*')) names.push('*');
  else if (/[\w$]/.test(outside)) names.push('default');
  return names;
}

export interface Export {
  readonly name: string;
  readonly line: number;
  readonly kind: 'type' | 'constant' | 'code';
}

const exportDeclaration =
  /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(const|let|function\*?|class|interface|type)\s+([\w$]+)/gm;
const exportList = /^export\s+(?:type\s+)?\{([^}]*)\}\s*;/gm;

/** What a source declares for others. Re-exports are imports. */
export function exportsOf(source: Source): Export[] {
  const found: Export[] = [];
  for (const match of source.bare.matchAll(exportDeclaration)) {
    found.push({ name: match[2]!, line: lineOf(source, match.index), kind: exportKind(match[1]!) });
  }
  for (const match of source.bare.matchAll(exportList)) {
    for (const part of match[1]!.split(',')) {
      const name = part
        .trim()
        .split(/\s+as\s+/)
        .pop()!
        .replace(/^type\s+/, '');
      if (name !== '') found.push({ name, line: lineOf(source, match.index), kind: 'code' });
    }
  }
  if (/^export\s+default\b/m.test(source.bare)) found.push({ name: 'default', line: 1, kind: 'code' });
  return found;
}

function exportKind(keyword: string): Export['kind'] {
  if (keyword === 'interface' || keyword === 'type') return 'type';
  return keyword === 'const' ? 'constant' : 'code';
}

/**
 * Blanks comments, and with `strings` the insides of strings, templates and regular expressions too. What stands in a
 * template's `${}` stays: it is code. A "/" begins a regular expression where no operand precedes it.
 */
function blanked(text: string, strings: boolean): string {
  const out = text.split('');
  const templates: number[] = [];
  let braces = 0;
  let at = 0;
  const blank = (from: number, to: number): void => {
    for (let i = from; i < to; i++) if (out[i] !== '\n') out[i] = ' ';
  };
  const string = (end: number): void => {
    if (strings) blank(at + 1, end);
    at = end + 1;
  };
  const template = (): void => {
    const end = templateEnd(text, at + 1);
    if (text[end] === '{') {
      templates.push(braces);
      if (strings) blank(at + 1, end - 1);
      at = end + 1;
    } else string(end);
  };
  while (at < text.length) {
    const char = text[at]!;
    if (text.startsWith('//', at) || (at === 0 && text.startsWith('#!'))) {
      const end = endOr(text, '\n', at);
      blank(at, end);
      at = end;
    } else if (text.startsWith('/*', at)) {
      const end = endOr(text, '*/', at + 2) + 2;
      blank(at, end);
      at = end;
    } else if (char === "'" || char === '"') string(quoteEnd(text, at));
    else if (char === '`') template();
    else if (char === '/' && !operandBefore(text, at)) string(regularExpressionEnd(text, at));
    else if (char === '}' && templates.at(-1) === braces) {
      templates.pop();
      template();
    } else {
      if (char === '{') braces++;
      if (char === '}') braces--;
      at++;
    }
  }
  return out.join('');
}

function endOr(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from);
  return end < 0 ? text.length : end;
}

function quoteEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== text[start] && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1;
  return at;
}

/** The closing backtick, or the brace of the "${" that interrupts the template. */
function templateEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '`') {
    if (text.startsWith('${', at)) return at + 1;
    at += text[at] === '\\' ? 2 : 1;
  }
  return at;
}

function regularExpressionEnd(text: string, start: number): number {
  let at = start + 1;
  let inClass = false;
  while (at < text.length && text[at] !== '\n' && (inClass || text[at] !== '/')) {
    if (text[at] === '[') inClass = true;
    if (text[at] === ']') inClass = false;
    at += text[at] === '\\' ? 2 : 1;
  }
  return at;
}

function operandBefore(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 40), at).trimEnd();
  if (/\b(?:return|typeof|case|in|of|do|else|void|delete|await|yield)$/.test(before)) return false;
  return /[\w$)\]}'"`]$/.test(before);
}
