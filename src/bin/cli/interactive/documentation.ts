import { type Reply, replyElements, replyText } from '../../../protocol/client/reply.ts';
import type { Session } from '../session.ts';

/** An argument of a command, as the server declares it. */
export interface ArgumentSpecification {
  /** The placeholder; empty for a pure token. */
  readonly name: string;
  readonly token: string | undefined;
  readonly optional: boolean;
  readonly multiple: boolean;
  /** True when every repetition begins with the token. */
  readonly multipleToken: boolean;
  /** One of several; all of them in order; or a single word. */
  readonly shape: 'one-of' | 'block' | 'word' | 'token';
  readonly parts: readonly ArgumentSpecification[];
}

/** What the server says of one command or subcommand. */
export interface CommandDocumentation {
  /** In upper case: `CONFIG GET`. */
  readonly name: string;
  readonly summary: string;
  readonly since: string;
  readonly group: string;
  readonly arguments: readonly ArgumentSpecification[];
}

/** Asks the server for its commands, sorted by name. None when it does not know COMMAND DOCS. */
export async function loadDocumentation(session: Session): Promise<CommandDocumentation[]> {
  const reply = await session.request(['COMMAND', 'DOCS']);
  const commands = [...pairs(reply)].flatMap(([name, doc]) => commandsIn(name, doc));
  return commands.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function commandsIn(name: string, reply: Reply): CommandDocumentation[] {
  const fields = pairs(reply);
  const field = (key: string) => textOr(fields.get(key), '');
  const own: CommandDocumentation = {
    // The server names a subcommand `config|get`.
    name: name.replace('|', ' ').toUpperCase(),
    summary: field('summary'),
    since: field('since'),
    group: field('group'),
    arguments: specifications(fields.get('arguments')),
  };
  const subcommands = [...pairs(fields.get('subcommands'))].flatMap(([sub, doc]) => commandsIn(sub, doc));
  return [own, ...subcommands];
}

function specifications(reply: Reply | undefined): ArgumentSpecification[] {
  return reply === undefined ? [] : replyElements(reply).map(specification);
}

function specification(reply: Reply): ArgumentSpecification {
  const fields = pairs(reply);
  const type = textOr(fields.get('type'), 'string');
  const flagsReply = fields.get('flags');
  const flags = flagsReply === undefined ? [] : replyElements(flagsReply).map((flag) => textOr(flag, ''));
  const token = fields.get('token');
  return {
    name: textOr(fields.get('display_text'), textOr(fields.get('name'), '')),
    token: token === undefined ? undefined : textOr(token, ''),
    optional: flags.includes('optional'),
    multiple: flags.includes('multiple'),
    multipleToken: flags.includes('multiple_token'),
    shape: shapeOf(type),
    parts: specifications(fields.get('arguments')),
  };
}

function shapeOf(type: string): ArgumentSpecification['shape'] {
  if (type === 'oneof') return 'one-of';
  if (type === 'block') return 'block';
  return type === 'pure-token' ? 'token' : 'word';
}

/** Names and values: a map in RESP3, an array of both in turn in RESP2. */
function pairs(reply: Reply | undefined): Map<string, Reply> {
  const elements = reply === undefined ? [] : replyElements(reply);
  const found = new Map<string, Reply>();
  for (let i = 0; i + 1 < elements.length; i += 2) found.set(textOr(elements[i], ''), elements[i + 1]!);
  return found;
}

function textOr(reply: Reply | undefined, otherwise: string): string {
  return (reply === undefined ? undefined : replyText(reply)) ?? otherwise;
}
