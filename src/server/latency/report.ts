/** Cold. LATENCY DOCTOR: the events seen, and what may help, in plain words. */
import type { Server } from '../server.ts';
import type { LatencyEvent } from './monitor.ts';

/** What may be done about events whose names match. */
const ADVICE: readonly (readonly [event: RegExp, advice: string])[] = [
  [/^command$/, 'SLOWLOG GET shows which commands were slow; long ones may be split or given less to do.'],
  [
    /^fast-command$/,
    'Commands of constant time were slow, so the processor was busy with something else or swapped out: look at the load of the machine and at its swap space.',
  ],
  [/^expire/, 'Many keys expire at the same moment: spread their times, or lower active-expire-effort.'],
  [
    /^eviction/,
    'Memory is at its limit: raise maxmemory, or lower maxmemory-eviction-tenacity so that less is evicted at once.',
  ],
  [/^aof|^rdb/, 'The disk is slow: give the server a faster one, or have it synchronised less often.'],
  [
    /^event-loop$/,
    'A turn of the loop took long although no single command did: many requests came at once, or the process was not given the processor.',
  ],
];

/** The whole report. */
export function latencyReport(server: Server): string {
  const { events, threshold } = server.latency;
  if (events.size === 0 && threshold === 0)
    return 'Latency monitoring is disabled. CONFIG SET latency-monitor-threshold <milliseconds> turns it on.\n';
  if (events.size === 0) return `No latency spike of ${threshold} ms or more was observed.\n`;
  const now = Math.floor(server.keyspace.now / 1000);
  let report = 'Latency spikes were observed in this instance:\n\n';
  let number = 1;
  for (const [name, event] of events) report += `${number++}. ${describe(name, event, now)}\n`;
  const advice = ADVICE.filter(([pattern]) => [...events.keys()].some((name) => pattern.test(name)));
  if (advice.length > 0) report += '\nWhat may help:\n\n';
  for (const [, text] of advice) report += `- ${text}\n`;
  return report;
}

function describe(name: string, event: LatencyEvent, now: number): string {
  const { samples, maximum } = event;
  const durations = samples.map((sample) => sample.milliseconds);
  const average = mean(durations);
  const deviation = mean(durations.map((duration) => Math.abs(duration - average)));
  const period = (now - samples[0].time) / samples.length;
  return (
    `${name}: ${samples.length} latency spikes (average ${Math.round(average)}ms, mean deviation ` +
    `${Math.round(deviation)}ms, period ${period.toFixed(2)} sec). Worst all time event ${maximum}ms.`
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
