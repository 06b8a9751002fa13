/** Cold. DEBUG itself: which subcommand is called. Who may use it, dispatch knows. */
import type { ServerCall } from '../../server-call.ts';
import { dataSubcommands } from './data.ts';
import { failureSubcommands } from './failures.ts';
import { protocolSubcommands } from './protocol.ts';
import { type DebugSubcommand, refuseSubcommand } from './subcommand.ts';
import { switchSubcommands } from './switches.ts';
import { tableSubcommands } from './tables.ts';
import { valueSubcommands } from './values.ts';

const subcommands: readonly DebugSubcommand[] = [
  ...dataSubcommands,
  ...failureSubcommands,
  ...protocolSubcommands,
  ...switchSubcommands,
  ...tableSubcommands,
  ...valueSubcommands,
  { name: 'help', words: [2, 2], help: ['Print this help.'], run: help },
];
const byName = new Map(subcommands.map((subcommand) => [subcommand.name, subcommand]));

/** DEBUG subcommand [argument ...] */
export function debug(call: ServerCall): void {
  const { arguments: words } = call;
  const subcommand = byName.get(words.text(1).toLowerCase());
  if (subcommand === undefined) return refuseSubcommand(call);
  const [least, most] = subcommand.words;
  if (words.count < least || words.count > most) return refuseSubcommand(call);
  subcommand.run(call);
}

/** DEBUG HELP */
function help(call: ServerCall): void {
  const lines = ['DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:'];
  for (const { name, syntax, help: text } of subcommands) {
    lines.push(`${name.toUpperCase()} ${syntax ?? ''}`.trimEnd());
    for (const line of text) lines.push(`    ${line}`);
  }
  call.reply.array(lines.length);
  for (const line of lines) call.reply.simple(line);
}
