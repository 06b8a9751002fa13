/** Cold. MIGRATE: keys go to another server, and are deleted here when they have arrived. */
import { NOT_AN_INTEGER, SYNTAX } from '../../../commands/errors.ts';
import type { Database } from '../../../keyspace/database.ts';
import { DEL } from '../../../keyspace/events.ts';
import { expiryOf } from '../../../keyspace/record.ts';
import { parseInteger } from '../../../memory/integers.ts';
import { dump } from '../../../persistence/rdb/dump.ts';
import type { RequestArgument } from '../../../protocol/client/encoder.ts';
import { type Reply, replyText } from '../../../protocol/client/reply.ts';
import { type Answer, deferReply } from '../../deferred-reply.ts';
import { Link, type LinkListener } from '../../link.ts';
import { outputOptions } from '../../persistence/output-options.ts';
import type { ServerCall } from '../../server-call.ts';

const DEFAULT_TIMEOUT = 1000;
const SINGLE_KEY = 3;
const FIRST_OPTION = 6;

interface Target {
  readonly host: string;
  readonly port: number;
  readonly database: number;
  /** Milliseconds for each step. */
  readonly timeout: number;
  copies: boolean;
  replaces: boolean;
  /** Words behind AUTH; none for no authentication. */
  credentials: Uint8Array[];
  keys: Uint8Array[];
}

/**
 * MIGRATE host port key | "" database timeout [COPY] [REPLACE] [AUTH password | AUTH2 username password]
 *   [KEYS key [key ...]]
 */
export function migrate(call: ServerCall): void {
  const { reply, database, keyspace, server } = call;
  const target = parseTarget(call);
  if (target === null) return;
  const output = outputOptions(server.configuration);
  const present: Uint8Array[] = [];
  const requests: RequestArgument[][] = [];
  for (const key of target.keys) {
    const record = database.read(key, 0, key.length);
    if (record === 0) continue;
    const expiry = expiryOf(keyspace.arena, record);
    const ttl = expiry < 0 ? 0 : Math.max(1, expiry - keyspace.now);
    const options = target.replaces ? ['REPLACE'] : [];
    requests.push(['RESTORE', key, ttl, dump(keyspace, record, output), ...options]);
    present.push(key);
  }
  if (present.length === 0) return reply.simple('NOKEY');
  new Migration(call, target, present, requests);
}

/** One MIGRATE under way. Nobody may write in the meantime: what arrives there is what is deleted here. */
class Migration implements LinkListener {
  readonly #server: ServerCall['server'];
  readonly #database: Database;
  readonly #answer: Answer;
  readonly #target: Target;
  readonly #keys: readonly Uint8Array[];
  readonly #requests: readonly RequestArgument[][];
  readonly #link: Link;
  readonly #release: () => void;
  /** Replies that come before those to RESTORE. */
  #preliminary: string[] = [];
  #replies = 0;
  #hasConnected = false;
  /** The first error that the target replied with. */
  #error = '';
  readonly #moved: Uint8Array[] = [];

  constructor(call: ServerCall, target: Target, keys: Uint8Array[], requests: RequestArgument[][]) {
    this.#server = call.server;
    this.#database = call.database;
    this.#target = target;
    this.#keys = keys;
    this.#requests = requests;
    this.#answer = deferReply(call);
    this.#release = call.server.pause.holdWrites();
    this.#link = new Link(call.server, target.host, target.port, target.timeout, this);
  }

  connected(): void {
    this.#hasConnected = true;
    const { credentials, database } = this.#target;
    const first: RequestArgument[][] = [];
    if (credentials.length > 0) first.push(['AUTH', ...credentials]);
    first.push(['SELECT', database]);
    this.#preliminary = first.map(([name]) => String(name));
    for (const words of [...first, ...this.#requests]) this.#link.send(words);
  }

  replied(reply: Reply): void {
    const error = reply.kind === 'error' ? (replyText(reply) ?? '') : '';
    if (this.#error === '') this.#error = error;
    if (this.#preliminary.length > 0) {
      this.#preliminary.shift();
      // Without the right database or password, no reply that follows means anything.
      if (error !== '') this.#finish(`ERR Target instance replied with error: ${error}`);
      return;
    }
    if (error === '') this.#moved.push(this.#keys[this.#replies]);
    this.#replies++;
    if (this.#replies < this.#keys.length) return;
    this.#finish(this.#error === '' ? '' : `ERR Target instance replied with error: ${this.#error}`);
  }

  failed(detail: string): void {
    // Redis finds out that nobody listens when it writes, and that there is no such host before.
    const step = /getaddrinfo|ENOTFOUND|EAI_/.test(detail)
      ? 'connecting to the client'
      : 'writing to target instance';
    this.#finish(`IOERR error or timeout ${this.#hasConnected ? 'reading to target instance' : step}`);
  }

  #finish(error: string): void {
    this.#link?.close();
    if (!this.#target.copies) this.#deleteMoved();
    this.#release();
    this.#answer((reply) => (error === '' ? reply.ok() : reply.error(error)));
  }

  #deleteMoved(): void {
    const { keyspace, propagation } = this.#server;
    const deleted: Uint8Array[] = [];
    for (const key of this.#moved) {
      const record = this.#database.lookup(key, 0, key.length);
      if (record === 0) continue;
      this.#database.removeFound(record);
      keyspace.changed(this.#database, DEL, key, 0, key.length);
      deleted.push(key);
    }
    if (deleted.length > 0) propagation.deleted(this.#database, deleted);
  }
}

/** null after having replied with an error. */
function parseTarget(call: ServerCall): Target | null {
  const { arguments: words, reply } = call;
  const options: Pick<Target, 'copies' | 'replaces' | 'credentials' | 'keys'> = {
    copies: false,
    replaces: false,
    credentials: [],
    keys: [words.copy(SINGLE_KEY)],
  };
  for (let i = FIRST_OPTION; i < words.count; i++) {
    const left = words.count - i - 1;
    if (words.is(i, 'copy')) {
      options.copies = true;
    } else if (words.is(i, 'replace')) {
      options.replaces = true;
    } else if (words.is(i, 'auth') && left >= 1) {
      call.redact(i + 1);
      options.credentials = [words.copy(++i)];
    } else if (words.is(i, 'auth2') && left >= 2) {
      call.redact(i + 1);
      call.redact(i + 2);
      options.credentials = [words.copy(++i), words.copy(++i)];
    } else if (words.is(i, 'keys')) {
      if (words.length(SINGLE_KEY) > 0) {
        reply.error('ERR When using MIGRATE KEYS option, the key argument must be set to the empty string');
        return null;
      }
      options.keys = Array.from({ length: left }, (_, k) => words.copy(i + 1 + k));
      break;
    } else {
      reply.error(SYNTAX);
      return null;
    }
  }
  const timeout = parseInteger(words.bytes, words.start(5), words.end(5));
  const database = parseInteger(words.bytes, words.start(4), words.end(4));
  if (!Number.isFinite(timeout) || !Number.isFinite(database)) {
    reply.error(NOT_AN_INTEGER);
    return null;
  }
  return {
    ...options,
    host: words.text(1),
    port: Number(words.text(2)),
    database,
    timeout: timeout <= 0 ? DEFAULT_TIMEOUT : timeout,
  };
}
