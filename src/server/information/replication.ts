/** Cold. INFO's sections about other servers: replicas, the primary, the cluster. */
import type { Section } from './fields.ts';

/** There is no replication yet: a primary without replicas. */
export const replicationSection: Section = {
  title: 'Replication',
  shown: 'default',
  fields({ identity, configuration }) {
    return [
      ['role', 'master'],
      ['connected_slaves', 0],
      ['master_failover_state', 'no-failover'],
      ['master_replid', identity.replicationId],
      ['master_replid2', '0'.repeat(40)],
      ['master_repl_offset', 0],
      ['second_repl_offset', -1],
      ['repl_backlog_active', 0],
      ['repl_backlog_size', configuration.number('repl-backlog-size')],
      ['repl_backlog_first_byte_offset', 0],
      ['repl_backlog_histlen', 0],
    ];
  },
};

export const clusterSection: Section = {
  title: 'Cluster',
  shown: 'default',
  fields: () => [['cluster_enabled', 0]],
};
