import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { type ByteString, byteString, textOf } from './bytes.ts';
import { runCommand } from './command.ts';
import { Failure } from './failure.ts';
import { printHelp } from './interactive/help.ts';
import { unquoted } from './quoting.ts';
import type { Session } from './session.ts';
import { readAll } from './standard-input.ts';
import { systemErrorText } from './system-error.ts';

/** Runs the command of the command line, and returns the exit code. */
export async function runOneShot(
  session: Session,
  args: readonly ByteString[],
  input: Readable,
): Promise<number> {
  if (!(await session.connect())) return 1;
  const { settings } = session;
  const words =
    settings.scriptPath === undefined
      ? await withInput(session, args, input)
      : evalCommand(settings.scriptPath, args);
  if (/^(help|\?)$/i.test(words[0]!)) {
    await printHelp(session, words.slice(1));
    return 0;
  }
  const outcome = await runCommand(session, words, settings.repeat);
  if (outcome === 'failed') return 1;
  if (outcome === 'done' && session.subscriptions.active) await printMessages(session);
  return 0;
}

/** Published messages, until the server closes the connection or the user has seen enough. */
async function printMessages(session: Session): Promise<never> {
  for (;;) session.output.reply(await session.receive(), false);
}

async function withInput(
  session: Session,
  args: readonly ByteString[],
  input: Readable,
): Promise<ByteString[]> {
  const { lastArgumentFromInput, argumentTagFromInput, quotedInput } = session.settings;
  const words = quotedInput ? args.map((arg) => unquotedOrFail(session, arg)) : [...args];
  if (lastArgumentFromInput) return [...words, await readAll(input)];
  if (argumentTagFromInput === undefined) return words;
  const at = words.map(textOf).indexOf(argumentTagFromInput);
  if (at < 0) throw new Failure('Using -X option but stdin tag not match.');
  words[at] = await readAll(input);
  return words;
}

function unquotedOrFail(session: Session, argument: ByteString): ByteString {
  const text = unquoted(argument);
  if (text === undefined) {
    session.output.text('Invalid quoted string\n');
    throw new Failure('');
  }
  return text;
}

/** Keys come before a lone comma, other arguments after it. */
function evalCommand(scriptPath: string, args: readonly ByteString[]): ByteString[] {
  const comma = args.indexOf(',');
  const keys = comma < 0 ? args : args.slice(0, comma);
  const rest = comma < 0 ? [] : args.slice(comma + 1);
  return ['EVAL', readScript(scriptPath), String(keys.length), ...keys, ...rest];
}

function readScript(path: string): ByteString {
  try {
    return byteString(readFileSync(path));
  } catch (error) {
    throw new Failure(`Can't open file '${path}': ${systemErrorText(error)}`);
  }
}
