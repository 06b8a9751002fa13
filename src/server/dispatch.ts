/** Hot. From a request's words to its command's function. */

import type { CommandFunction } from '../commands/declaration.ts';
import { OUT_OF_MEMORY, wrongArity } from '../commands/errors.ts';
import { CONTAINER, PROTECTED } from '../commands/flags.ts';
import type { CommandTable } from '../commands/registry.ts';
import { OutOfMemory } from '../memory/arena.ts';
import type { WaitingClients } from './blocking/waiting-clients.ts';
import type { CommandStatistics } from './command-statistics.ts';
import { help } from './commands/help.ts';
import type { Gatekeeper } from './gates.ts';
import type { Propagation } from './propagation.ts';
import { protectionRefusal } from './protected-commands.ts';
import type { ServerCall } from './server-call.ts';

/** A reply or request this long is timed on its own: it may have been slow. */
const LONG_BYTES = 16 * 1024;
/** How much of an unknown command's words its error quotes. */
const QUOTED_BYTES_MAX = 128;

export class Dispatcher {
  readonly commands: CommandTable<ServerCall>;
  readonly statistics: CommandStatistics;
  readonly #gatekeeper: Gatekeeper;
  readonly #propagation: Propagation;
  readonly #waiting: WaitingClients;
  readonly #functions: readonly CommandFunction<ServerCall>[];
  readonly #arities: Int32Array;
  readonly #flags: Int32Array;

  constructor(
    commands: CommandTable<ServerCall>,
    statistics: CommandStatistics,
    gatekeeper: Gatekeeper,
    propagation: Propagation,
    waiting: WaitingClients,
  ) {
    this.commands = commands;
    this.statistics = statistics;
    this.#gatekeeper = gatekeeper;
    this.#propagation = propagation;
    this.#waiting = waiting;
    this.#arities = commands.arities;
    this.#flags = commands.flags;
    this.#functions = commands.declarations.map(
      (declaration) => declaration.run ?? (declaration.name === 'help' ? help : missingSubcommand),
    );
  }

  /**
   * Runs the request in `call.arguments` for `call.client`, and writes its reply. Returns false if the request must wait
   * (the client was told to stop and the request is to be presented again); then nothing was written.
   */
  execute(call: ServerCall): boolean {
    const words = call.arguments;
    const id = this.#find(call);
    if (id < 0) return true;
    const arity = this.#arities[id];
    if (arity >= 0 ? words.count !== arity : words.count < -arity) {
      this.#reject(call, id, wrongArity(this.commands.fullNames[id]));
      return true;
    }
    const { client, server } = call;
    if ((server.gates | client.gates) !== 0) return this.#gatekeeper.execute(this, call, id);
    this.run(call, id);
    return true;
  }

  /** Runs a command again that has waited for a key. */
  rerun(call: ServerCall, id: number): void {
    this.#gatekeeper.rerun(this, call, id);
  }

  /** Runs a command that has passed all checks. */
  run(call: ServerCall, id: number): void {
    const { reply, keyspace } = call;
    const { statistics } = this;
    const errors = reply.errors;
    const dirty = keyspace.dirty;
    const before = reply.output.length;
    const taken = reply.output.taken;
    call.client.lastCommand = id;
    statistics.enter(id);
    call.timedStart = call.start;
    call.redacted = null;
    call.propagated = null;
    try {
      this.#functions[id](call);
    } catch (error) {
      if (!(error instanceof OutOfMemory)) throw error;
      keyspace.prefetch.forget();
      this.#replyOutOfMemory(call, before, taken);
    }
    const hasChanged = keyspace.dirty !== dirty;
    if (hasChanged || this.#propagation.isPending) this.#propagation.ran(call, hasChanged);
    if (reply.errors !== errors) this.#failed(call, id);
    if (this.#waiting.isPending) this.#waiting.serve();
    const words = call.arguments;
    if (
      reply.output.length - before > LONG_BYTES ||
      reply.output.length < before ||
      words.offsets[(words.count << 1) - 1] - words.offsets[0] > LONG_BYTES
    )
      statistics.cut();
  }

  /** Puts an error in the place of what the command has replied so far; if some of it has left already, the client goes. */
  #replyOutOfMemory(call: ServerCall, before: number, taken: number): void {
    const { output } = call.reply;
    if (output.taken === taken) output.length = before;
    else call.server.clients.close(call.client);
    call.reply.error(OUT_OF_MEMORY);
  }

  /** Refuses a command with an error before it runs. */
  refuse(call: ServerCall, id: number, error: string): void {
    this.#reject(call, id, error);
  }

  /** The id of the command or subcommand that the words call; -1 after having replied with an error. */
  #find(call: ServerCall): number {
    const words = call.arguments;
    const { bytes, offsets } = words;
    const id = this.commands.find(bytes, offsets[0], offsets[1]);
    if (id < 0) return this.#unknownCommand(call);
    if ((this.#flags[id] & (CONTAINER | PROTECTED)) === 0) return id;
    if ((this.#flags[id] & PROTECTED) !== 0 && this.#isProtected(call, id)) return -1;
    if ((this.#flags[id] & CONTAINER) === 0 || words.count === 1) return id;
    const subcommand = this.commands.findSubcommand(id, bytes, offsets[2], offsets[3]);
    return subcommand < 0 ? this.#unknownSubcommand(call, id) : subcommand;
  }

  /** Whether a protected command was refused; a wrong number of words is told first. */
  #isProtected(call: ServerCall, id: number): boolean {
    if (call.arguments.count < Math.abs(this.#arities[id])) return false;
    const refusal = protectionRefusal(call, this.commands.declarations[id].name);
    if (refusal === '') return false;
    this.#reject(call, id, refusal);
    return true;
  }

  #unknownCommand(call: ServerCall): number {
    const words = call.arguments;
    if (words.is(0, 'post') || words.is(0, 'host:')) {
      call.server.limits.abortForeignProtocol(call.client);
      return -1;
    }
    let quoted = '';
    for (let i = 1; i < words.count && quoted.length < QUOTED_BYTES_MAX; i++)
      quoted += `'${words.quoted(i, QUOTED_BYTES_MAX - quoted.length)}' `;
    const name = words.quoted(0, QUOTED_BYTES_MAX);
    this.#error(call, `ERR unknown command '${name}', with args beginning with: ${quoted}`);
    return -1;
  }

  #unknownSubcommand(call: ServerCall, id: number): number {
    const name = call.arguments.quoted(1, QUOTED_BYTES_MAX);
    const container = this.commands.fullNames[id].toUpperCase();
    this.#error(call, `ERR unknown subcommand '${name}'. Try ${container} HELP.`);
    return -1;
  }

  #reject(call: ServerCall, id: number, error: string): void {
    this.statistics.reject(id);
    this.#error(call, error);
  }

  #error(call: ServerCall, error: string): void {
    call.reply.error(error);
    this.statistics.countError(error);
  }

  #failed(call: ServerCall, id: number): void {
    this.statistics.fail(id);
    this.statistics.countError(call.reply.lastError);
  }
}

/** A container that was called without a subcommand. */
function missingSubcommand(call: ServerCall): void {
  call.reply.error(wrongArity(call.arguments.text(0).toLowerCase()));
}
