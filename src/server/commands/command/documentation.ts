/** Cold. What COMMAND DOCS says of a command. */
import type { CommandDeclaration } from '../../../commands/declaration.ts';
import type { CommandTable } from '../../../commands/registry.ts';
import { parseSyntax, type SyntaxArgument } from '../../../commands/syntax.ts';
import type { Reply } from '../../../protocol/reply.ts';
import { writeNames } from './information.ts';

/** A map's entry: its key, and how its value is written. */
type Entry = readonly [key: string, write: () => void];

/** Writes a command's full name, and behind it the map that documents it and its subcommands. */
export function writeDocumentation(table: CommandTable<never>, id: number, reply: Reply): void {
  const declaration = table.declarations[id];
  const subcommands = table.subcommandsOf(id);
  reply.text(table.fullNames[id]);
  const entries = commandEntries(declaration, reply);
  if (subcommands.length > 0)
    entries.push(['subcommands', () => writeSubcommands(table, subcommands, reply)]);
  writeMap(entries, reply);
}

function writeSubcommands(table: CommandTable<never>, subcommands: readonly number[], reply: Reply): void {
  reply.map(subcommands.length);
  for (const subcommand of subcommands) writeDocumentation(table, subcommand, reply);
}

function commandEntries(declaration: CommandDeclaration<never>, reply: Reply): Entry[] {
  const { complexity, deprecated, history, syntax } = declaration;
  const entries: Entry[] = [
    ['summary', () => reply.text(declaration.summary)],
    ['since', () => reply.text(declaration.since)],
    ['group', () => reply.text(declaration.group)],
  ];
  if (complexity !== undefined) entries.push(['complexity', () => reply.text(complexity)]);
  const marks = [...(deprecated ? ['deprecated'] : []), ...(declaration.systemCommand ? ['syscmd'] : [])];
  if (marks.length > 0) entries.push(['doc_flags', () => writeNames(marks, reply)]);
  if (deprecated !== undefined) {
    entries.push(['deprecated_since', () => reply.text(deprecated.since)]);
    entries.push(['replaced_by', () => reply.text(deprecated.replacedBy)]);
  }
  if (history !== undefined) entries.push(['history', () => writeHistory(history, reply)]);
  if (syntax !== undefined) entries.push(['arguments', () => writeArguments(parseSyntax(syntax), reply)]);
  return entries;
}

function writeHistory(history: readonly (readonly [string, string])[], reply: Reply): void {
  reply.set(history.length);
  for (const [since, change] of history) {
    reply.array(2);
    reply.text(since);
    reply.text(change);
  }
}

function writeArguments(members: readonly SyntaxArgument[], reply: Reply): void {
  reply.array(members.length);
  for (const member of members) writeMap(argumentEntries(member, reply), reply);
}

function argumentEntries(argument: SyntaxArgument, reply: Reply): Entry[] {
  const { displayText, keySpecification, token, since, deprecatedSince } = argument;
  const entries: Entry[] = [
    ['name', () => reply.text(argument.name)],
    ['type', () => reply.text(argument.type)],
  ];
  if (displayText !== undefined) entries.push(['display_text', () => reply.text(displayText)]);
  if (keySpecification !== undefined) entries.push(['key_spec_index', () => reply.integer(keySpecification)]);
  if (token !== undefined) entries.push(['token', () => reply.text(token)]);
  if (since !== undefined) entries.push(['since', () => reply.text(since)]);
  if (deprecatedSince !== undefined) entries.push(['deprecated_since', () => reply.text(deprecatedSince)]);
  const flags = argumentFlags(argument);
  if (flags.length > 0) entries.push(['flags', () => writeNames(flags, reply)]);
  if (argument.arguments.length > 0)
    entries.push(['arguments', () => writeArguments(argument.arguments, reply)]);
  return entries;
}

function argumentFlags(argument: SyntaxArgument): string[] {
  const flags: string[] = [];
  if (argument.optional) flags.push('optional');
  if (argument.multiple) flags.push('multiple');
  if (argument.multipleToken) flags.push('multiple_token');
  return flags;
}

function writeMap(entries: readonly Entry[], reply: Reply): void {
  reply.map(entries.length);
  for (const [key, write] of entries) {
    reply.text(key);
    write();
  }
}
