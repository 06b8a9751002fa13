/** Cold. INFO as a whole: which sections there are, and which ones were asked for. */
import type { Server } from '../server.ts';
import { clientsSection } from './clients.ts';
import { commandStatisticsSection, errorStatisticsSection, latencyStatisticsSection } from './commands.ts';
import type { Section } from './fields.ts';
import { keySizesSection, keyspaceSection } from './keyspace.ts';
import { memorySection } from './memory.ts';
import { persistenceSection } from './persistence.ts';
import { modulesSection, processorSection } from './process.ts';
import { clusterSection, replicationSection } from './replication.ts';
import { serverSection } from './server.ts';
import { debugSection, statisticsSection, threadsSection } from './statistics.ts';

/** In the order in which INFO tells them. */
const sections: readonly Section[] = [
  serverSection,
  clientsSection,
  memorySection,
  persistenceSection,
  threadsSection,
  statisticsSection,
  replicationSection,
  processorSection,
  modulesSection,
  commandStatisticsSection,
  errorStatisticsSection,
  latencyStatisticsSection,
  clusterSection,
  keyspaceSection,
  keySizesSection,
  debugSection,
];

/** The sections that `names` (in any letter case) ask for, as text; names that nobody knows ask for nothing. */
export function information(server: Server, names: readonly string[]): string {
  const wanted = new Set(names.length === 0 ? ['default'] : names.map((name) => name.toLowerCase()));
  return sections
    .filter((section) => isWanted(section, wanted))
    .map((section) => {
      const fields = section.fields(server).map(([name, value]) => `${name}:${value}\r\n`);
      return `# ${section.title}\r\n${fields.join('')}`;
    })
    .join('\r\n');
}

function isWanted({ title, shown }: Section, wanted: ReadonlySet<string>): boolean {
  if (wanted.has(title.toLowerCase())) return true;
  if (shown === 'default' && wanted.has('default')) return true;
  return shown !== 'named' && (wanted.has('all') || wanted.has('everything'));
}
