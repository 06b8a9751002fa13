/**
 * Kills servers with SIGKILL at random moments, while they write, rewrite, save, synchronise and load, and starts them again on
 * what is left. What was acknowledged under `appendfsync always` must be there, under every policy nothing may be there that
 * was not written, and what is there must be the beginning of what was written.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../peers/connection.ts';
import { Random } from '../peers/generators/random.ts';
import { cinnabarCommand, type Peer, startCinnabar } from '../peers/peer.ts';
import { WRITERS, Writer } from './writers.ts';

export interface CrashOptions {
  readonly seed: number;
  /** Asked before every round how many were run; false ends the crashing. */
  goesOn(rounds: number): boolean;
}

export interface CrashResult {
  readonly rounds: number;
  /** Of all writers. */
  readonly acknowledged: number;
  /** Rounds in which the server was killed while it started or loaded. */
  readonly killedWhileLoading: number;
  readonly rewrites: number;
}

/** Keys that nobody writes, so that rewriting and loading take their time. */
const FILLERS = 20_000;
const FILLERS_A_COMMAND = 1000;
const LIFE_MS_MAX = 400;
const START_MS_MAX = 900;
const POLICIES = ['always', 'always', 'everysec', 'no'] as const;

/** Runs until it shall not go on; throws what went wrong, with the seed. */
export async function crash(options: CrashOptions): Promise<CrashResult> {
  const run = new CrashRun(options);
  try {
    return await run.run();
  } catch (error) {
    throw new Error(`seed ${options.seed}, ${run.situation}: ${(error as Error).message}`, { cause: error });
  } finally {
    await run.end();
  }
}

class CrashRun {
  readonly #options: CrashOptions;
  readonly #random: Random;
  readonly #directory = mkdtempSync(join(tmpdir(), 'cinnabar-test-crash-'));
  readonly #writers: Writer[];
  #server: Peer | undefined;
  #rounds = 0;
  #acknowledged = 0;
  #killedWhileLoading = 0;
  #rewrites = 0;
  /** Whether what the server in effect has acknowledged is promised. */
  #promised = true;
  #args: string[] = [];

  constructor(options: CrashOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#writers = Array.from(
      { length: WRITERS },
      (_, index) => new Writer(index, new Random(options.seed + index)),
    );
  }

  get situation(): string {
    return `round ${this.#rounds}, ${this.#args.join(' ')}\n${this.#server?.log().slice(-2000) ?? ''}`;
  }

  async run(): Promise<CrashResult> {
    const connection = await this.#start();
    await fill(connection);
    for (; this.#options.goesOn(this.#rounds); this.#rounds++) {
      await this.#liveAndDie();
      if (this.#random.chance(0.3)) await this.#dieLoading();
      const promised = this.#promised;
      const survivor = await this.#start();
      for (const writer of this.#writers) await writer.verify(survivor, promised);
      await verifyFillers(survivor);
      await survivor.close();
    }
    return {
      rounds: this.#rounds,
      acknowledged: this.#acknowledged,
      killedWhileLoading: this.#killedWhileLoading,
      rewrites: this.#rewrites,
    };
  }

  async end(): Promise<void> {
    await this.#server?.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Starts a server on what is left, with options of chance. */
  async #start(): Promise<Connection> {
    await this.#server?.stop();
    const policy = this.#random.pick(POLICIES);
    const preamble = this.#random.pick(['yes', 'yes', 'no']);
    this.#args = ['--dir', this.#directory, '--appendonly', 'yes', '--appendfsync', policy];
    this.#args.push('--aof-use-rdb-preamble', preamble, '--auto-aof-rewrite-percentage', '0');
    this.#server = await startCinnabar({ args: this.#args });
    // What was written is in the file when the reply comes, unless writing waits for a synchronisation.
    this.#promised = policy !== 'everysec';
    return this.#server.connect();
  }

  /** Lets the writers write, and other things happen, until the server is killed. */
  async #liveAndDie(): Promise<void> {
    const server = this.#server as Peer;
    const connections = await Promise.all(this.#writers.map(() => server.connect()));
    const running = this.#writers.map((writer, index) => writer.run(connections[index]));
    const disturbing = this.#disturb(await server.connect());
    await pause(this.#random.below(LIFE_MS_MAX));
    server.process.kill('SIGKILL');
    for (const acknowledged of await Promise.all(running)) this.#acknowledged += acknowledged;
    await disturbing;
  }

  /** Rewrites, snapshots, and now and then another policy, until the server is gone. */
  async #disturb(connection: Connection): Promise<void> {
    const random = new Random(this.#random.bits());
    while (!connection.isClosed) {
      const isSwitching = random.chance(0.03);
      // What is written while it is off is not promised, nor what comes before the first base is complete.
      if (isSwitching) this.#promised = false;
      const words = isSwitching
        ? ['CONFIG', 'SET', 'appendonly', random.pick(['no', 'yes', 'yes'])]
        : random.pick([['BGREWRITEAOF'], ['BGREWRITEAOF'], ['BGSAVE'], ['PING']]);
      const reply = await connection.raw(...words).catch(() => Buffer.alloc(0));
      if (reply.includes('rewriting started')) this.#rewrites++;
      await pause(random.below(60));
    }
  }

  /** Starts a server and kills it before it is ready, or a moment later. */
  async #dieLoading(): Promise<void> {
    await this.#server?.stop();
    this.#killedWhileLoading++;
    const [program, ...first] = cinnabarCommand();
    const args = [...first, '--port', '0', '--save', '', ...this.#args, '--key-load-delay', '10'];
    const child = spawn(program, args, { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('close', resolve));
    await pause(this.#random.below(START_MS_MAX));
    child.kill('SIGKILL');
    await ended;
  }
}

async function fill(connection: Connection): Promise<void> {
  for (let first = 0; first < FILLERS; first += FILLERS_A_COMMAND) {
    const pairs = Array.from({ length: FILLERS_A_COMMAND }, (_, i) => [`filler:${first + i}`, first + i]);
    await connection.call('MSET', ...pairs.flat());
  }
  await connection.call('WAITAOF', 1, 0, 0);
  await connection.close();
}

async function verifyFillers(connection: Connection): Promise<void> {
  const names = Array.from({ length: FILLERS }, (_, i) => `filler:${i}`);
  const count = Number(await connection.call('EXISTS', ...names));
  if (count !== FILLERS) throw new Error(`${count} of ${FILLERS} keys that nobody touches are there`);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
