/**
 * Cinnabar as a library: a Redis-compatible store inside your process, with or without a port.
 *
 * @example
 * import { open } from 'cinnabar';
 * const cinnabar = await open({ port: 'any' });
 * await cinnabar.command('SET', 'greeting', 'hello');
 * console.log(cinnabar.port, await cinnabar.command('GET', 'greeting'));
 * await cinnabar.close();
 */
import { type Reply, replyText } from './protocol/client/reply.ts';
import { Configuration } from './server/config/configuration.ts';
import { LocalConnection } from './server/local-connection.ts';
import { Log } from './server/log.ts';
import { Server } from './server/server.ts';
import { endpointsOf, load, start } from './server/start.ts';
import { systemClock } from './server/system/clock.ts';
import { systemDataFiles } from './server/system/data-files.ts';
import { systemFiles } from './server/system/files.ts';
import { systemProcess } from './server/system/process.ts';
import { secretWord, systemRandom } from './server/system/random.ts';

export interface OpenOptions {
  /** A TCP port, 'any' for one that the system picks; left out: no TCP at all. */
  readonly port?: number | 'any';
  /** The address to listen on; 127.0.0.1 if left out. */
  readonly host?: string;
  /**
   * Any option of redis.conf, as text: `{ maxmemory: '100mb' }`. With `dir`, data are loaded from and saved to files there;
   * when they are saved without being asked, `save` says: `{ dir: '/var/lib/store', save: '60 1' }`.
   */
  readonly config?: Readonly<Record<string, string>>;
  /** Receives the log, line by line; left out: there is none. */
  readonly log?: (text: string) => void;
}

/** A reply as a JavaScript value: errors are thrown, strings are decoded as UTF-8, maps are flat arrays as in RESP2. */
export type Value = string | number | bigint | boolean | null | Value[];

/** An error reply; its message begins with the error code. */
export class CommandError extends Error {}

/** A word of a command; numbers are sent in decimal. */
export type Word = string | number | bigint | Uint8Array;

export class Cinnabar {
  readonly #server: Server;
  readonly #hasFiles: boolean;
  #connection: LocalConnection;

  constructor(server: Server, hasFiles: boolean) {
    this.#server = server;
    this.#hasFiles = hasFiles;
    this.#connection = new LocalConnection(server);
    // SHUTDOWN may come from anybody; whoever waits for a reply must learn that none will come.
    void server.transport.run().then(() => this.#connection.destroy());
  }

  /** The TCP port in effect, 0 if there is none. */
  get port(): number {
    return this.#server.listeners?.port ?? 0;
  }

  /**
   * Runs a command without a socket. Throws CommandError on an error reply, TypeError if it is none that can be sent.
   * Commands run in order: while one waits (BLPOP), those after it wait as well.
   * After QUIT or CLIENT KILL the next command begins anew, in database 0.
   */
  async command(...words: Word[]): Promise<Value> {
    checkWords(words);
    if (this.#connection.isClosed && !this.#server.shutdown.inProgress)
      this.#connection = new LocalConnection(this.#server);
    const reply = await this.#connection.send(words);
    if (reply === undefined) throw new CommandError('ERR the connection was closed');
    return toValue(reply);
  }

  /** Ends the instance: saves if its configuration says so, closes all connections. */
  async close(): Promise<void> {
    this.#connection.destroy();
    // Save points that came by CONFIG SET are no reason to stay where there are no files to save to.
    if (!this.#server.shutdown.begin({ noSave: !this.#hasFiles }))
      throw new Error('Cinnabar could not save before closing; see its log');
    await this.#server.transport.run();
  }
}

/** Opens an instance. Throws when an option is wrong or a socket cannot be opened. */
export async function open(options: OpenOptions = {}): Promise<Cinnabar> {
  const configuration = new Configuration(systemFiles());
  const settings = { transport: 'node', bind: options.host ?? '127.0.0.1', save: '', ...options.config };
  for (const [name, value] of Object.entries(settings)) {
    const complaint = configuration.assign(name, [value]);
    if (complaint !== undefined) throw new Error(`option ${name}: ${complaint}`);
  }
  const hasFiles = options.config?.['dir'] !== undefined;
  const server = new Server({
    clock: systemClock,
    random: systemRandom,
    hashKey: { word0: secretWord(), word1: secretWord() },
    configuration,
    host: systemProcess,
    // The directory that somebody else's program happens to be in is none of ours.
    ...(hasFiles ? { files: systemDataFiles(() => configuration.directory) } : {}),
    log: new Log(systemClock, systemProcess.id, options.log ?? (() => {})),
  });
  if (!hasFiles && (server.snapshots.hasSavePoints || configuration.boolean('appendonly')))
    throw new Error('options save and appendonly need the option dir');
  try {
    await start(server, { ...endpointsOf(configuration), port: options.port ?? 0 });
    await new Promise<void>((resolve, reject) => {
      load(server, (failure) => (failure === undefined ? resolve() : reject(failure)));
    });
  } catch (error) {
    await abandon(server);
    throw error;
  }
  return new Cinnabar(server, hasFiles);
}

/** Gives back what an instance that could not be opened holds: its port, and timers that would keep the process alive. */
async function abandon(server: Server): Promise<void> {
  if (!server.isAttached) return;
  server.shutdown.begin({ noSave: true, force: true });
  await server.transport.run();
}

/** Commands that are answered with more or less than one reply, so that nobody could tell whose the next one is. */
const unanswerable = /^(?:monitor|sync|psync|client reply)\b/i;

/** Types are no help to callers in JavaScript. A request without a reply would shift all replies after it. */
function checkWords(words: readonly Word[]): void {
  for (const word of words) {
    const isWord = typeof word === 'string' || typeof word === 'number' || typeof word === 'bigint';
    if (!isWord && !(word instanceof Uint8Array))
      throw new TypeError(`a word of a command is a string, a number or a Uint8Array, not ${typeof word}`);
  }
  if (words.length === 0) throw new TypeError('a command has at least one word');
  const name = words.slice(0, 2).map((word) => (typeof word === 'object' ? Buffer.from(word) : word));
  if (unanswerable.test(name.join(' ')))
    throw new TypeError(`${name.join(' ')} needs a client with a socket`);
}

function toValue(reply: Reply): Value {
  switch (reply.kind) {
    case 'nil':
      return null;
    case 'error':
      throw new CommandError(replyText(reply));
    case 'integer':
      return reply.value >= Number.MIN_SAFE_INTEGER && reply.value <= Number.MAX_SAFE_INTEGER
        ? Number(reply.value)
        : reply.value;
    case 'double':
    case 'boolean':
      return reply.value;
    case 'array':
    case 'map':
    case 'set':
    case 'push':
      return reply.elements.map(toValue);
    default:
      return replyText(reply) ?? null;
  }
}
