/** Cold. INFO's section about connected clients. */
import type { Section } from './fields.ts';

export const clientsSection: Section = {
  title: 'Clients',
  shown: 'default',
  fields({ clients, limits, clientMemory, pause, waiting: waitingClients }) {
    const waitingKeys = waitingClients.keyCounts;
    const waiting = [...clients.byId.values()].filter((client) => client.unblock !== undefined).length;
    return [
      ['connected_clients', clients.count],
      ['cluster_connections', 0],
      ['maxclients', limits.clientsMax],
      ['client_recent_max_input_buffer', clientMemory.recentInput],
      ['client_recent_max_output_buffer', clientMemory.recentOutput],
      ['blocked_clients', waiting + pause.count],
      ['tracking_clients', 0],
      ['pubsub_clients', 0],
      ['watching_clients', 0],
      ['clients_in_timeout_table', 0],
      ['total_watched_keys', 0],
      ['total_blocking_keys', waitingKeys.all],
      ['total_blocking_keys_on_nokey', waitingKeys.withoutKey],
    ];
  },
};
