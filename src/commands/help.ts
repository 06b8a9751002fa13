/** Cold. The HELP subcommand of every container, written from the declarations. */
import type { Arguments } from '../protocol/arguments.ts';
import type { Reply } from '../protocol/reply.ts';
import type { CommandTable } from './registry.ts';
import { parseSyntax } from './syntax.ts';
import { syntaxText } from './syntax-text.ts';

/**
 * Answers `words`, which call the HELP subcommand of any container: how its subcommands are called and what they do, in
 * status lines laid out as Redis does.
 */
export function writeHelp(table: CommandTable<never>, words: Arguments, reply: Reply): void {
  const container = table.find(words.bytes, words.start(0), words.end(0));
  const declaration = table.declarations[container];
  const name = declaration.name.toUpperCase();
  const lines = [`${name} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`];
  if (table.accepts(container, 1)) lines.push('(no subcommand)', `    ${declaration.summary}`);
  for (const subcommand of table.subcommandsOf(container)) {
    const { name, syntax, summary } = table.declarations[subcommand];
    if (name === 'help') continue;
    lines.push(`${name.toUpperCase()} ${syntaxText(parseSyntax(syntax ?? ''))}`.trimEnd(), `    ${summary}`);
  }
  lines.push('HELP', '    Print this help.');
  reply.array(lines.length);
  for (const line of lines) reply.simple(line);
}
