import { ReplyError } from '../../../protocol/client/reply-error.ts';
import { type ByteString, textOf } from '../bytes.ts';
import { runCommand } from '../command.ts';
import { ConnectionError } from '../connection.ts';
import { Failure } from '../failure.ts';
import { leadingInteger } from '../number-text.ts';
import { splitArguments } from '../quoting.ts';
import type { Session } from '../session.ts';
import type { CommandDocumentation } from './documentation.ts';
import { printHelp } from './help.ts';
import { applyPreference, type Preferences } from './preferences.ts';

/** What the lines of one run share. */
export interface Interpreter {
  readonly session: Session;
  readonly preferences: Preferences;
  /** The server's commands, once they are known. */
  documentation: readonly CommandDocumentation[] | undefined;
  /** Set when the user has interrupted the command that is running: its failure is no news. */
  interrupted: boolean;
  clearScreen(): void;
  /** Milliseconds of some clock that only goes forward. */
  now(): number;
}

/** A command that took this long, in milliseconds, has its duration printed. */
const slowCommandMs = 500;

/** Does what a line says. False when the line asks to leave. */
export async function interpret(interpreter: Interpreter, line: ByteString): Promise<boolean> {
  const { session, preferences } = interpreter;
  if (line.trim() === '') return true;
  const words = splitArguments(line);
  if (words === undefined) {
    session.output.text('Invalid argument(s)\n');
    return true;
  }
  const name = words[0]!.toLowerCase();
  if (name === 'quit' || name === 'exit') return false;
  if (name.startsWith(':')) {
    const complaint = applyPreference(preferences, words);
    if (complaint !== undefined) session.output.text(`${complaint}\n`);
  } else if (name === 'clear' && words.length === 1) {
    interpreter.clearScreen();
  } else if (name === 'connect' && words.length === 3) {
    session.settings.target.host = textOf(words[1]!);
    session.settings.target.port = leadingInteger(words[2]!);
    await session.connect();
  } else if (name === 'help' || name === '?') {
    await printHelp(session, words.slice(1), interpreter.documentation);
  } else {
    await runTimed(interpreter, words);
  }
  return true;
}

async function runTimed(interpreter: Interpreter, words: readonly ByteString[]): Promise<void> {
  const { session } = interpreter;
  const started = interpreter.now();
  await runTyped(interpreter, words);
  const elapsedMs = interpreter.now() - started;
  if (elapsedMs >= slowCommandMs && session.settings.format === 'plain') {
    session.output.text(`(${(elapsedMs / 1000).toFixed(2)}s)\n`);
  }
}

/** A number before a command repeats it. */
async function runTyped(interpreter: Interpreter, words: readonly ByteString[]): Promise<void> {
  const { session } = interpreter;
  const repeats = words.length > 1 && /^[+-]?\d+$/.test(words[0]!);
  const repeat = repeats ? Number(words[0]) : 1;
  if (repeat <= 0) {
    session.output.text('Invalid cinnabar-cli repeat command option value.\n');
    return;
  }
  // A connection that the server has closed meanwhile is told of first: with it went transaction and subscriptions.
  if (session.connection === undefined && !(await session.connect())) return;
  try {
    await runCommand(session, repeats ? words.slice(1) : words, repeat);
  } catch (error) {
    await handleFailure(interpreter, error);
  }
}

async function handleFailure(interpreter: Interpreter, error: unknown): Promise<void> {
  const { session } = interpreter;
  if (error instanceof ReplyError) throw new Failure(`Error: ${error.message}`);
  if (!(error instanceof ConnectionError)) throw error;
  if (interpreter.interrupted) {
    await session.connect();
    return;
  }
  session.output.error(`Error: ${error.message}`);
  session.disconnect();
}
