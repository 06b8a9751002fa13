/** Cold. One running instance: puts the parts together and hands connections to them. */
import { CommandTable } from '../commands/registry.ts';
import { Keyspace, type Random } from '../keyspace/keyspace.ts';
import type { Arena } from '../memory/arena.ts';
import type { HashKey } from '../memory/hash.ts';
import type { DataFiles } from '../persistence/files.ts';
import { FunctionLibraries } from '../persistence/function-libraries.ts';
import { Reply } from '../protocol/reply.ts';
import { RequestParser } from '../protocol/request-parser.ts';
import { Output } from '../transport/output.ts';
import type { CloseReason, Connection, Handler, Transport } from '../transport/transport.ts';
import { Authentication } from './authentication.ts';
import { Background } from './background.ts';
import { WaitingClients } from './blocking/waiting-clients.ts';
import type { Client } from './client.ts';
import { describeClient } from './client-description.ts';
import { ClientEviction } from './client-eviction.ts';
import { ClientLimits } from './client-limits.ts';
import { ClientMemory } from './client-memory.ts';
import { Clients } from './clients.ts';
import { releaseCodeInTime } from './code-release.ts';
import { CommandStatistics } from './command-statistics.ts';
import { allCommands } from './commands/all.ts';
import { Configuration } from './config/configuration.ts';
import { Crash } from './crash.ts';
import { Cron } from './cron.ts';
import { Dispatcher } from './dispatch.ts';
import { GATE_LOADING, Gatekeeper } from './gates.ts';
import { Identity } from './identity.ts';
import { KeySizes } from './information/keyspace.ts';
import { LatencyMonitor } from './latency/monitor.ts';
import { Link } from './link.ts';
import type { Listeners } from './listeners.ts';
import { Log } from './log.ts';
import { MemoryLimit } from './memory-limit.ts';
import { Metrics } from './metrics.ts';
import { Monitors } from './monitors.ts';
import { observe } from './observation.ts';
import { Pause } from './pause.ts';
import { AppendOnlyFile } from './persistence/append-only-file.ts';
import { Loading } from './persistence/loading.ts';
import { Snapshots } from './persistence/snapshots.ts';
import { Snapshotting } from './persistence/snapshotting.ts';
import { Transfers } from './persistence/transfers.ts';
import { Propagation } from './propagation.ts';
import { RequestLoop } from './request-loop.ts';
import { ServerCall } from './server-call.ts';
import { connectSettings } from './settings.ts';
import { Shutdown } from './shutdown.ts';
import { SlowCalls } from './slow-calls.ts';
import { SlowLog } from './slow-log.ts';
import type { Clock } from './system/clock.ts';
import { hiddenProcess, type ProcessFacts } from './system/process.ts';
import { noControl, type ProcessControl } from './system/process-control.ts';

/** What an instance needs from outside; everything that may differ between production, tests and simulation. */
export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly hashKey: HashKey;
  readonly arena?: Arena;
  /** The options; left out: all defaults. */
  readonly configuration?: Configuration;
  /** Left out: the server runs without one. */
  readonly configFile?: ConfigFile;
  /** Where the log goes; left out: nowhere. */
  readonly log?: Log;
  /** Where data are saved and loaded; left out: nowhere. */
  readonly files?: DataFiles;
  /** What INFO tells of the process; left out: nothing. */
  readonly host?: ProcessFacts;
  /** What the instance may do to the process; left out: nothing. */
  readonly control?: ProcessControl;
}

/** The file that CONFIG REWRITE writes. */
export interface ConfigFile {
  readonly path: string;
  /** Replaces the text as a whole; returns why that failed, or undefined. */
  replace(rewrite: (text: string) => string): string | undefined;
}

/** So often the threads are listed that are kept away from this one. */
const THREADS_REFRESH_MS = 1000;

/** For an instance without configuration: there are no files. */
const noFiles = {
  workingDirectory: '/',
  directory: (path: string) => path,
  read: () => '',
  list: () => [],
  readStandardInput: () => '',
};

