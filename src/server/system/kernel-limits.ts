/** Cold. Limits of the kernel that options run into. */
import { readFileSync } from 'node:fs';
import type { Configuration } from '../config/configuration.ts';
import type { Log } from '../log.ts';

/** Descriptors for all that is no client: listening sockets, files, the runtime. */
const RESERVED_DESCRIPTORS = 32;

/** How many files the process may have open; undefined where that cannot be told. The runtime has asked for all there are. */
export function openFilesLimit(): number | undefined {
  return numberIn('/proc/self/limits', /^Max open files\s+(\d+)/m);
}

/** How many connections may wait to be accepted; undefined where that cannot be told. */
export function backlogLimit(): number | undefined {
  return numberIn('/proc/sys/net/core/somaxconn', /(\d+)/);
}

/**
 * Lowers `maxclients` to what the process may have open, now, and refuses to have it raised above that. False, with the
 * reason in the log, if it is too little for any client.
 */
export function fitMaxClients(configuration: Configuration, log: Log): boolean {
  const limit = openFilesLimit();
  if (limit === undefined) return true;
  const most = limit - RESERVED_DESCRIPTORS;
  const fits = (): boolean => {
    const wanted = configuration.number('maxclients');
    if (wanted <= most) return true;
    const needed = wanted + RESERVED_DESCRIPTORS;
    if (most > 0) {
      log.warning(`You requested maxclients of ${wanted} requiring at least ${needed} max file descriptors.`);
      log.warning(
        `Current maximum open files is ${limit}. maxclients has been reduced to ${most} to compensate for low ulimit. If you need higher maxclients increase 'ulimit -n'.`,
      );
    } else {
      log.warning(
        `Your current 'ulimit -n' of ${limit} is not enough for the server to start. Please increase your open file limit to at least ${needed}. Exiting.`,
      );
    }
    return false;
  };
  if (!fits()) {
    if (most <= 0) return false;
    configuration.assign('maxclients', [String(most)]);
  }
  configuration.onApply(['maxclients'], () =>
    fits()
      ? undefined
      : `The operating system is not able to handle the specified number of clients, try with ${most}`,
  );
  return true;
}

/** Says so when the kernel lets fewer connections wait than `tcp-backlog` wants. */
export function checkBacklog(configuration: Configuration, log: Log): void {
  const wanted = configuration.number('tcp-backlog');
  const limit = backlogLimit();
  if (limit === undefined || limit >= wanted || configuration.number('port') === 0) return;
  log.warning(
    `WARNING: The TCP backlog setting of ${wanted} cannot be enforced because /proc/sys/net/core/somaxconn is set to the lower value of ${limit}.`,
  );
}

function numberIn(path: string, pattern: RegExp): number | undefined {
  try {
    const found = pattern.exec(readFileSync(path, 'latin1'));
    return found === null ? undefined : Number(found[1]);
  } catch {
    return undefined;
  }
}
