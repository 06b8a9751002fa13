/** Cold. From the words of the command line to a running instance. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandTable } from '../../commands/registry.ts';
import { allCommands } from '../../server/commands/all.ts';
import type { ServeInvocation } from '../../server/config/command-line.ts';
import { Configuration } from '../../server/config/configuration.ts';
import type { ConfigurationFiles } from '../../server/config/files.ts';
import { describeConfigurationError, loadConfiguration } from '../../server/config/load.ts';
import { Log } from '../../server/log.ts';
import type { ServerCall } from '../../server/server-call.ts';
import { systemClock } from '../../server/system/clock.ts';
import { getSystemErrorMessage } from '../../server/system/errors.ts';
import { logSink, systemFiles } from '../../server/system/files.ts';
import { findSupervisor } from '../../server/system/supervision.ts';
import { openSystemLog } from '../../server/system/system-log.ts';
import { CINNABAR_VERSION, REDIS_VERSION } from '../../server/version.ts';
import { run } from './run.ts';

/** Set in the environment of the process that a daemonizing one leaves behind. */
const DAEMON_MARK = 'CINNABAR_DAEMON';
const PRODUCT = `Cinnabar ${CINNABAR_VERSION}, Redis ${REDIS_VERSION}`;

/** Serves until the end of the process. */
export async function serve(invocation: ServeInvocation): Promise<void> {
  const input = rememberingInput(systemFiles());
  const configuration = new Configuration(input.files);
  const renames: (readonly string[])[] = [];
  let table: CommandTable<ServerCall> | undefined;
  const error = loadConfiguration(configuration, invocation, {
    user: () => 'ACL users are not available in this version',
    renameCommand: (names) => {
      // Tried at once, so that the error names the line.
      table ??= new CommandTable(allCommands);
      renames.push(names);
      return table.rename(names[0], names[1]);
    },
    loadModule: () => 'modules cannot be loaded',
  });
  if (error !== undefined) {
    process.stderr.write(describeConfigurationError(error, PRODUCT));
    process.exit(1);
  }
  const configPath = invocation.configFile === '' ? undefined : resolve(invocation.configFile);
  const words = { ...invocation, configFile: configPath ?? '' };
  process.chdir(Buffer.from(configuration.directory, 'latin1').toString());
  const logFile = configuration.text('logfile');
  const unwritable = tryLogFile(logFile);
  if (unwritable !== undefined) failConfiguration(`Can't open the log file: ${unwritable}`);
  const log = new Log(systemClock, process.pid, logSink(logFile));
  await followSystemLog(configuration, log);
  if (words.readsStandardInput) log.notice('Reading config from stdin');
  const supervisor = findSupervisor(configuration.text('supervised'), log);
  const isDaemon = configuration.boolean('daemonize') && supervisor === 'no';
  if (isDaemon && process.env[DAEMON_MARK] === undefined) daemonize(input.text());
  else await run({ configuration, renames, configPath, log, supervisor, isDaemon });
}

/** Tells the system's log as well, if the options say so. */
async function followSystemLog(configuration: Configuration, log: Log): Promise<void> {
  if (!configuration.boolean('syslog-enabled')) return;
  const ident = configuration.text('syslog-ident');
  const write = await openSystemLog({ ident, facility: configuration.text('syslog-facility') });
  if (write === undefined) return log.warning('syslog-enabled works under Bun on Linux only');
  let isReached = true;
  log.system = (level, text, time) => {
    const wasReached = isReached;
    isReached = write(level, text, time);
    if (wasReached && !isReached) log.warning("The system's log at /dev/log cannot be reached");
  };
}

/** Ends the program because of what the configuration says. */
function failConfiguration(text: string): never {
  process.stderr.write(`\n*** FATAL CONFIG FILE ERROR (${PRODUCT}) ***\n${text}\n`);
  process.exit(1);
}

/** Why the log cannot be written; undefined if it can. */
function tryLogFile(path: string): string | undefined {
  if (path === '') return undefined;
  try {
    closeSync(openSync(path, 'a'));
    return undefined;
  } catch (error) {
    return getSystemErrorMessage(error);
  }
}

/** Standard input can be read only once; the process that a daemon leaves behind gets what came from it. */
function rememberingInput(files: ConfigurationFiles): {
  readonly files: ConfigurationFiles;
  text(): string;
} {
  let text = '';
  const readStandardInput = (): string => {
    text = files.readStandardInput();
    return text;
  };
  return { files: { ...files, readStandardInput }, text: () => text };
}

/** Starts this program again in a session of its own, with this standard input, and ends. */
function daemonize(input: string): void {
  const child = spawn(process.execPath, [...process.execArgv, ...ownWords()], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { ...process.env, [DAEMON_MARK]: '1' },
  });
  child.unref();
  child.stdin.end(Buffer.from(input, 'latin1'), () => process.exit(0));
}

/** The words behind the runtime's own; the second of a standalone executable is a path inside itself. */
function ownWords(): string[] {
  const [, script, ...words] = process.argv;
  return script.startsWith('/$bunfs/') ? words : [script, ...words];
}
