/** Hot. Executes commands that were written down, for a client that nobody sees: replies go nowhere, nothing is propagated. */
import { CONTAINER } from '../../commands/flags.ts';
import type { RestorePolicy } from '../../persistence/function-libraries.ts';
import { readFunctions } from '../../persistence/rdb/functions.ts';
import type { Arguments } from '../../protocol/arguments.ts';
import { Reply } from '../../protocol/reply.ts';
import { Output } from '../../transport/output.ts';
import type { Connection } from '../../transport/transport.ts';
import { Client } from '../client.ts';
import type { Server } from '../server.ts';
import { ServerCall } from '../server-call.ts';

const NAME_BYTES_MAX = 128;
const policies: readonly RestorePolicy[] = ['append', 'replace', 'flush'];

/** What cannot be executed; the message is for the log. */
export class CannotReplay extends Error {}

export class CommandReplay {
  readonly #server: Server;
  readonly #call: ServerCall;
  /** Commands since MULTI; null outside a transaction. */
  #queued: Uint8Array[][] | null = null;

  /** `words` hold each command that is executed. */
  constructor(server: Server, words: Arguments) {
    this.#server = server;
    this.#call = new ServerCall(server, new Reply(new Output(1024)), words);
    this.#call.client = new Client(0, nobody, server.keyspace.now);
  }

  /** Whether commands wait for their EXEC. */
  get isInTransaction(): boolean {
    return this.#queued !== null;
  }

  /** Executes the command that the words are, or keeps it until the transaction is complete. Throws CannotReplay. */
  execute(): void {
    const words = this.#call.arguments;
    if (words.is(0, 'multi')) this.#queued ??= [];
    else if (words.is(0, 'exec')) this.#executeQueued();
    else if (this.#queued !== null) this.#queued.push(words.copyAll());
    else this.#run();
  }

  #executeQueued(): void {
    const queued = this.#queued ?? [];
    const words = this.#call.arguments;
    this.#queued = null;
    for (const command of queued) {
      words.assign(command);
      this.#run();
    }
  }

  #run(): void {
    const call = this.#call;
    if (call.arguments.is(0, 'function')) return this.#keepLibraries();
    const { commands, keyspace } = this.#server;
    const id = this.#find();
    call.database = keyspace.databases[call.client.database];
    call.propagated = null;
    commands.declarations[id].run?.(call);
    call.reply.output.length = 0;
  }

  /**
   * FUNCTION LOAD, DELETE, FLUSH and RESTORE: libraries cannot be called, but go on to the next file. What these commands would have
   * refused does nothing, as with all commands of the file.
   */
  #keepLibraries(): void {
    const { libraries } = this.#server;
    const words = this.#call.arguments;
    const { count } = words;
    if (count < 2) throw new CannotReplay("Unknown command 'FUNCTION'");
    if (words.is(1, 'load')) {
      if (count === 3) libraries.addNew(words.copy(2));
      else if (count === 4 && words.is(2, 'replace')) libraries.add(words.copy(3));
    } else if (words.is(1, 'delete')) {
      if (count === 3) libraries.remove(Buffer.from(words.copy(2)).toString('latin1'));
    } else if (words.is(1, 'flush')) {
      if (count === 2 || (count === 3 && (words.is(2, 'sync') || words.is(2, 'async')))) libraries.clear();
    } else if (words.is(1, 'restore')) {
      this.#restoreLibraries();
    } else {
      throw new CannotReplay(`Unknown subcommand '${words.quoted(1, NAME_BYTES_MAX)}' of 'FUNCTION'`);
    }
  }

  /** FUNCTION RESTORE payload [policy] */
  #restoreLibraries(): void {
    const words = this.#call.arguments;
    const { count } = words;
    const policy = count === 3 ? 'append' : policies.find((known) => words.is(3, known));
    if (count < 3 || count > 4 || policy === undefined) return;
    const texts = readFunctions(words.copy(2));
    if (texts !== null) this.#server.libraries.restore(texts, policy);
  }

  /** The id of the command that the words call. */
  #find(): number {
    const { commands } = this.#server;
    const { bytes, offsets, count } = this.#call.arguments;
    const words = this.#call.arguments;
    let id = commands.find(bytes, offsets[0], offsets[1]);
    if (id >= 0 && (commands.flags[id] & CONTAINER) !== 0 && count > 1)
      id = commands.findSubcommand(id, bytes, offsets[2], offsets[3]);
    if (id < 0) throw new CannotReplay(`Unknown command '${words.quoted(0, NAME_BYTES_MAX)}'`);
    const arity = commands.arities[id];
    if (arity >= 0 ? count !== arity : count < -arity)
      throw new CannotReplay(`Wrong number of arguments for '${commands.fullNames[id]}'`);
    return id;
  }
}

const nobody: Connection = {
  owner: undefined,
  kind: 'unix',
  descriptor: -1,
  remoteAddress: '',
  localAddress: '',
  pendingOutputBytes: 0,
  pendingInputBytes: 0,
  inputCapacityBytes: 0,
  write: () => {},
  pause: () => {},
  resume: () => {},
  destroy: () => {},
  end: () => {},
};
