/** Hot. Serves what a connection has received, request by request. */
import { ELEMENT_OFFSETS } from '../keyspace/element-prefetch.ts';
import { PREFETCH_KEYS } from '../keyspace/prefetch.ts';
import type { Arguments } from '../protocol/arguments.ts';
import { COMPLETE, INCOMPLETE, INVALID, Progress, RequestParser } from '../protocol/request-parser.ts';
import { Output } from '../transport/output.ts';
import { CLIENT_REPLY_OFF, CLIENT_REPLY_SKIP, CLIENT_UNAUTHENTICATED, type Client } from './client.ts';
import { describeClient } from './client-description.ts';
import type { Dispatcher } from './dispatch.ts';
import type { Metrics } from './metrics.ts';
import type { Server } from './server.ts';
import type { ServerCall } from './server-call.ts';
import type { Clock } from './system/clock.ts';

const STAR = 42;
const ONE = 49;
const CR = 13;
/** Two clocks a batch cost 1 % of a request (Bun 1.4): batches that follow each other closely share the wall clock's time. */
const WALL_CLOCK_MICROSECONDS = 500;
/** Pipelines that are not looked at ahead after one that had nothing to gain by it: saves 20 ns a request (Bun 1.4). */
const BLIND_PIPELINES = 15;
const CLIENT_SILENT = CLIENT_REPLY_OFF | CLIENT_REPLY_SKIP;

export class RequestLoop {
  readonly #server: Server;
  readonly #dispatcher: Dispatcher;
  readonly #parser: RequestParser;
  readonly #call: ServerCall;
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  /** Takes the replies that a client does not want. */
  readonly #discarded = new Output(64 * 1024);
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  /** When the wall clock was read, in microseconds of the other one. */
  #wallClockRead = Number.NEGATIVE_INFINITY;
  /** Where the words are that are probably keys of the requests ahead. */
  readonly #keys = new Int32Array(PREFETCH_KEYS * 2);
  /** The same of their elements. */
  readonly #elements = new Int32Array(PREFETCH_KEYS * ELEMENT_OFFSETS);

  constructor(server: Server, dispatcher: Dispatcher, parser: RequestParser, call: ServerCall, clock: Clock) {
    this.#server = server;
    this.#dispatcher = dispatcher;
    this.#parser = parser;
    this.#call = call;
    this.#clock = clock;
    this.#metrics = server.metrics;
  }

