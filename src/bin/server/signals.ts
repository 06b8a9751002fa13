/** Cold. What the process does when it gets signals. */
import { shutdownFlags } from '../../server/config/kinds/choice.ts';
import type { Server } from '../../server/server.ts';

/** SIGTERM and SIGINT end the server in order; SIGINT again ends it at once. */
export function obeySignals(server: Server): void {
  const obey = (signal: 'SIGTERM' | 'SIGINT', option: string): void => {
    process.on(signal, () => {
      const seconds = Math.floor(Date.now() / 1000);
      server.log.raw(
        `${process.pid}:signal-handler (${seconds}) Received ${signal} scheduling shutdown...\n`,
      );
      if (server.shutdown.inProgress && signal === 'SIGINT') process.exit(1);
      // Before there is a transport nothing has begun that would need an orderly end.
      if (!server.isAttached) process.exit(0);
      const wanted = server.configuration.value(option, shutdownFlags);
      server.shutdown.begin({
        save: wanted.includes('save'),
        noSave: wanted.includes('nosave'),
        now: wanted.includes('now'),
        force: wanted.includes('force'),
      });
    });
  };
  obey('SIGTERM', 'shutdown-on-sigterm');
  obey('SIGINT', 'shutdown-on-sigint');
  process.on('SIGHUP', () => {});
}