export class Server implements Handler {
  readonly clock: Clock;
  readonly configuration: Configuration;
  readonly configFile: ConfigFile | undefined;
  readonly log: Log;
  readonly cron = new Cron();
  readonly shutdown = new Shutdown(this);
  readonly limits = new ClientLimits(this);
  /** What a request may measure. */
  readonly requestLimits: RequestParser;
  readonly keyspace: Keyspace;
  readonly commands: CommandTable<ServerCall>;
  readonly statistics: CommandStatistics;
  readonly clients = new Clients();
  readonly authentication = new Authentication();
  readonly propagation: Propagation;
  /** Libraries of functions: kept from file to file. */
  readonly libraries = new FunctionLibraries();
  readonly monitors = new Monitors(this);
  readonly pause = new Pause(this);
  readonly waiting = new WaitingClients(this);
  readonly memory: MemoryLimit;
  readonly background: Background;
  readonly snapshotting: Snapshotting;
  readonly snapshots: Snapshots;
  readonly transfers = new Transfers(this);
  readonly loading: Loading;
  readonly appendOnly: AppendOnlyFile;
  /** Where data are saved and loaded; undefined for an instance without files. */
  readonly files: DataFiles | undefined;
  /** The process that the instance runs in. */
  readonly host: ProcessFacts;
  readonly control: ProcessControl;
  readonly crash: Crash;
  readonly identity: Identity;
  readonly metrics = new Metrics();
  readonly slowLog = new SlowLog();
  readonly latency = new LatencyMonitor();
  /** latency-tracking-info-percentiles. */
  latencyPercentiles: readonly number[] = [];
  readonly slowCalls: SlowCalls;
  readonly keySizes = new KeySizes();
  readonly clientMemory = new ClientMemory(this.clients);
  readonly clientEviction = new ClientEviction(this);
  /** Arena bytes that an empty instance uses. */
  readonly startupBytes: number;
  readonly dispatcher: Dispatcher;
  /** GATE_ bits; see server/gates.ts. */
  gates = 0;
  readonly #loop: RequestLoop;
  readonly #call: ServerCall;
  #transport: Transport | undefined;
  /** The sockets in effect; undefined for an instance without any. */
  listeners: Listeners | undefined;

