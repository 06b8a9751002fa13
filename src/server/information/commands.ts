/** Cold. INFO's sections about commands: calls, errors and durations. */
import type { Server } from '../server.ts';
import type { Field, Section } from './fields.ts';

export const commandStatisticsSection: Section = {
  title: 'Commandstats',
  shown: 'all',
  fields({ commands, statistics }) {
    const { calls, microseconds, rejected, failed } = statistics;
    const fields: Field[] = [];
    for (let id = 0; id < commands.count; id++) {
      if (calls[id] === 0 && rejected[id] === 0 && failed[id] === 0) continue;
      const perCall = calls[id] === 0 ? 0 : microseconds[id] / calls[id];
      fields.push([
        `cmdstat_${commands.fullNames[id]}`,
        `calls=${calls[id]},usec=${Math.round(microseconds[id])},usec_per_call=${perCall.toFixed(2)},rejected_calls=${rejected[id]},failed_calls=${failed[id]}`,
      ]);
    }
    return fields;
  },
};

export const errorStatisticsSection: Section = {
  title: 'Errorstats',
  shown: 'default',
  fields({ statistics }) {
    const codes = [...statistics.errors].sort(([left], [right]) => (left < right ? -1 : 1));
    return codes.map(([code, count]) => [`errorstat_${code}`, `count=${count}`]);
  },
};

export const latencyStatisticsSection: Section = {
  title: 'Latencystats',
  shown: 'all',
  fields(server) {
    return server.statistics.tracking ? latencyFields(server) : [];
  },
};

function latencyFields({ commands, statistics, latencyPercentiles }: Server): Field[] {
  const fields: Field[] = [];
  for (let id = 0; id < commands.count; id++) {
    const histogram = statistics.histogram(id);
    if (histogram === undefined) continue;
    const values = latencyPercentiles.map(
      (percentile) => `p${percentile}=${histogram.percentile(percentile).toFixed(3)}`,
    );
    fields.push([`latency_percentiles_usec_${commands.fullNames[id]}`, values.join(',')]);
  }
  return fields;
}
