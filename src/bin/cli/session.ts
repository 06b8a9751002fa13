import type { RequestArgument } from '../../protocol/client/encoder.ts';
import type { Reply } from '../../protocol/client/reply.ts';
import { byteString, byteStringOfText } from './bytes.ts';
import { Connection, ConnectionError } from './connection.ts';
import { Failure } from './failure.ts';
import type { Output } from './output.ts';
import type { Settings } from './settings.ts';
import { isConfirmation, isPublished, Subscriptions } from './subscriptions.ts';

/**
 * A connection and what the server remembers about it: database, protocol, transaction, subscriptions. Survives the
 * connection, so that a new one can be brought into the state that the user asked for.
 */
export class Session {
  readonly settings: Settings;
  readonly output: Output;
  readonly subscriptions = new Subscriptions();
  connection: Connection | undefined;
  /** Whether the server agreed to all that was asked for on connecting. */
  #welcome = false;
  /** The database in effect on this connection. */
  database = 0;
  /** The database to return to when a transaction is discarded; undefined outside transactions. */
  databaseBeforeTransaction: number | undefined;

  constructor(settings: Settings, output: Output) {
    this.settings = settings;
    this.output = output;
  }

  get inTransaction(): boolean {
    return this.databaseBeforeTransaction !== undefined;
  }

  /** The server as messages name it. */
  get address(): string {
    const { socketPath, host, port } = this.settings.target;
    return socketPath ?? `${host}:${port}`;
  }

  /** Connects, authenticates, and selects. On failure says why, unless it is to be quiet, and returns false. */
  async connect(manner: 'aloud' | 'quietly' = 'aloud'): Promise<boolean> {
    this.disconnect();
    try {
      this.connection = await Connection.open(this.settings.target);
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      if (manner === 'aloud')
        this.output.error(
          byteStringOfText(`Could not connect to Redis at ${this.address}: ${error.message}`),
        );
      return false;
    }
    this.#welcome = await this.#greet();
    return true;
  }

  /**
   * For modes, which are useless without a server, and dangerous in another database than the user's.
   * @throws Failure, its message already printed
   */
  async connectOrFail(): Promise<Connection> {
    if (!(await this.connect()) || !this.#welcome || this.connection === undefined) throw new Failure('');
    return this.connection;
  }

  disconnect(): void {
    this.connection?.close();
    this.connection = undefined;
    this.forgetState();
  }

  /** What a new connection, or RESET, begins with. */
  forgetState(): void {
    this.database = 0;
    this.databaseBeforeTransaction = undefined;
    this.subscriptions.clear();
  }

  /** Selects the database that the user wants, unless it is in effect. False when the server refused. */
  async select(): Promise<boolean> {
    const wanted = this.settings.target.database;
    if (wanted === this.database) return true;
    if (!(await this.#greetWith(['SELECT', wanted], `SELECT ${wanted} failed`))) return false;
    this.database = wanted;
    return true;
  }

  /** Sends one command and returns its reply. @throws ConnectionError, ReplyError */
  async request(args: readonly RequestArgument[]): Promise<Reply> {
    const connection = this.connectionOrThrow();
    connection.send(args);
    return this.receive();
  }

  connectionOrThrow(): Connection {
    if (this.connection === undefined) throw new ConnectionError('Not connected');
    return this.connection;
  }

  /** The next reply to a command; what the server sends unasked is printed on the way. */
  async receive(): Promise<Reply> {
    const connection = this.connectionOrThrow();
    for (;;) {
      const reply = await connection.receive();
      if (!this.handleUnasked(reply)) return reply;
    }
  }

  /** Prints a message that answers no command. False when the reply is an answer. */
  handleUnasked(reply: Reply): boolean {
    if (isPublished(reply) && (reply.kind === 'push' || this.subscriptions.active)) {
      this.output.reply(reply, false);
      return true;
    }
    if (reply.kind !== 'push' || isConfirmation(reply)) return false;
    if (this.settings.showPushes) this.output.push(reply);
    return true;
  }

  /** False when the server refused something; what would have followed is then not asked for. */
  async #greet(): Promise<boolean> {
    const { password, user } = this.settings.target;
    if (password !== undefined) {
      const words = user === undefined ? ['AUTH', password] : ['AUTH', user, password];
      if (!(await this.#greetWith(words, 'AUTH failed'))) return false;
    }
    if (!(await this.select())) return false;
    return !this.#wantsResp3() || this.#greetWith(['HELLO', 3], 'HELLO 3 failed');
  }

  #wantsResp3(): boolean {
    const { protocol, format } = this.settings;
    return protocol === undefined ? format === 'json' || format === 'quoted-json' : protocol === 3;
  }

  /** False when the server refused; it has been told, and the connection is used nonetheless. */
  async #greetWith(args: readonly RequestArgument[], complaint: string): Promise<boolean> {
    const reply = await this.request(args);
    if (reply.kind !== 'error') return true;
    this.output.error(`${complaint}: ${byteString(reply.bytes)}`);
    return false;
  }
}
