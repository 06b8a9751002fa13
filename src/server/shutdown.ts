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

/** How long replies that are queued may take to leave. */
const GRACE_MS = 500;

export class Shutdown {
  readonly #server: Server;
  #ending = false;
  /** DEBUG RESTART: milliseconds after the end at which the program starts again; undefined if it does not. */
  restartDelay: number | undefined;
  /** Told when nothing can stop the end any more. */
  onBegin: () => void = () => {};

  constructor(server: Server) {
    this.#server = server;
  }

  get inProgress(): boolean {
    return this.#ending;
  }

  /** Ends the server; returns false, with the reason in the log, if something that must be done first failed. */
  begin(flags: ShutdownFlags): boolean {
    const { log, transport, cron, clients, listeners } = this.#server;
    if (this.#ending) return true;
    log.notice('User requested shutdown...');
    if (!this.#save(flags)) {
      log.warning('Errors trying to shut down the server. Check the logs for more information.');
      return false;
    }
    this.#ending = true;
    this.onBegin();
    cron.stop();
    for (const client of clients.byId.values()) client.stopped = true;
    if (listeners?.addresses.some(({ kind }) => kind === 'unix'))
      log.notice('Removing the unix socket file.');
    transport.close(GRACE_MS);
    return true;
  }

  /** Saves if it is wanted; false if that failed and matters. */
  #save({ save, noSave, force }: ShutdownFlags): boolean {
    const { log, snapshots, loading, appendOnly } = this.#server;
    snapshots.cancel();
    if (!appendOnly.shutDown(force === true)) return false;
    // What is not loaded yet would be missing from the file.
    if (loading.progress !== undefined) return true;
    if (noSave === true || !(save === true || snapshots.hasSavePoints)) return true;
    log.notice('Saving the final RDB snapshot before exiting.');
    if (snapshots.save()) return true;
    log.warning(`Error trying to save the DB${force === true ? '. Exit anyway.' : ", can't exit."}`);
    return force === true;
  }
}
