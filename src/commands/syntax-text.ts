/** Cold. Arguments as people write them: `key value [NX | XX] [EX seconds | KEEPTTL]`. */
import type { SyntaxArgument } from './syntax.ts';

/** One line of text for a command's arguments. */
export function syntaxText(members: readonly SyntaxArgument[]): string {
  return members.map((member) => argumentText(member)).join(' ');
}

function argumentText(argument: SyntaxArgument): string {
  const token = argument.token === undefined ? '' : shownToken(argument.token);
  if (argument.type === 'pure-token') return argument.optional ? `[${token}]` : token;
  const value = valueText(argument);
  const withToken = token === '' ? value : `${token} ${value}`;
  const text = argument.multiple ? repeated(argument, value, withToken) : withToken;
  return argument.optional ? `[${text}]` : text;
}

/** What may repeat stands once, and again with dots in brackets unless it is a choice, which may be long. */
function repeated(argument: SyntaxArgument, value: string, withToken: string): string {
  if (argument.type === 'oneof') return `${withToken} [...]`;
  return `${withToken} [${argument.multipleToken ? withToken : value} ...]`;
}

function valueText(argument: SyntaxArgument): string {
  if (argument.type === 'block') return syntaxText(argument.arguments);
  if (argument.type !== 'oneof') return argument.displayText ?? argument.name;
  const choices = argument.arguments.map((choice) => argumentText(choice)).join(' | ');
  // Brackets of its own enough: an optional choice needs no second pair.
  return argument.optional && !argument.multiple && argument.token === undefined ? choices : `<${choices}>`;
}

function shownToken(token: string): string {
  return token === '' ? '""' : token;
}
