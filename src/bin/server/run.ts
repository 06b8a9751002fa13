/** Cold. One instance in a process of its own: from its first line in the log to its last. */
import { Arena } from '../../memory/arena.ts';
import type { Configuration } from '../../server/config/configuration.ts';
import type { Log } from '../../server/log.ts';
import { Server } from '../../server/server.ts';
import { load, StartFailure, start } from '../../server/start.ts';
import { systemClock } from '../../server/system/clock.ts';
import { configFileAt } from '../../server/system/config-file.ts';
import { systemDataFiles } from '../../server/system/data-files.ts';
import { checkBacklog, fitMaxClients } from '../../server/system/kernel-limits.ts';
import { systemSegments } from '../../server/system/linux-segments.ts';
import { systemProcess } from '../../server/system/process.ts';
import { systemControl } from '../../server/system/process-control.ts';
import { followOomScore, removePidFile, writePidFile } from '../../server/system/process-files.ts';
import { confineTo } from '../../server/system/processors.ts';
import { secretWord, systemRandom } from '../../server/system/random.ts';
import { requestShortSlices } from '../../server/system/scheduling.ts';
import { type Supervisor, supervise } from '../../server/system/supervision.ts';
import { CINNABAR_VERSION, REDIS_VERSION } from '../../server/version.ts';
import { obeySignals } from './signals.ts';
import { logo } from './texts.ts';
import { followTitle } from './title.ts';

const DAEMON_PID_FILE = '/var/run/redis.pid';

/** How the process was started. */
export interface Circumstances {
  readonly configuration: Configuration;
  /** What rename-command says, pairs of names. */
  readonly renames: readonly (readonly string[])[];
  /** Absolute; undefined without one. */
  readonly configPath: string | undefined;
  readonly log: Log;
  readonly supervisor: Supervisor;
  readonly isDaemon: boolean;
}

/** Runs until the instance is shut down, then ends the process. */
export async function run(circumstances: Circumstances): Promise<void> {
  const { configuration, renames, log, supervisor, isDaemon } = circumstances;
  const supervision = await supervise(supervisor, log);
  const { notify } = supervision;
  log.notice('oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo');
  const version = `Redis version=${REDIS_VERSION}, bits=64, commit=00000000, modified=0, pid=${process.pid}`;
  log.notice(`${version}, just started (Cinnabar ${CINNABAR_VERSION})`);
  log.notice('Configuration loaded');
  log.role = 'M';
  const processors = configuration.text('server-cpulist');
  const refusal = processors === '' ? undefined : await confineTo(processors);
  if (refusal !== undefined) log.warning(`server-cpulist ${processors} has no effect: ${refusal}`);
  if (!(await requestShortSlices())) log.verbose('The system does not take requests for short time slices');
  const server = await createServer(circumstances, supervision.supervisor);
  process.on('uncaughtException', (error) => server.crash.uncaught(error));
  process.on('unhandledRejection', (error) => server.crash.uncaught(error));
  configuration.onChange('dir', () =>
    process.chdir(Buffer.from(configuration.directory, 'latin1').toString()),
  );
  for (const [name, newName] of renames) server.commands.rename(name, newName);
  if (!fitMaxClients(configuration, log)) process.exit(1);
  greet(server);
  checkBacklog(configuration, log);
  followOomScore(configuration, log);
  followTitle(server);
  // Signals are obeyed from the start: loading may take long.
  obeySignals(server);
  try {
    await start(server);
  } catch (error) {
    if (!(error instanceof StartFailure)) server.crash.uncaught(error);
    process.exit(1);
  }
  if (server.listeners?.addresses.length === 0) {
    log.warning('Configured to not listen anywhere, exiting.');
    process.exit(1);
  }
  // The start has left some; later this would keep clients waiting.
  server.control.garbage.collect();
  const pidFile = configuration.text('pidfile') || (isDaemon ? DAEMON_PID_FILE : '');
  if (pidFile !== '') writePidFile(pidFile, log);
  load(server, (failure) => {
    if (failure === undefined) return notify('STATUS=Ready to accept connections\nREADY=1\n');
    if (pidFile !== '') removePidFile(pidFile, log);
    process.exit(1);
  });
  server.shutdown.onBegin = () => notify('STATUS=Shutting down\nSTOPPING=1\n');
  server.crash.lastWork = () => {
    if (pidFile !== '') removePidFile(pidFile, log);
  };
  await server.transport.run().catch((error) => server.crash.uncaught(error));
  if (pidFile !== '') removePidFile(pidFile, log);
  log.warning('Redis is now ready to exit, bye bye...');
  const { restartDelay } = server.shutdown;
  if (restartDelay === undefined) process.exit(0);
  server.control.sleep(restartDelay);
  server.control.restart();
  log.warning('Cannot start again');
  process.exit(1);
}

async function createServer(
  { configuration, configPath, log }: Circumstances,
  supervisor: Supervisor,
): Promise<Server> {
  return new Server({
    clock: systemClock,
    random: systemRandom,
    hashKey: { word0: secretWord(), word1: secretWord() },
    configuration,
    log,
    host: { ...systemProcess, supervisor },
    control: await systemControl(),
    files: systemDataFiles(() => configuration.directory),
    arena: new Arena({ source: await systemSegments() }),
    ...(configPath === undefined ? {} : { configFile: configFileAt(configPath) }),
  });
}

/** The logo if it is wanted or somebody sits before the screen, else one line. */
function greet(server: Server): void {
  const { configuration, log } = server;
  const port = configuration.number('port');
  const onScreen = configuration.text('logfile') === '' && process.stdout.isTTY === true;
  if (configuration.boolean('always-show-logo') || onScreen) log.raw(logo(port, process.pid));
  else log.notice(`Running mode=standalone, port=${port}.`);
}
