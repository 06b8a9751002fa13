/** Cold. What the process does when it gets signals. */
import { shutdownFlags } from '../../server/config/kinds/choice.ts';
import type { Server } from '../../server/server.ts';

/**
 * SIGTERM and SIGINT end the server in order; SIGINT again ends it at once. SIGABRT is reported, SIGALRM answered. SIGSEGV
 * is the runtime's own: were it handled here, a true one would come again and again.
 */
export function obeySignals(server: Server): void {
  const obey = (signal: 'SIGTERM' | 'SIGINT', option: string): void => {
    process.on(signal, () => {
      server.log.raw(`${lineHead()} Received ${signal} scheduling shutdown...\n`);
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
  process.on('SIGABRT', () => server.crash.signal('SIGABRT', new Error('SIGABRT').stack));
  process.on('SIGALRM', () => tellWhere(server));
}

/** How lines begin that signals write. */
function lineHead(): string {
  return `${process.pid}:signal-handler (${Math.floor(Date.now() / 1000)})`;
}

/** For whoever wonders what the server does. */
function tellWhere({ log }: Server): void {
  const stack = new Error('SIGALRM').stack;
  const end = `${lineHead()} --------\n`;
  log.raw(`\n${lineHead()}\nReceived SIGALRM\n\n------ STACK TRACE ------\n${stack}\n${end}`);
}
