/** An instance with files in memory, on a clock and with ticks of the test's own. */
import { digestDataSet } from '../../../src/keyspace/digest.ts';
import type { DataFiles } from '../../../src/persistence/files.ts';
import { isAggregate, type Reply, replyElements, replyText } from '../../../src/protocol/client/reply.ts';
import { Configuration } from '../../../src/server/config/configuration.ts';
import { LocalConnection } from '../../../src/server/local-connection.ts';
import { Log } from '../../../src/server/log.ts';
import { Server } from '../../../src/server/server.ts';
import { load } from '../../../src/server/start.ts';
import { runtimesGarbage } from '../../../src/server/system/garbage.ts';
import { freeThreads } from '../../../src/server/system/runtime-threads.ts';
import { Output } from '../../../src/transport/output.ts';
import type { Transport } from '../../../src/transport/transport.ts';
import { MemoryFiles } from '../../persistence/memory-files.ts';

const START = 1_700_000_000_000;

export interface StageOptions {
  readonly files?: MemoryFiles;
  /** In place of `files`. */
  readonly disk?: DataFiles;
  readonly config?: Readonly<Record<string, string>>;
  readonly now?: number;
}

interface DueTimer {
  readonly due: number;
  readonly callback: () => void;
}

export class Stage {
  /** Milliseconds of the epoch. */
  now: number;
  readonly files: MemoryFiles;
  readonly server: Server;
  readonly lines: string[] = [];
  /** What the process was ended with; undefined while it lives. */
  exitCode: number | undefined;
  /** Whether loading has failed. */
  hasFailed = false;
  readonly #connection: LocalConnection;
  readonly #timers = new Set<DueTimer>();

  constructor({ files = new MemoryFiles(), disk, config = {}, now = START }: StageOptions = {}) {
    this.now = now;
    this.files = files;
    const clock = {
      milliseconds: () => this.now,
      wallMicroseconds: () => this.now * 1000,
      microseconds: () => this.now * 1000,
    };
    const noFiles = {
      workingDirectory: '/data',
      directory: (path: string) => path,
      read: () => '',
      list: () => [],
      readStandardInput: () => '',
    };
    const configuration = new Configuration(noFiles);
    const options = { save: '', appendonly: 'yes', 'enable-debug-command': 'yes', ...config };
    for (const [name, value] of Object.entries(options)) configuration.assign(name, [value]);
    this.server = new Server({
      clock,
      configuration,
      random: { fraction: () => 0.5, below: () => 0 },
      hashKey: { word0: 1, word1: 2 },
      log: new Log(clock, 7, (text) => this.lines.push(text.replace(/^.*?:\d\d\.\d\d\d . /, '').trimEnd())),
      files: disk ?? files,
      control: {
        sleep: () => {},
        exit: (code) => {
          this.exitCode ??= code;
        },
        raise: () => {},
        canRestart: false,
        restart: () => {},
        setTitle: () => {},
        releaseCode: () => {},
        runtimeThreads: freeThreads,
        garbage: runtimesGarbage,
      },
    });
    this.server.attach(this.#transport());
    this.server.cron.start(this.server.transport, clock.milliseconds);
    load(this.server, (failure) => {
      this.hasFailed = failure !== undefined;
    });
    while (this.server.loading.progress !== undefined) this.server.turnEnded();
    this.#connection = new LocalConnection(this.server);
  }

  /** Runs a command; its words are separated by spaces. */
  async run(line: string): Promise<string> {
    return text(await this.#connection.send(line.split(' ')));
  }

  /** Runs commands, a line each; returns the last reply. */
  async runLines(...lines: string[]): Promise<string> {
    let reply = '';
    for (const line of lines) reply = await this.run(line);
    return reply;
  }

  /** Presents bytes as they are, from a connection of their own. */
  receive(bytes: string): void {
    const connection = new LocalConnection(this.server);
    this.server.receivedLocally(connection, Buffer.from(bytes, 'latin1'), new Output(1024));
  }

  /** Lets time pass, tick by tick, and work beside the loop come to its end. */
  async pass(milliseconds: number): Promise<void> {
    for (let left = milliseconds; left > 0; left -= 100) {
      this.#advance(100);
      await this.settle();
    }
  }

  /** Lets a snapshot that is being written, and what goes on beside the loop, come to its end. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 4; quiet++) {
      this.server.beforeFlush();
      this.server.turnEnded();
      await new Promise(setImmediate);
      if (!this.server.snapshotting.isRunning) continue;
      quiet = 0;
      // It rests between its slices.
      this.#advance(1);
    }
  }

  #advance(milliseconds: number): void {
    this.now += milliseconds;
    for (const timer of [...this.#timers]) {
      if (timer.due > this.now || !this.#timers.delete(timer)) continue;
      timer.callback();
    }
  }

  /** What the file holds, one character a byte; line ends as "|". */
  read(name: string): string {
    return (this.files.files.get(name) ?? Buffer.alloc(0)).toString('latin1').replaceAll('\r\n', '|');
  }

  /** The incremental file of this number. */
  incremental(sequence: number): string {
    return this.read(`appendonlydir/appendonly.aof.${sequence}.incr.aof`);
  }

  /** Another instance on the same files, as if this one had been killed. */
  again(config: Readonly<Record<string, string>> = {}): Stage {
    return new Stage({ files: this.files, config, now: this.now });
  }

  digest(): string {
    return digestDataSet(this.server.keyspace);
  }

  /** Lines of the log since the last call. */
  take(): string[] {
    return this.lines.splice(0);
  }

  #transport(): Transport {
    const transport = {
      name: 'none',
      output: new Output(1024),
      setTimer: (milliseconds: number, callback: () => void) => {
        const timer = { due: this.now + milliseconds, callback };
        this.#timers.add(timer);
        return { cancel: () => this.#timers.delete(timer) };
      },
      requestTurn: () => {},
      yieldToRuntime: () => {},
      close: () => {},
    };
    return transport as unknown as Transport;
  }
}

/** Elements are separated by spaces. */
function text(reply: Reply | undefined): string {
  if (reply === undefined) return 'closed';
  return isAggregate(reply) ? replyElements(reply).map(text).join(' ') : `${replyText(reply) ?? reply.kind}`;
}