  constructor(surroundings: Surroundings) {
    this.clock = surroundings.clock;
    this.configuration = surroundings.configuration ?? new Configuration(noFiles);
    this.configFile = surroundings.configFile;
    this.log = surroundings.log ?? new Log(surroundings.clock, 0, () => {});
    this.keyspace = new Keyspace({ ...surroundings, databases: this.configuration.number('databases') });
    this.propagation = new Propagation(this.keyspace);
    this.memory = new MemoryLimit(this);
    this.background = new Background(this);
    this.host = surroundings.host ?? hiddenProcess;
    this.control = surroundings.control ?? noControl;
    this.identity = new Identity(surroundings.random, surroundings.clock.milliseconds());
    this.files = surroundings.files;
    this.snapshotting = new Snapshotting(this, surroundings.files);
    this.snapshots = new Snapshots(this, surroundings.files);
    this.loading = new Loading(this);
    this.appendOnly = new AppendOnlyFile(this);
    this.startupBytes = this.keyspace.arena.usedBytes;
    this.commands = new CommandTable<ServerCall>(allCommands);
    this.statistics = new CommandStatistics(this.commands, surroundings.clock);
    this.dispatcher = new Dispatcher(
      this.commands,
      this.statistics,
      new Gatekeeper(this),
      this.propagation,
      this.waiting,
    );
    const parser = new RequestParser();
    this.requestLimits = parser;
    this.#call = new ServerCall(this, new Reply(new Output(64)), parser.arguments);
    this.#call.waiting = this.waiting;
    this.#call.parser = parser;
    this.crash = new Crash(this, this.#call, this.control);
    this.#loop = new RequestLoop(this, this.dispatcher, parser, this.#call, surroundings.clock);
    this.slowCalls = new SlowCalls(this, this.#loop, this.#call);
    this.keyspace.setNow(surroundings.clock.milliseconds());
    connectSettings(this, this.configuration);
    this.cron.add((now) => this.keyspace.setNow(now));
    this.cron.add(() => this.memory.survey());
    this.cron.add(() => {
      this.background.tick();
      this.propagation.flush();
    });
    this.cron.add((now) => this.pause.check(now));
    this.cron.add((now) => this.limits.check(now));
    this.cron.add(() => this.control.garbage.check(this.keyspace.arena.pages.segmentBytes));
    releaseCodeInTime(this.cron, this.control.releaseCode);
    this.cron.addEvery(THREADS_REFRESH_MS, () => this.control.runtimeThreads.refresh());
    observe(this);
  }

  get isAttached(): boolean {
    return this.#transport !== undefined;
  }

  /** The transport that serves this instance. */
  get transport(): Transport {
    if (this.#transport === undefined) throw new Error('Server: no transport is attached yet');
    return this.#transport;
  }

  /** The transport's name; empty before there is one. */
  get transportName(): string {
    return this.#transport?.name ?? '';
  }

  /** Serves the connections of a transport whose handler this server is. */
  attach(transport: Transport): void {
    this.#transport = transport;
    this.#call.reply.output = transport.output;
  }

  accepted(connection: Connection): void {
    if (!this.limits.admit(connection)) return;
    this.clients.accepted++;
    this.authentication.greet(this.clients.add(connection, this.clock.milliseconds()));
    if (this.log.takes('verbose')) this.log.verbose(`Accepted ${connection.remoteAddress}`);
  }

  received(connection: Connection, bytes: Uint8Array, start: number, end: number): number {
    if (connection.owner instanceof Link) {
      connection.owner.received(bytes, start, end);
      return end - start;
    }
    return this.#loop.serve(connection.owner as Client, bytes, start, end);
  }

  /** `received` for a client inside the process, whose replies go to an output of its own. */
  receivedLocally(connection: Connection, bytes: Uint8Array, output: Output): number {
    const { reply } = this.#call;
    const before = reply.output;
    reply.output = output;
    try {
      const consumed = this.#loop.serve(connection.owner as Client, bytes, 0, bytes.length);
      this.appendOnly.beforeFlush();
      return consumed;
    } finally {
      reply.output = before;
    }
  }

  closed(connection: Connection, reason: CloseReason, detail: string): void {
    if (connection.owner instanceof Link) return connection.owner.closed(detail);
    const client = connection.owner as Client | undefined;
    if (client === undefined) return; // It was not let in.
    if (this.log.takes('verbose')) {
      if (reason === 'error') this.log.verbose(`Reading from client: ${detail}`);
      if (reason === 'peer') this.log.verbose(`Client closed connection ${describeClient(this, client)}`);
    }
    this.limits.forget(client);
    this.monitors.remove(client);
    this.pause.forget(client);
    this.waiting.forget(client);
    this.transfers.forget(client);
    this.appendOnly.waiters.forget(client);
    this.clients.remove(client);
  }

  /** CONFIG RESETSTAT: counters start from zero again. */
  resetStatistics(): void {
    this.statistics.reset();
    this.keyspace.resetStatistics();
    this.clients.resetStatistics();
    this.metrics.reset(this.keyspace.now);
  }

  beforeFlush(): void {
    this.appendOnly.beforeFlush();
  }

  turnEnded(): void {
    this.control.runtimeThreads.follow();
    if (this.waiting.isPending) this.waiting.serve();
    if ((this.gates & GATE_LOADING) !== 0) this.loading.turnEnded();
    this.background.turnEnded();
    if (this.propagation.isPending) this.propagation.flush();
    this.snapshotting.turnEnded();
    this.slowCalls.turnEnded();
  }

  acceptFailed(message: string): void {
    this.log.warning(`Accepting client connection: ${message}`);
  }
}
