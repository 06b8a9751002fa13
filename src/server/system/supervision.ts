/** Cold. Telling the program that has started this one how it is: systemd by datagrams, upstart by stopping once. */
import { loadLibc } from '../../transport/linux/libc.ts';
import type { Log } from '../log.ts';
import { sendDatagram } from './datagrams.ts';

export type Supervisor = 'no' | 'systemd' | 'upstart';

/** Sends one state ("READY=1") to the supervisor. */
export type Notify = (state: string) => void;

/** Which supervisor there is, by the option `supervised` and by what it left in the environment. */
export function findSupervisor(wanted: string, log: Log): Supervisor {
  const { UPSTART_JOB, NOTIFY_SOCKET } = process.env;
  if (wanted === 'upstart' || (wanted === 'auto' && UPSTART_JOB !== undefined)) {
    if (UPSTART_JOB !== undefined) return 'upstart';
    log.warning('upstart supervision requested, but UPSTART_JOB not found!');
  } else if (wanted === 'systemd' || (wanted === 'auto' && NOTIFY_SOCKET !== undefined)) {
    return 'systemd';
  }
  return 'no';
}

export interface Supervision {
  /** Whom states reach; "no" if the supervisor that was wanted cannot be reached. */
  readonly supervisor: Supervisor;
  readonly notify: Notify;
}

const NOBODY: Supervision = { supervisor: 'no', notify: () => {} };

/** Begins to work under a supervisor. Without a way to reach it, states are dropped, after a line in the log. */
export async function supervise(supervisor: Supervisor, log: Log): Promise<Supervision> {
  if (supervisor === 'upstart') {
    log.notice('supervised by upstart, will stop to signal readiness');
    process.kill(process.pid, 'SIGSTOP');
    delete process.env['UPSTART_JOB'];
    return { ...NOBODY, supervisor };
  }
  if (supervisor !== 'systemd') return NOBODY;
  const socket = process.env['NOTIFY_SOCKET'];
  if (socket === undefined || !/^[/@]./.test(socket)) {
    log.warning('systemd supervision requested, but NOTIFY_SOCKET names no socket');
    return NOBODY;
  }
  try {
    const libc = await loadLibc();
    const notify = (state: string): boolean => {
      const isSent = sendDatagram(libc, socket, Buffer.from(state));
      if (!isSent) log.warning(`Cannot tell systemd at ${socket}: ${state.trimEnd()}`);
      return isSent;
    };
    if (!notify('STATUS=Starting\n')) return NOBODY;
    log.notice(
      'supervised by systemd. TimeoutStartSec and TimeoutStopSec of the unit must leave time to load and to save.',
    );
    return { supervisor, notify };
  } catch (error) {
    log.warning(`Cannot reach systemd: ${(error as Error).message}`);
    return NOBODY;
  }
}
