/** Cold. Connects what watches the server to its options and its cron. */
import { percentiles } from './config/kinds/lists.ts';
import { usedMemory } from './information/memory-figures.ts';
import type { Server } from './server.ts';

/** How often clients' buffers are looked at. */
const SURVEY_MILLISECONDS = 200;

/** Follows the options of slow log, latency, and clients' memory; samples at every tick. */
export function observe(server: Server): void {
  const { configuration, slowLog, latency, slowCalls, metrics, cron } = server;
  configuration.follow('slowlog-log-slower-than', () => {
    slowLog.slowerThan = configuration.number('slowlog-log-slower-than');
    slowCalls.thresholdsChanged();
  });
  configuration.follow('slowlog-max-len', () => {
    slowLog.lengthMax = configuration.number('slowlog-max-len');
  });
  configuration.follow('latency-monitor-threshold', () => {
    latency.threshold = configuration.number('latency-monitor-threshold');
    slowCalls.thresholdsChanged();
  });
  configuration.onChange('latency-tracking', () => {
    if (!configuration.boolean('latency-tracking')) server.statistics.resetHistograms();
  });
  configuration.follow('latency-tracking-info-percentiles', () => {
    server.latencyPercentiles = configuration.value('latency-tracking-info-percentiles', percentiles);
  });
  configuration.follow('maxmemory-clients', () =>
    server.clientEviction.setMaximum(configuration.number('maxmemory-clients')),
  );
  cron.add((now) => {
    metrics.sample(now, server.statistics.totalCommands);
    metrics.noteMemory(usedMemory(server, 0), now);
    server.keySizes.tick(server.keyspace);
    server.clientEviction.evict();
  });
  cron.addEvery(SURVEY_MILLISECONDS, (now) => server.clientMemory.survey(now));
}
