import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { ReplyError } from '../../protocol/client/reply-error.ts';
import { askPassword } from './ask-password.ts';
import { type ByteString, byteString, byteStringOfText } from './bytes.ts';
import { ConnectionError } from './connection.ts';
import { Failure } from './failure.ts';
import { runInteractive } from './interactive/run.ts';
import { runMode } from './modes/run.ts';
import { runOneShot } from './one-shot.ts';
import { parseOptions, usageText } from './options.ts';
import { type ByteSink, Output } from './output.ts';
import { Session } from './session.ts';
import { defaultSettings } from './settings.ts';
import { versionText } from './version.ts';

/** The process as the program sees it. */
export interface Surroundings {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly input: Readable;
  readonly output: ByteSink & { readonly isTTY?: boolean };
  readonly errors: ByteSink;
}

/** Runs cinnabar-cli and returns its exit code. */
export async function main(surroundings: Surroundings): Promise<number> {
  const { environment, output: standard, errors } = surroundings;
  const settings = defaultSettings({ outputIsTerminal: standard.isTTY === true, environment });
  const output = new Output(settings, standard, errors);
  const session = new Session(settings, output);
  try {
    return await run(session, surroundings);
  } catch (error) {
    return report(output, error);
  } finally {
    session.disconnect();
  }
}

async function run(session: Session, surroundings: Surroundings): Promise<number> {
  const { settings, output } = session;
  const args = byteArguments(surroundings.args);
  const commandStart = parseOptions(settings, args);
  if (settings.modes.has('help') || settings.modes.has('version')) {
    output.text(settings.modes.has('help') ? byteStringOfText(usageText(settings)) : `${versionText()}\n`);
    return 0;
  }
  if (settings.passwordOnCommandLine && settings.warnAboutPassword) output.error(passwordWarning);
  if (settings.askPassword) settings.target.password = await askPassword(surroundings);
  if (settings.modes.size > 0) return runMode(session, surroundings.input);
  const command = args.slice(commandStart);
  if (command.length === 0 && settings.scriptPath === undefined) return runInteractive(session, surroundings);
  return runOneShot(session, command, surroundings.input);
}

// Scripts filter this line out of their logs, so its words are redis-cli's.
const passwordWarning =
  "Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe.";

function report(output: Output, error: unknown): number {
  if (error instanceof Failure) {
    if (error.message !== '') output.error(byteStringOfText(error.message));
    return error.exitCode;
  }
  if (error instanceof ConnectionError || error instanceof ReplyError) {
    output.error(byteStringOfText(`Error: ${error.message}`));
    return 1;
  }
  throw error;
}

/**
 * The arguments as bytes. The runtime turns them into text and loses what is not UTF-8; where the system shows a
 * process its own command line, the bytes are taken from there.
 */
function byteArguments(args: readonly string[]): ByteString[] {
  if (!args.some((arg) => arg.includes('\ufffd'))) return args.map(byteStringOfText);
  try {
    const commandLine = byteString(readFileSync('/proc/self/cmdline')).split('\0').slice(0, -1);
    return commandLine.slice(commandLine.length - args.length);
  } catch {
    return args.map(byteStringOfText);
  }
}
