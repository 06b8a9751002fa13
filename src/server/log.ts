/** Cold. The log, line by line as Redis writes it: "4711:M 23 Nov 2026 12:00:00.000 * text". */
import type { Clock } from './system/clock.ts';

export type LogLevel = 'debug' | 'verbose' | 'notice' | 'warning';

const LEVELS: readonly (LogLevel | 'nothing')[] = ['debug', 'verbose', 'notice', 'warning', 'nothing'];
const MARKS: Record<LogLevel, string> = { debug: '.', verbose: '-', notice: '*', warning: '#' };
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Longer texts are cut. */
const TEXT_CHARACTERS_MAX = 1023;

/** Takes finished text, line ends included. */
export type LogSink = (text: string) => void;

export class Log {
  level: LogLevel | 'nothing' = 'notice';
  /** C while starting, M as a primary, S as a replica. */
  role: 'C' | 'M' | 'S' = 'C';
  /** Where lines go. */
  sink: LogSink;
  /** Is told of every line as well. */
  system: ((level: LogLevel, text: string, time: Date) => void) | undefined;
  readonly #clock: Clock;
  readonly #pid: number;

  constructor(clock: Clock, pid: number, sink: LogSink) {
    this.#clock = clock;
    this.#pid = pid;
    this.sink = sink;
  }

  /** Whether lines of that level are written: for those that are dear to make. */
  takes(level: LogLevel): boolean {
    return LEVELS.indexOf(level) >= LEVELS.indexOf(this.level);
  }

  debug(text: string): void {
    this.#write('debug', text);
  }

  verbose(text: string): void {
    this.#write('verbose', text);
  }

  notice(text: string): void {
    this.#write('notice', text);
  }

  warning(text: string): void {
    this.#write('warning', text);
  }

  /** Text without the head of a line. */
  raw(text: string): void {
    this.sink(text);
  }

  #write(level: LogLevel, text: string): void {
    if (!this.takes(level)) return;
    const time = new Date(this.#clock.milliseconds());
    const cut = text.slice(0, TEXT_CHARACTERS_MAX);
    this.sink(`${this.#pid}:${this.role} ${formatTime(time)} ${MARKS[level]} ${cut}\n`);
    this.system?.(level, cut, time);
  }
}

/** "Nov  3", as the system's log has it. */
export function formatDay(date: Date): string {
  return `${MONTHS[date.getMonth()]} ${String(date.getDate()).padStart(2)}`;
}

function formatTime(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${two(date.getDate())} ${MONTHS[date.getMonth()]} ${date.getFullYear()}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
