/** A server under comparison: put back to its beginning, then led through a sequence on a connection of its own. */
import { type Argument, type Connection, request } from './connection.ts';
import type { Group } from './groups.ts';
import type { Peer } from './peer.ts';
import { ErrorReply, type Reply } from './reply.ts';

/** A command; commands of which some are not answered; or bytes that may be anything. */
export type Step =
  | { readonly words: readonly Argument[] }
  | { readonly quiet: readonly (readonly Argument[])[] }
  | { readonly bytes: Buffer };

export interface Outcome {
  /** One for a command, any number for other steps. */
  readonly replies: readonly Buffer[];
  /** How the connection is left. Unless it is open, later steps did not run. */
  readonly end: 'open' | 'closed' | 'silent';
}

const BATCH = 64;
/** Ends a batch. A command that does not exist is refused in the same way in every state of a connection. */
const marker = 'end-of-batch-5e0c1f';
const markerReply = Buffer.from(`-ERR unknown command '${marker}', with args beginning with: \r\n`);
/** A server that has not answered by then never will. */
const SILENCE_LIMIT_MS = 20_000;
/** Turns of the server's loop after which what one connection sent has been served, as another one sees it. */
const BARRIER_ROUNDS = 4;
/** Servers read at most about this much of one connection in a turn. */
const READ_BYTES = 16 * 1024;

export class Target {
  readonly peer: Peer;
  readonly #control: Connection;
  readonly #parameters: readonly string[];
  readonly #pipelined: boolean;

  private constructor(peer: Peer, control: Connection, parameters: readonly string[], pipelined: boolean) {
    this.peer = peer;
    this.#control = control;
    this.#parameters = parameters;
    this.#pipelined = pipelined;
  }

  /** Remembers the values of `parameters` to put back. */
  static async of(peer: Peer, { password, parameters, pipelined }: Group): Promise<Target> {
    const control = await peer.connect();
    if (password !== undefined) await control.call('AUTH', password);
    const settings: string[] = [];
    for (const parameter of parameters) {
      const reply = await control.call('CONFIG', 'GET', parameter);
      if (Array.isArray(reply) && reply.length === 2) settings.push(...reply.map(String));
    }
    return new Target(peer, control, settings, pipelined);
  }

  async knows(command: string): Promise<boolean> {
    const reply = await this.#control.call('COMMAND', 'INFO', command);
    return Array.isArray(reply) && reply[0] !== null;
  }

  async reset(): Promise<void> {
    if (this.#parameters.length > 0) await this.#must('CONFIG', 'SET', ...this.#parameters);
    await this.#must('FLUSHALL', 'SYNC');
  }

  /** What each step led to. A server that ends while it runs is an error that shows its log. */
  async run(steps: readonly Step[]): Promise<Outcome[]> {
    const connection = await this.peer.connect();
    const outcomes: Outcome[] = [];
    try {
      while (outcomes.length < steps.length && (outcomes.at(-1)?.end ?? 'open') === 'open') {
        outcomes.push(...(await this.#next(connection, steps, outcomes.length)));
      }
    } finally {
      await connection.close();
    }
    return outcomes;
  }

  async stop(): Promise<void> {
    await this.#control.close();
    await this.peer.stop();
  }

  #next(connection: Connection, steps: readonly Step[], start: number): Promise<Outcome[]> {
    const first = steps[start]!;
    if ('bytes' in first) return this.#bytes(connection, first.bytes);
    if ('quiet' in first) return answers(connection, first.quiet).then((outcome) => [outcome]);
    if (!this.#pipelined) return answers(connection, [first.words], 1).then((outcome) => [outcome]);
    const batch: (readonly Argument[])[] = [];
    for (const step of steps.slice(start, start + BATCH)) {
      if (!('words' in step)) break;
      batch.push(step.words);
    }
    return commandBatch(connection, batch);
  }

  async #bytes(connection: Connection, bytes: Buffer): Promise<Outcome[]> {
    connection.send(bytes);
    for (let round = BARRIER_ROUNDS + Math.ceil(bytes.length / READ_BYTES); round > 0; round--) {
      await this.#must('PING');
      await new Promise((resolve) => setImmediate(resolve));
    }
    return [{ replies: connection.takeReplies(), end: connection.isClosed ? 'closed' : 'open' }];
  }

  async #must(...words: Argument[]): Promise<Reply> {
    const reply = await this.#control.call(...words);
    if (reply instanceof ErrorReply)
      throw new Error(`${this.peer.name}: ${words.join(' ')}: ${reply.message}\n${this.peer.log()}`);
    return reply;
  }
}

/** One outcome a command as far as they came; a single one if there are more or fewer replies than commands. */
async function commandBatch(
  connection: Connection,
  batch: readonly (readonly Argument[])[],
): Promise<Outcome[]> {
  const whole = await answers(connection, batch);
  if (whole.replies.length === 0 || (whole.end === 'open' && whole.replies.length !== batch.length))
    return [whole];
  const outcomes: Outcome[] = whole.replies.map((reply) => ({ replies: [reply], end: 'open' }));
  return [...outcomes.slice(0, -1), { replies: whole.replies.slice(-1), end: whole.end }];
}

/** The replies: `count` of them, or all until the marker's; fewer if the server closed. */
async function answers(
  connection: Connection,
  commands: readonly (readonly Argument[])[],
  count = 0,
): Promise<Outcome> {
  connection.send(Buffer.concat((count > 0 ? commands : [...commands, [marker]]).map(request)));
  let silent = false;
  const timer = setTimeout(() => {
    silent = true;
    void connection.close();
  }, SILENCE_LIMIT_MS);
  const replies: Buffer[] = [];
  try {
    for (;;) {
      const reply = await connection.nextReply();
      if (reply.equals(markerReply)) return { replies, end: 'open' };
      if (replies.push(reply) === count) return { replies, end: 'open' };
    }
  } catch {
    return { replies, end: silent ? 'silent' : 'closed' };
  } finally {
    clearTimeout(timer);
  }
}
