/** Cold. Brings an instance up: log lines, transport, sockets, signals; and waits for its end. */
import { openTransport, type TransportName } from '../transport/select.ts';
import type { Configuration } from './config/configuration.ts';
import { addresses } from './config/kinds/lists.ts';
import { type Endpoints, Listeners } from './listeners.ts';
import type { OpenSource } from './persistence/loading.ts';
import { openSnapshot } from './persistence/snapshot-source.ts';
import type { Server } from './server.ts';

/** Why an instance could not start; the log says more. */
export class StartFailure extends Error {}

/** Opens transport and sockets (those of the options, or others), and starts the cron. Throws StartFailure. */
export async function start(server: Server, endpoints = endpointsOf(server.configuration)): Promise<void> {
  const { configuration, log } = server;
  const wanted = configuration.text('transport') as 'auto' | TransportName;
  const { transport } = await openTransport(wanted, server, (line) => log.verbose(line)).catch(
    (error: Error) => {
      log.warning(error.message);
      throw new StartFailure(error.message);
    },
  );
  server.attach(transport);
  const listeners = new Listeners(transport, log);
  server.listeners = listeners;
  const keepAlive = configuration.number('tcp-keepalive');
  if (!(await listeners.open(endpoints, { keepAliveSeconds: keepAlive })))
    throw new StartFailure(`cannot listen on ${listeners.failure}`);
  configuration.onChange('tcp-keepalive', () =>
    transport.setKeepAlive(configuration.number('tcp-keepalive')),
  );
  log.notice(`Serving with ${transport.name}`);
  log.notice('Server initialized');
  server.cron.start(transport, () => server.clock.milliseconds());
}

/**
 * Loads the data, if there are any: a small file at once, a larger one between the turns of the loop. Then calls back, with
 * a StartFailure if they cannot be read; the log says more.
 */
export function load(server: Server, done: (failure?: StartFailure) => void): void {
  const { loading, snapshots, appendOnly, clock, log, listeners, configuration } = server;
  const isAppending = configuration.boolean('appendonly');
  const start = clock.microseconds();
  const open = (): ReturnType<OpenSource> =>
    isAppending ? appendOnly.open() : openSnapshot(server, server.files, false);
  loading.start(open, (outcome) => {
    snapshots.markClean();
    if (outcome === 'failed') {
      if (!isAppending) log.warning('Fatal error loading the DB, check server logs. Exiting.');
      return done(new StartFailure('cannot load the data'));
    }
    if (outcome === 'loaded' && !isAppending)
      log.notice(`DB loaded from disk: ${((clock.microseconds() - start) / 1e6).toFixed(3)} seconds`);
    if (!appendOnly.loaded(isAppending)) return done(new StartFailure('cannot write the append-only file'));
    for (const kind of new Set(listeners?.addresses.map((address) => address.kind)))
      log.notice(`Ready to accept connections ${kind}`);
    done();
  });
}

/** Moves the TCP sockets to other addresses; those that are open stay when that fails. Returns whether it worked. */
export async function listenAnew(server: Server, endpoints: Endpoints): Promise<boolean> {
  const { listeners, configuration } = server;
  if (listeners === undefined) return true;
  return listeners.openTcp(endpoints, { keepAliveSeconds: configuration.number('tcp-keepalive') });
}

/** The sockets that the options name. */
export function endpointsOf(configuration: Configuration): Endpoints {
  return {
    bind: configuration.value('bind', addresses),
    port: configuration.number('port'),
    unixSocket: configuration.text('unixsocket'),
    unixSocketMode: configuration.number('unixsocketperm'),
    backlog: configuration.number('tcp-backlog'),
  };
}
