/** Cold. The system's log (syslog), beside the server's own. */
import { loadLibc } from '../../transport/linux/libc.ts';
import { formatDay, type LogLevel } from '../log.ts';
import { sendDatagram } from './datagrams.ts';

const SOCKET = '/dev/log';
const SEVERITIES: Record<LogLevel, number> = { debug: 7, verbose: 6, notice: 5, warning: 4 };
const FACILITY_USER = 1;
const FACILITY_LOCAL0 = 16;
/** More would be cut by most that receive it. */
const MESSAGE_BYTES_MAX = 2048;

export interface SystemLogOptions {
  /** What lines begin with. */
  readonly ident: string;
  /** "user", or "local0" to "local7". */
  readonly facility: string;
  readonly socket?: string;
}

/** Takes a line of the log. Returns whether the system has taken it. */
export type SystemLog = (level: LogLevel, text: string, time: Date) => boolean;

/** The way there; undefined where the runtime offers none. */
export async function openSystemLog(options: SystemLogOptions): Promise<SystemLog | undefined> {
  const libc = await loadLibc().catch(() => undefined);
  if (libc === undefined) return undefined;
  const { facility, ident, socket = SOCKET } = options;
  const code = facility === 'user' ? FACILITY_USER : FACILITY_LOCAL0 + Number(facility.slice('local'.length));
  return (level, text, time) => {
    const clock = time.toTimeString().slice(0, 'hh:mm:ss'.length);
    const head = `<${code * 8 + SEVERITIES[level]}>${formatDay(time)} ${clock} ${ident}[${process.pid}]: `;
    return sendDatagram(libc, socket, Buffer.from(head + text).subarray(0, MESSAGE_BYTES_MAX));
  };
}
