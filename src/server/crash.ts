/** Cold. The end that nobody wanted: a report in the log of what happened, where, and to whom; then the process ends. */
import { describeClient } from './client-description.ts';
import { information } from './information/sections.ts';
import type { Server } from './server.ts';
import type { ServerCall } from './server-call.ts';
import { type FatalSignal, type ProcessControl, SIGNAL_NUMBERS } from './system/process-control.ts';
import { CINNABAR_VERSION, REDIS_VERSION } from './version.ts';

/** How much of a word the report shows. */
const WORD_BYTES_MAX = 128;
const WORDS_MAX = 32;

/** An instance that is a guest in its process throws this after its report. */
export class Crashed extends Error {}

export class Crash {
  readonly #server: Server;
  readonly #call: ServerCall;
  readonly #control: ProcessControl;
  /** What is to be tidied up even now (the pid file). */
  lastWork: () => void = () => {};
  #reporting = false;

  /** `call` is the flyweight that requests are served with. */
  constructor(server: Server, call: ServerCall, control: ProcessControl) {
    this.#server = server;
    this.#call = call;
    this.#control = control;
  }

  /** The software has found itself in a state that must not be. `where` is a stack, as errors have it. */
  panic(message: string, where: string | undefined): never {
    const head = ['Software failure.', `Guru Meditation: ${message}`];
    return this.#end(head, where, 'SIGABRT');
  }

  /** Something that must be true is not. */
  assertion(condition: string, where: string | undefined): never {
    const head = ['=== ASSERTION FAILED ===', `==> '${condition}' is not true`];
    return this.#end(head, where, 'SIGABRT');
  }

  /** An error that nobody has caught. */
  uncaught(error: unknown): never {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    return this.panic(`uncaught error: ${message}`, stack);
  }

  /** A signal has come that says that the process is broken. */
  signal(signal: FatalSignal, where: string | undefined): never {
    const number = SIGNAL_NUMBERS[signal];
    const head = [`Redis ${REDIS_VERSION} crashed by signal: ${number} (Cinnabar ${CINNABAR_VERSION})`];
    return this.#end(head, where, signal, true);
  }

  #end(head: readonly string[], where: string | undefined, signal: FatalSignal, bySignal = false): never {
    const { log, configuration } = this.#server;
    const isDetailed = configuration.boolean('crash-log-enabled');
    // A failure while one is reported must not hide the first.
    if (!this.#reporting && (isDetailed || !bySignal)) {
      this.#reporting = true;
      log.raw(`\n\n=== REDIS BUG REPORT START: Cinnabar ${CINNABAR_VERSION}, please keep all of it ===\n`);
      for (const line of head) log.warning(line);
      for (const [title, text] of isDetailed ? this.#sections(where) : [])
        log.raw(`\n------ ${title} ------\n${text()}`);
      log.raw('\n=== REDIS BUG REPORT END. A report needs everything from START to END. ===\n');
    }
    this.lastWork();
    if (!bySignal && configuration.boolean('use-exit-on-panic')) this.#control.exit(1);
    this.#control.raise(signal);
    // Reached only where the process belongs to somebody else.
    throw new Crashed(head.at(-1));
  }

  #sections(where: string | undefined): (readonly [title: string, text: () => string])[] {
    const server = this.#server;
    const { client } = this.#call;
    return [
      ['STACK TRACE', () => `${where ?? 'unknown'}\n`],
      ['STACK TRACE DONE', () => ''],
      ['INFO OUTPUT', () => information(server, ['everything'])],
      ['CLIENT LIST OUTPUT', () => this.#clients()],
      ['CURRENT CLIENT INFO', () => (client === undefined ? '' : this.#request())],
    ];
  }

  #clients(): string {
    const clients = [...this.#server.clients.byId.values()];
    return clients.map((client) => `${describeClient(this.#server, client)}\n`).join('');
  }

  /** The client that is being served, or was last, with its request; without what it says if logs must not show that. */
  #request(): string {
    const { client, arguments: words } = this.#call;
    const lines = [describeClient(this.#server, client), `argc: ${words.count}`];
    const isHidden = this.#server.configuration.boolean('hide-user-data-from-log');
    for (let i = 0; !isHidden && i < Math.min(words.count, WORDS_MAX); i++)
      lines.push(`argv[${i}]: ${JSON.stringify(words.text(i, WORD_BYTES_MAX))}`);
    return lines.map((line) => `${line}\n`).join('');
  }
}
