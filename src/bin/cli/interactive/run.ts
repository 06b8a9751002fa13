import type { Readable } from 'node:stream';
import { ReadStream, WriteStream } from 'node:tty';
import type { Session } from '../session.ts';
import { readLines } from '../standard-input.ts';
import { HistoryFile } from './history.ts';
import { type Interpreter, interpret } from './interpreter.ts';
import { loadPreferences } from './preferences.ts';
import { TerminalReader } from './terminal.ts';

/** What commands without a command line are read from, and where a terminal's editing is shown. */
export interface InteractiveStreams {
  readonly input: Readable;
  readonly output: unknown;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Reads commands until the input ends or the user leaves; returns the exit code. */
export async function runInteractive(session: Session, streams: InteractiveStreams): Promise<number> {
  // An error ends one command, not the conversation.
  session.settings.errorsFail = false;
  const { preferences, complaints } = loadPreferences(streams.environment);
  for (const complaint of complaints) session.output.text(`${complaint}\n`);
  const interpreter: Interpreter = {
    session,
    preferences,
    documentation: undefined,
    interrupted: false,
    clearScreen: () => session.output.text('\x1b[H\x1b[2J'),
    now: () => performance.now(),
  };
  await session.connect();
  const { input, output } = streams;
  if (input instanceof ReadStream && output instanceof WriteStream) {
    await new TerminalReader(interpreter, new HistoryFile(streams.environment), input, output).run();
  } else {
    await runLines(interpreter, input);
  }
  session.disconnect();
  return 0;
}

async function runLines(interpreter: Interpreter, input: Readable): Promise<void> {
  for await (const line of readLines(input)) {
    if (!(await interpret(interpreter, line))) return;
  }
}
