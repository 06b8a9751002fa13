import { pause } from '../pause.ts';
import type { Session } from '../session.ts';
import { requestPatiently } from './patient-request.ts';

/** Time between two samples. */
const sampleEveryMs = 10;

/** Times in whole milliseconds, as redis-cli counts them. */
interface LatencyFigures {
  minMs: number;
  maxMs: number;
  sumMs: number;
  count: number;
}

/**
 * --latency and --latency-history: the time that PING takes.
 * On a terminal one line is rewritten for ever (a new one every interval with --latency-history); elsewhere one line
 * is printed after the interval, and --latency ends.
 */
export async function measureLatency(session: Session): Promise<number> {
  await session.connectOrFail();
  const { settings, output } = session;
  const history = settings.modes.has('latency-history');
  const intervalMs = settings.intervalMs ?? (history ? 15_000 : 1000);
  const live = settings.format === 'plain';
  let figures = noFigures();
  let started = performance.now();
  for (;;) {
    addSample(figures, await pingMs(session));
    const elapsedMs = performance.now() - started;
    const over = elapsedMs > intervalMs;
    if (live) output.text(`\x1b[0G\x1b[2K${liveText(figures)}`);
    else if (over) output.text(`${figuresText(settings.format, figures)}\n`);
    if (over && !live && !history) return 0;
    if (over && history) {
      if (live) output.text(` -- ${(elapsedMs / 1000).toFixed(2)} seconds range\n`);
      figures = noFigures();
      started = performance.now();
    }
    await pause(sampleEveryMs);
  }
}

/** The time of one PING, in milliseconds with fractions. */
export async function pingMs(session: Session): Promise<number> {
  const before = performance.now();
  await requestPatiently(session, ['PING']);
  return performance.now() - before;
}

function noFigures(): LatencyFigures {
  return { minMs: 0, maxMs: 0, sumMs: 0, count: 0 };
}

function addSample(figures: LatencyFigures, sampleMs: number): void {
  const whole = Math.floor(sampleMs);
  figures.minMs = figures.count === 0 ? whole : Math.min(figures.minMs, whole);
  figures.maxMs = Math.max(figures.maxMs, whole);
  figures.sumMs += whole;
  figures.count += 1;
}

function average({ sumMs, count }: LatencyFigures): string {
  return (sumMs / count).toFixed(2);
}

function liveText(figures: LatencyFigures): string {
  const { minMs, maxMs, count } = figures;
  return `min: ${minMs}, max: ${maxMs}, avg: ${average(figures)} (${count} samples)`;
}

function figuresText(format: Session['settings']['format'], figures: LatencyFigures): string {
  const { minMs, maxMs, count } = figures;
  switch (format) {
    case 'csv':
      return `${minMs},${maxMs},${average(figures)},${count}`;
    case 'json':
    case 'quoted-json':
      return `{"min": ${minMs}, "max": ${maxMs}, "avg": ${average(figures)}, "count": ${count}}`;
    default:
      return `${minMs} ${maxMs} ${average(figures)} ${count}`;
  }
}
