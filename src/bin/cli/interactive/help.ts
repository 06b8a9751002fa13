import { type ByteString, byteStringOfText, textOf } from '../bytes.ts';
import type { Session } from '../session.ts';
import { versionText } from '../version.ts';
import { type CommandDocumentation, loadDocumentation } from './documentation.ts';
import { syntaxText } from './syntax.ts';

/** `help`, `help @group`, or `help command`: what the server says of its commands. */
export async function printHelp(
  session: Session,
  words: readonly ByteString[],
  known?: readonly CommandDocumentation[],
): Promise<void> {
  const { output, settings } = session;
  if (words.length === 0) {
    output.text(overview());
    return;
  }
  const commands = known ?? (session.connection === undefined ? [] : await loadDocumentation(session));
  const topic = textOf(words.join(' ')).toUpperCase();
  const colour = settings.format === 'plain';
  const found = topic.startsWith('@')
    ? commands.filter(({ group }) => `@${group}`.toUpperCase() === topic)
    : commands.filter(({ name }) => name === topic || name.startsWith(`${topic} `));
  const texts = found.map((command) => commandHelp(command, { colour, withGroup: !topic.startsWith('@') }));
  output.text(byteStringOfText(`${texts.join('')}\n`));
}

/** What can be asked about: groups and commands. */
export function helpTopics(commands: readonly CommandDocumentation[]): string[] {
  const groups = new Set(commands.map(({ group }) => `@${group}`));
  return [...[...groups].sort(), ...commands.map(({ name }) => name)];
}

interface HelpStyle {
  readonly colour: boolean;
  readonly withGroup: boolean;
}

function commandHelp(command: CommandDocumentation, { colour, withGroup }: HelpStyle): string {
  const styled = (code: string, text: string) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const lines = [
    '',
    `  ${styled('1', command.name)} ${styled('90', syntaxText(command.arguments))}`.trimEnd(),
    `  ${styled('33', 'summary:')} ${command.summary}`,
  ];
  if (command.since !== '') lines.push(`  ${styled('33', 'since:')} ${command.since}`);
  if (withGroup) lines.push(`  ${styled('33', 'group:')} ${command.group}`);
  return `${lines.join('\n')}\n`;
}

function overview(): string {
  return `${versionText()}
Help on commands comes from the server:
      "help @<group>"    the commands of a group, such as "help @string"
      "help <command>"   one command, such as "help set"
      "help <tab>"       all topics, one after another

In this program:
      "connect <host> <port>"          use another server
      "<n> <command>"                  run a command n times
      "clear"                          clear the screen
      ":set hints", ":set nohints"     show or hide the arguments of a command while it is typed
      "quit", "exit"                   leave
Lines of ~/.cinnabar_clirc that begin with ":set" are preferences for every start.
`;
}
