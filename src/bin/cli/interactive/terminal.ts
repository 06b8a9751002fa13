import { createInterface, type Interface, type Key } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import { byteStringOfText } from '../bytes.ts';
import { ConnectionError } from '../connection.ts';
import { splitArguments } from '../quoting.ts';
import { completionsFor } from './completion.ts';
import { loadDocumentation } from './documentation.ts';
import { hintFor } from './hints.ts';
import { type HistoryFile, historyLinesMax, isSensitive } from './history.ts';
import { type Interpreter, interpret } from './interpreter.ts';
import { promptText } from './prompt.ts';

/** Of a terminal that does not tell its width. */
const assumedColumns = 80;

/**
 * Reads commands from a terminal: editing and history by the runtime's readline, arguments of the command shown in
 * grey behind the cursor, published messages shown above the prompt.
 */
export class TerminalReader {
  readonly #interpreter: Interpreter;
  readonly #history: HistoryFile;
  readonly #output: WriteStream;
  readonly #lines: Interface;
  #hintShown = false;
  #running = false;
  #closed = false;
  #finish: () => void = () => {};

  constructor(interpreter: Interpreter, history: HistoryFile, input: ReadStream, output: WriteStream) {
    this.#interpreter = interpreter;
    this.#history = history;
    this.#output = output;
    // Before readline's own listener: a key must not find a hint in its way.
    input.on('keypress', () => this.#eraseHint());
    this.#lines = createInterface({
      input,
      output,
      history: history.load(),
      historySize: historyLinesMax,
      removeHistoryDuplicates: true,
      completer: (line: string) => this.#complete(line),
    });
    input.on('keypress', (_text: string | undefined, key: Key | undefined) => this.#showHint(key));
  }

  /** Runs until the user leaves. */
  async run(): Promise<void> {
    await this.#learnCommands();
    this.#prompt();
    this.#lines.on('line', (line) => void this.#take(line));
    this.#lines.on('SIGINT', () => this.#interrupt());
    await new Promise<void>((resolve, reject) => {
      this.#finish = resolve;
      this.#failed = reject;
      this.#lines.on('close', () => {
        this.#closed = true;
        // Left with Ctrl-C or Ctrl-D: what the shell prints next begins a line.
        if (!this.#running) this.#output.write('\n');
        if (!this.#running) resolve();
      });
    });
  }

  #failed: (error: unknown) => void = () => {};
  readonly #pending: string[] = [];

  /** Lines may come faster than commands end (a paste): they wait for their turn. */
  async #take(line: string): Promise<void> {
    this.#pending.push(line);
    if (!this.#running) await this.#runExclusively(async () => {});
  }

  /** Runs something that lines and messages must wait for, and then the lines that have come meanwhile. */
  async #runExclusively(first: () => Promise<unknown>): Promise<void> {
    this.#running = true;
    try {
      await first();
      while (this.#pending.length > 0) await this.#runLine(this.#pending.shift()!);
      this.#running = false;
      if (this.#closed) this.#finish();
      else this.#prompt();
    } catch (error) {
      this.#lines.close();
      this.#failed(error);
    }
  }

  async #runLine(line: string): Promise<void> {
    const bytes = byteStringOfText(line);
    const words = splitArguments(bytes) ?? [];
    if (isSensitive(words)) this.#forget(line);
    else if (line.trim() !== '') this.#history.append(line);
    this.#interpreter.interrupted = false;
    const goesOn = await interpret(this.#interpreter, bytes);
    if (this.#interpreter.documentation === undefined) await this.#learnCommands();
    if (goesOn) return;
    this.#pending.length = 0;
    this.#lines.close();
  }

  /** Takes a line out of the history that readline keeps in memory. */
  #forget(line: string): void {
    const holder: { history?: string[] } = this.#lines as Interface & { history?: string[] };
    if (holder.history?.[0] === line) holder.history.shift();
  }

  async #learnCommands(): Promise<void> {
    const { session } = this.#interpreter;
    if (session.connection === undefined || session.subscriptions.active) return;
    try {
      this.#interpreter.documentation = await loadDocumentation(session);
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
    }
  }

  /** Shows the prompt, and from then on whatever the server sends meanwhile. */
  #prompt(): void {
    const { session } = this.#interpreter;
    this.#lines.setPrompt(promptText(session));
    this.#lines.prompt();
    if (session.connection !== undefined) session.connection.onActivity = () => this.#showUnasked();
    this.#showUnasked();
  }

  #showUnasked(): void {
    const { session } = this.#interpreter;
    if (this.#running || session.connection === undefined) return;
    let reply = session.connection.poll();
    if (reply === undefined) return;
    this.#output.write('\r\x1b[J');
    for (; reply !== undefined; reply = session.connection.poll()) session.handleUnasked(reply);
    this.#lines.prompt(true);
  }

  /** Ctrl-C: gives up the command that is running or the subscriptions; at an idle prompt, leaves. */
  #interrupt(): void {
    const { session } = this.#interpreter;
    if (this.#running) {
      this.#interpreter.interrupted = true;
      this.#pending.length = 0;
      this.#output.write('^C\n');
      session.connection?.close();
    } else if (session.subscriptions.active) {
      this.#output.write('\n');
      void this.#runExclusively(() => session.connect());
    } else {
      this.#lines.close();
    }
  }

  #complete(line: string): [string[], string] {
    return [completionsFor(line, this.#interpreter.documentation ?? []), line];
  }

  #showHint(key: Key | undefined): void {
    const { preferences, documentation } = this.#interpreter;
    const line = this.#lines.line;
    const leaves = key?.name === 'return' || key?.name === 'enter' || key?.name === 'tab';
    if (leaves || this.#running || this.#closed || !preferences.hints || documentation === undefined) return;
    if (this.#lines.cursor !== line.length) return;
    const { rows, cols } = this.#lines.getCursorPos();
    const room = (this.#output.columns || assumedColumns) - cols - 1;
    const hint = rows > 0 ? '' : hintFor(byteStringOfText(line), documentation).slice(0, Math.max(0, room));
    if (hint === '') return;
    this.#output.write(`\x1b[90m${hint}\x1b[0m\x1b[${hint.length}D`);
    this.#hintShown = true;
  }

  #eraseHint(): void {
    if (!this.#hintShown) return;
    this.#output.write('\x1b[K');
    this.#hintShown = false;
  }
}
