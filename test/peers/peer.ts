/**
 * Servers for tests: real Redis and Valkey, and Cinnabar, each a process on a free port with a directory of its own.
 * They end with the process that started them, whatever happens to its tests.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Connection } from './connection.ts';

export type PeerName = 'redis8' | 'valkey9' | 'redis7';

export interface StartOptions {
  /** Options of the command line, behind those that every server gets: `['--maxmemory', '1mb']`. */
  readonly args?: readonly string[];
  /** The text of a configuration file. */
  readonly config?: string;
}

export interface CinnabarOptions extends StartOptions {
  /** "epoll", "node:net" ...; left out, the server picks. */
  readonly transport?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Peer {
  readonly name: string;
  readonly port: number;
  /** The server's working directory, removed by `stop`. */
  readonly dir: string;
  readonly pid: number;
  readonly process: ChildProcess;
  /** What the server has written to its standard output and error so far. */
  log(): string;
  connect(): Promise<Connection>;
  /** Ends the server and removes its directory. May be called again. */
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
/** How long a server may take to answer its first PING before the test fails. */
const START_LIMIT_MS = 30_000;
/** A port found free can still be taken by somebody else before the server binds it. */
const START_ATTEMPTS = 3;

/**
 * Waits for the end of its input, which comes when we say so or when our process ends in whatever way (the test runner
 * tells nobody of its end). Unless told that all is well, it ends the server and removes the directory.
 */
const GUARD_SCRIPT = 'read answer || { kill -9 "$1"; rm -rf "$2"; }';

/** Starts a peer; settles when it answers PING. Rejects with what to install when it is missing. */
export function startPeer(name: PeerName, options: StartOptions = {}): Promise<Peer> {
  return start(name, [peerProgram(name, 'server')], options, {});
}

/**
 * Starts Cinnabar's server from its sources, or the executable that CINNABAR_SERVER names; settles when it answers PING.
 */
export function startCinnabar(options: CinnabarOptions = {}): Promise<Peer> {
  const args = [...(options.args ?? [])];
  if (options.transport !== undefined) args.push('--transport', options.transport);
  return start('cinnabar', cinnabarCommand(), { ...options, args }, options.environment ?? {});
}

/** Starts any program that takes Redis's options; settles when it answers PING. */
export function startServer(
  name: string,
  command: readonly string[],
  options: StartOptions = {},
): Promise<Peer> {
  return start(name, command, options, {});
}

/** The command that runs Cinnabar's server: program and first arguments. */
export function cinnabarCommand(): readonly string[] {
  const executable = process.env['CINNABAR_SERVER'];
  return executable ? [executable] : [bunProgram(), join(root, 'src/bin/server.ts')];
}

/** The path of a peer's program: `peerProgram('redis8', 'cli')`. Throws with what to install when it is missing. */
export function peerProgram(name: PeerName, tool: 'server' | 'cli' | 'benchmark'): string {
  const folder = process.env['PEERS_BIN'] ?? '/opt/peers/bin';
  const path = name === 'redis7' ? findProgram(`redis-${tool}`) : join(folder, `${name}-${tool}`);
  if (path !== undefined && isExecutable(path)) return path;
  throw new Error(
    name === 'redis7'
      ? `redis-${tool} is missing: install Debian's redis-server and redis-tools`
      : `${path} is missing: install Redis 8.0 and Valkey 9.1 and let PEERS_BIN name the folder with ${name}-${tool}`,
  );
}

/** The Bun that runs us, or the one that the package brings. */
export function bunProgram(): string {
  return process.versions['bun'] ? process.execPath : join(root, 'node_modules/.bin/bun');
}

/**
 * A TCP port that nobody listens on at the moment. Each process walks through a range of its own, below the one from
 * which the system takes ports for outgoing connections: what is free now is still free when the server binds it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = nextPort++;
    if (nextPort === LAST_PORT) nextPort = FIRST_PORT;
    if (await isFree(port)) return port;
  }
}

const FIRST_PORT = 11_000;
const LAST_PORT = 31_000;
let nextPort = FIRST_PORT + ((process.pid * 101) % (LAST_PORT - FIRST_PORT));

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}

async function start(
  name: string,
  command: readonly string[],
  options: StartOptions,
  environment: Readonly<Record<string, string>>,
): Promise<Peer> {
  for (let attempt = 1; ; attempt++) {
    const peer = launch(name, command, options, environment, await freePort());
    try {
      await answering(peer);
      return peer;
    } catch (error) {
      const log = peer.log();
      await peer.stop();
      if (attempt === START_ATTEMPTS || !/address already in use/i.test(log)) {
        throw new Error(`${name} did not start: ${(error as Error).message}\n${command.join(' ')}\n${log}`);
      }
    }
  }
}

function launch(
  name: string,
  command: readonly string[],
  options: StartOptions,
  environment: Readonly<Record<string, string>>,
  port: number,
): Peer {
  const dir = mkdtempSync(join(tmpdir(), `cinnabar-test-${name}-`));
  const args = command.slice(1);
  if (options.config !== undefined) {
    const file = join(dir, 'server.conf');
    writeFileSync(file, options.config);
    args.push(file);
  }
  args.push('--port', String(port), '--dir', dir, '--save', '', ...(options.args ?? []));
  const child = spawn(command[0]!, args, {
    cwd: dir,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const guard = watchOver(child, dir);
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const end = async (): Promise<void> => {
    // Not SIGTERM: a test's server has nothing worth an orderly end, and an overloaded one would delay it.
    child.kill('SIGKILL');
    await ended;
    rmSync(dir, { recursive: true, force: true });
    guard.stdin?.end('stopped\n');
  };
  let ending: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    ending ??= end();
    return ending;
  };
  return {
    name,
    port,
    dir,
    pid: child.pid ?? -1,
    process: child,
    log: () => Buffer.concat(output).toString('utf8'),
    connect: () => Connection.open(port),
    stop,
  };
}

function watchOver(server: ChildProcess, dir: string): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', GUARD_SCRIPT, 'guard', String(server.pid ?? ''), dir], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  return guard;
}

/** Waits until the server answers PING with anything but "I am loading". Its own socket may open a moment before. */
async function answering(peer: Peer): Promise<void> {
  let failure: Error | undefined;
  peer.process.once('error', (error) => {
    failure = error;
  });
  peer.process.once('exit', (code, signal) => {
    failure ??= new Error(`it ended with ${signal ?? `code ${code}`}`);
  });
  const limit = performance.now() + START_LIMIT_MS;
  while (failure === undefined && performance.now() < limit) {
    if (await pinged(peer.port)) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw failure ?? new Error(`no answer to PING within ${START_LIMIT_MS} ms`);
}

async function pinged(port: number): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.open(port);
    const reply = await connection.raw('PING');
    return !reply.toString('latin1').startsWith('-LOADING');
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}

function findProgram(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