  /** Serves the requests in bytes[start, end); returns how many bytes were consumed. */
  serve(client: Client, bytes: Uint8Array, start: number, end: number): number {
    const call = this.#call;
    const parser = this.#parser;
    const { keyspace } = call;
    if (client.stopped) return client.closing ? end - start : 0;
    if (client.connection.pendingOutputBytes > 0 && this.#server.limits.mustRead(client)) return 0;
    parser.authenticated = (client.gates & CLIENT_UNAUTHENTICATED) === 0;
    const now = this.#dispatcher.statistics.begin();
    if (now - this.#wallClockRead >= WALL_CLOCK_MICROSECONDS) {
      this.#wallClockRead = now;
      keyspace.setNow(this.#clock.milliseconds());
    }
    client.lastActiveAt = keyspace.now;
    this.#bytes = bytes;
    this.#end = end;
    call.client = client;
    call.database = keyspace.databases[client.database];
    call.reply.version = client.version;
    const { output } = call.reply;
    call.output = output;
    const written = output.taken + output.length;
    let at = start;
    let seenUntil = start;
    while (at < end && !client.stopped) {
      const status =
        client.progress === null
          ? parser.parse(bytes, at, end)
          : parser.resume(bytes, at, end, client.progress);
      if (status === INCOMPLETE) {
        this.#keepProgress(client, at);
        this.#server.limits.checkInput(client, end - at);
        break;
      }
      client.progress = null;
      if (status === COMPLETE) {
        if (at >= seenUntil && parser.next < end && isShortRequest(bytes, at, end)) {
          if (client.blindPipelines > 0) {
            client.blindPipelines--;
            seenUntil = end;
          } else {
            seenUntil = this.#lookAhead(client, bytes, at, end);
            parser.parse(bytes, at, end);
          }
        }
        client.commands++;
        call.start = at;
        const isDone =
          (client.gates & CLIENT_SILENT) === 0
            ? this.#dispatcher.execute(call)
            : this.#executeInSilence(call);
        if (!isDone) break;
      } else if (status === INVALID) {
        this.#refuse(client, parser.error);
        at = end;
        break;
      }
      at = parser.next;
    }
    this.#dispatcher.statistics.cut();
    keyspace.prefetch.forget();
    const replied = output.taken + output.length - written;
    client.inputBytes += at - start;
    client.outputBytes += replied;
    this.#metrics.served(at - start, replied);
    parser.arguments.trim();
    return client.closing ? end - start : at - start;
  }

  /**
   * Fetches what the next requests of a pipeline will look up, taking their first words behind the name for keys, and those
   * behind that for elements if the first one's command, which is parsed, seeks such. Returns where it has stopped looking.
   * Parsing twice costs less than 10 ns a request; see `Prefetch` and `ElementPrefetch` for the gain. Where all are for one
   * value that is small, or is not searched, there is none.
   */
  #lookAhead(client: Client, bytes: Uint8Array, start: number, end: number): number {
    const parser = this.#parser;
    const { arguments: words } = parser;
    const { commands } = this.#dispatcher;
    const id = commands.find(bytes, words.offsets[0], words.offsets[1]);
    const seeksElements = id >= 0 && commands.elementSeekers[id] === 1;
    const keys = this.#keys;
    let at = start;
    let count = 0;
    while (count < PREFETCH_KEYS && isShortRequest(bytes, at, end)) {
      if (parser.parse(bytes, at, end) !== COMPLETE) break;
      keys[count << 1] = words.offsets[2];
      keys[(count << 1) + 1] = words.offsets[3];
      if (seeksElements) noteElements(words, this.#elements, count * ELEMENT_OFFSETS);
      at = parser.next;
      count++;
    }
    if (count <= 1) return at;
    const { database, keyspace } = this.#call;
    keyspace.prefetch.load(database, bytes, keys, 0, 2, count);
    const record = keyspace.prefetch.commonRecord;
    if (record === 0) return at;
    if (!seeksElements || !keyspace.elementPrefetch.load(record, bytes, this.#elements, count))
      client.blindPipelines = BLIND_PIPELINES;
    return at;
  }

  /** Drops the reply, as CLIENT REPLY demands: of every request, or of this one. */
  #executeInSilence(call: ServerCall): boolean {
    const { client, reply } = call;
    const skip = client.gates & CLIENT_REPLY_SKIP;
    client.gates &= ~CLIENT_REPLY_SKIP;
    reply.output = this.#discarded;
    const isDone = this.#dispatcher.execute(call);
    reply.output = call.output;
    this.#discarded.length = 0;
    if (!isDone) client.gates |= skip;
    return isDone;
  }

  #keepProgress(client: Client, start: number): void {
    if (!this.#parser.resumable) return;
    client.progress ??= new Progress();
    this.#parser.saveProgress(start, client.progress);
  }

  /** Copies of the words of the request that is being timed, however many were parsed since. Only inside `serve`. */
  timedWords(): Uint8Array[] {
    const parser = new RequestParser();
    if (parser.parse(this.#bytes, this.#call.timedStart, this.#end) !== COMPLETE) return [];
    return parser.arguments.copyAll();
  }

  /** A protocol error is told and ends the connection. */
  #refuse(client: Client, error: string): void {
    if ((client.gates & CLIENT_SILENT) === 0) this.#call.reply.error(`ERR Protocol error: ${error}`);
    this.#dispatcher.statistics.countError('ERR');
    const { log } = this.#server;
    if (log.takes('verbose'))
      log.verbose(`Protocol error (${error}) from client: ${describeClient(this.#server, client)}`);
    this.#server.clients.closeAfterReply(client);
  }
}

/** Whether a request of two to nine words begins at `at`. */
function isShortRequest(bytes: Uint8Array, at: number, end: number): boolean {
  return at + 4 <= end && bytes[at] === STAR && bytes[at + 1] > ONE && bytes[at + 2] === CR;
}

/** Notes where the second and third word behind a request's name are, see ELEMENT_OFFSETS. */
function noteElements({ count, offsets }: Arguments, places: Int32Array, at: number): void {
  const last = count > 3 ? 6 : 4;
  places[at] = count > 2 ? offsets[4] : 0;
  places[at + 1] = count > 2 ? offsets[5] : 0;
  places[at + 2] = count > 2 ? offsets[last] : 0;
  places[at + 3] = count > 2 ? offsets[last + 1] : 0;
}
