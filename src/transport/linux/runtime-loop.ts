/** Cold. The runtime's own event loop: how a reactor notices that it has work, and lets it run. */
import { readdirSync, readlinkSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/**
 * The descriptor of the runtime's epoll instance, to be watched by a reactor's; -1 if it cannot be told.
 * REQUIRES: called before the program makes epoll instances of its own. In a worker thread there are several, and which
 * one is whose cannot be seen: such a reactor yields by time alone.
 */
export function findRuntimeLoop(): number {
  if (!isMainThread) return -1;
  if (found >= 0) return found;
  const candidates = readdirSync('/proc/self/fd')
    .map(Number)
    .filter((descriptor) => linkOf(descriptor) === 'anon_inode:[eventpoll]')
    .sort((a, b) => a - b);
  found = candidates[0] ?? -1;
  return found;
}

// The first one found is the runtime's for good: later ones may be a reactor's.
let found = -1;

function linkOf(descriptor: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return ''; // the directory's own descriptor, closed meanwhile
  }
}

/** One round of the runtime's loop: its sockets, files, workers, timers, signal handlers and promises make progress. */
export function yieldToRuntime(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
