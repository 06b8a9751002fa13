/** Cold. The orderly end: saving if that is configured, telling the log, closing everything. */
import type { Server } from './server.ts';

export interface ShutdownFlags {
  /** Save even without save points. */
  readonly save?: boolean;
  /** Do not save even with save points. */
  readonly noSave?: boolean;
  /** Do not wait for replicas that lag behind. */
  readonly now?: boolean;
  /** Go even if saving fails. */
  readonly force?: boolean;
}

/** What has to be done before the process may end; false stops the shutdown. */
export type LastWork = (flags: ShutdownFlags) => boolean;

/** How long replies that are queued may take to leave. */
const GRACE_MS = 500;

export class Shutdown {
  readonly #server: Server;
  readonly #lastWork: LastWork[] = [];
  #ending = false;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Adds work that must succeed before the end (saving), unless the shutdown is forced. */
  add(work: LastWork): void {
    this.#lastWork.push(work);
  }

  get inProgress(): boolean {
    return this.#ending;
  }

  /** Ends the server; returns false, with the reason in the log, if something that must be done first failed. */
  begin(flags: ShutdownFlags): boolean {
    const { log, transport } = this.#server;
    if (this.#ending) return true;
    log.warning('User requested shutdown...');
    for (const work of this.#lastWork) {
      if (work(flags) || flags.force === true) continue;
      log.warning('Errors trying to shut down the server. Check the logs for more information.');
      return false;
    }
    this.#ending = true;
    this.#server.cron.stop();
    for (const client of this.#server.clients.byId.values()) client.stopped = true;
    transport.close(GRACE_MS);
    return true;
  }
}
