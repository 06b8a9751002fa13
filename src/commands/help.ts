/** Cold. The HELP subcommand of every container, written from the declarations. */
import type { Reply } from '../protocol/reply.ts';
import type { CommandTable } from './registry.ts';
import { parseSyntax } from './syntax.ts';
import { syntaxText } from './syntax-text.ts';

/** Writes how the container's subcommands are called and what they do, a status line each, as Redis lays them out. */
export function writeHelp(table: CommandTable<never>, container: number, reply: Reply): void {
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
