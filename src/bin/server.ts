#!/usr/bin/env bun
/** Cold. The server program: arguments in, one instance, exit code out. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { Arena } from '../memory/arena.ts';
import { parseCommandLine, type ServeInvocation } from '../server/config/command-line.ts';
import { Configuration } from '../server/config/configuration.ts';
import { shutdownFlags } from '../server/config/kinds/choice.ts';
import { describeConfigurationError, loadConfiguration } from '../server/config/load.ts';
import { Log } from '../server/log.ts';
import { Server } from '../server/server.ts';
import type { ShutdownFlags } from '../server/shutdown.ts';
import { StartFailure, start } from '../server/start.ts';
import { systemClock } from '../server/system/clock.ts';
import { configFileAt } from '../server/system/config-file.ts';
import { logSink, systemFiles } from '../server/system/files.ts';
import { systemSegments } from '../server/system/linux-segments.ts';
import { systemProcess } from '../server/system/process.ts';
import { removePidFile, writePidFile } from '../server/system/process-files.ts';
import { secretWord, systemRandom } from '../server/system/random.ts';
import { CINNABAR_VERSION, REDIS_VERSION } from '../server/version.ts';
import { logo, usage, versionLine } from './server/texts.ts';

/** Set in the environment of the process that a daemonizing one leaves behind. */
const DAEMON_MARK = 'CINNABAR_DAEMON';

const latin1 = (text: string): string => Buffer.from(text).toString('latin1');
await main(process.argv.slice(2).map(latin1));

async function main(words: readonly string[]): Promise<void> {
  const invocation = parseCommandLine(words);
  switch (invocation.kind) {
    case 'version':
      process.stdout.write(`${versionLine()}\n`);
      return;
    case 'help':
      process.stderr.write(usage());
      process.exitCode = 1;
      return;
    case 'check-system':
    case 'test-memory':
      process.stdout.write('Nothing to check: no fork is made, so no kernel setting is needed.\n');
      return;
    case 'serve':
      await serve(invocation);
  }
}

async function serve(invocation: ServeInvocation): Promise<void> {
  const configuration = new Configuration(systemFiles(latin1(process.cwd())));
  const renames: (readonly string[])[] = [];
  const error = loadConfiguration(configuration, invocation, {
    user: () => 'ACL users are not available in this version',
    renameCommand: (names) => void renames.push(names),
    loadModule: () => 'modules cannot be loaded',
  });
  if (error !== undefined) {
    process.stderr.write(
      describeConfigurationError(error, `Cinnabar ${CINNABAR_VERSION}, Redis ${REDIS_VERSION}`),
    );
    process.exit(1);
  }
  const configPath = invocation.configFile === '' ? undefined : resolve(invocation.configFile);
  process.chdir(Buffer.from(configuration.directory, 'latin1').toString());
  if (configuration.boolean('daemonize') && process.env[DAEMON_MARK] === undefined) daemonize();
  else await run(configuration, renames, configPath);
}

/** Starts this program again in a session of its own, and ends. */
function daemonize(): void {
  const child = spawn(process.execPath, process.argv.slice(process.execArgv.length === 0 ? 1 : 0), {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, [DAEMON_MARK]: '1' },
  });
  child.unref();
  process.exit(0);
}

async function run(
  configuration: Configuration,
  renames: readonly (readonly string[])[],
  configPath: string | undefined,
): Promise<void> {
  const log = new Log(systemClock, process.pid, logSink(configuration.text('logfile')));
  log.notice('oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo');
  log.notice(
    `Redis version=${REDIS_VERSION}, bits=64, commit=00000000, modified=0, pid=${process.pid}, just started (Cinnabar ${CINNABAR_VERSION})`,
  );
  log.notice('Configuration loaded');
  log.role = 'M';
  const server = new Server({
    clock: systemClock,
    random: systemRandom,
    hashKey: { word0: secretWord(), word1: secretWord() },
    configuration,
    log,
    host: systemProcess,
    arena: new Arena({ source: await systemSegments() }),
    ...(configPath === undefined ? {} : { configFile: configFileAt(configPath) }),
  });
  configuration.onChange('dir', () =>
    process.chdir(Buffer.from(configuration.directory, 'latin1').toString()),
  );
  for (const [name, newName] of renames) {
    const complaint = server.commands.rename(name, newName);
    if (complaint !== undefined) fail(`rename-command ${name}: ${complaint}`);
  }
  greet(server);
  const pidFile =
    configuration.text('pidfile') || (configuration.boolean('daemonize') ? '/var/run/redis.pid' : '');
  try {
    await start(server);
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    process.exit(1);
  }
  if (pidFile !== '') writePidFile(pidFile, log);
  obeySignals(server);
  await server.transport.run();
  if (pidFile !== '') removePidFile(pidFile, log);
  log.warning('Redis is now ready to exit, bye bye...');
  process.exit(0);
}

function fail(text: string): never {
  process.stderr.write(
    `\n*** FATAL CONFIG FILE ERROR (Cinnabar ${CINNABAR_VERSION}, Redis ${REDIS_VERSION}) ***\n${text}\n`,
  );
  process.exit(1);
}

/** The logo if it is wanted or somebody sits before the screen, else one line. */
function greet(server: Server): void {
  const { configuration, log } = server;
  const port = configuration.number('port');
  const onScreen = configuration.text('logfile') === '' && process.stdout.isTTY === true;
  if (configuration.boolean('always-show-logo') || onScreen) log.raw(logo(port, process.pid));
  else log.notice(`Running mode=standalone, port=${port}.`);
}

/** SIGTERM and SIGINT end the server in order; SIGINT again, or when it failed, ends it at once. */
function obeySignals(server: Server): void {
  const obey = (signal: 'SIGTERM' | 'SIGINT', option: string): void => {
    process.on(signal, () => {
      server.log.raw(
        `${process.pid}:signal-handler (${Math.floor(Date.now() / 1000)}) Received ${signal} scheduling shutdown...\n`,
      );
      if (server.shutdown.inProgress && signal === 'SIGINT') process.exit(1);
      const wanted = server.configuration.value(option, shutdownFlags);
      const flags: ShutdownFlags = {
        save: wanted.includes('save'),
        noSave: wanted.includes('nosave'),
        now: wanted.includes('now'),
        force: wanted.includes('force'),
      };
      server.shutdown.begin(flags);
    });
  };
  obey('SIGTERM', 'shutdown-on-sigterm');
  obey('SIGINT', 'shutdown-on-sigint');
  process.on('SIGHUP', () => {});
}
