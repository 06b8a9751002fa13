/** Cold. INFO's sections of counters: what was done since the start or the last CONFIG RESETSTAT, and by which threads. */
import type { Section } from './fields.ts';

export const threadsSection: Section = {
  title: 'Threads',
  shown: 'default',
  fields({ clients, metrics }) {
    return [['io_thread_0', `clients=${clients.count},reads=${metrics.reads},writes=${metrics.writes}`]];
  },
};

export const statisticsSection: Section = {
  title: 'Stats',
  shown: 'default',
  fields({ authentication, clients, limits, metrics, statistics, keyspace, clientEviction, background }) {
    const { expiry } = background;
    return [
      ['total_connections_received', clients.accepted],
      ['total_commands_processed', statistics.totalCommands],
      ['instantaneous_ops_per_sec', Math.round(metrics.commands.value)],
      ['total_net_input_bytes', metrics.inputBytes],
      ['total_net_output_bytes', metrics.outputBytes],
      ['total_net_repl_input_bytes', 0],
      ['total_net_repl_output_bytes', 0],
      ['instantaneous_input_kbps', (metrics.input.value / 1024).toFixed(2)],
      ['instantaneous_output_kbps', (metrics.output.value / 1024).toFixed(2)],
      ['instantaneous_input_repl_kbps', '0.00'],
      ['instantaneous_output_repl_kbps', '0.00'],
      ['rejected_connections', clients.rejected],
      ['sync_full', 0],
      ['sync_partial_ok', 0],
      ['sync_partial_err', 0],
      ['expired_subkeys', keyspace.expiredElements],
      ['expired_keys', keyspace.expiredKeys],
      ['expired_stale_perc', expiry.stalePercent.toFixed(2)],
      ['expired_time_cap_reached_count', expiry.budgetsSpent],
      ['expire_cycle_cpu_milliseconds', Math.floor(background.expiryMicroseconds / 1000)],
      ['evicted_keys', keyspace.evictedKeys],
      ['evicted_clients', clientEviction.evicted],
      ['evicted_scripts', 0],
      ['total_eviction_exceeded_time', 0],
      ['current_eviction_exceeded_time', 0],
      ['keyspace_hits', keyspace.hits],
      ['keyspace_misses', keyspace.misses],
      ['pubsub_channels', 0],
      ['pubsub_patterns', 0],
      ['pubsubshard_channels', 0],
      ['latest_fork_usec', 0],
      ['total_forks', 0],
      ['migrate_cached_sockets', 0],
      ['slave_expires_tracked_keys', 0],
      ['active_defrag_hits', 0],
      ['active_defrag_misses', 0],
      ['active_defrag_key_hits', 0],
      ['active_defrag_key_misses', 0],
      ['total_active_defrag_time', 0],
      ['current_active_defrag_time', 0],
      ['tracking_total_keys', 0],
      ['tracking_total_items', 0],
      ['tracking_total_prefixes', 0],
      ['unexpected_error_replies', 0],
      ['total_error_replies', statistics.totalErrors],
      ['dump_payload_sanitizations', metrics.sanitizations],
      ['total_reads_processed', metrics.reads],
      ['total_writes_processed', metrics.writes],
      ['io_threaded_reads_processed', 0],
      ['io_threaded_writes_processed', 0],
      ['client_query_buffer_limit_disconnections', limits.inputDisconnections],
      ['client_output_buffer_limit_disconnections', limits.outputDisconnections],
      ['reply_buffer_shrinks', 0],
      ['reply_buffer_expands', 0],
      ['eventloop_cycles', metrics.turns],
      ['eventloop_duration_sum', Math.round(metrics.turnMicroseconds)],
      ['eventloop_duration_cmd_sum', Math.round(statistics.totalMicroseconds)],
      ['instantaneous_eventloop_cycles_per_sec', Math.round(metrics.turnRate.value)],
      ['instantaneous_eventloop_duration_usec', Math.round(metrics.turnDuration.value)],
      ['acl_access_denied_auth', authentication.denied],
      ['acl_access_denied_cmd', 0],
      ['acl_access_denied_key', 0],
      ['acl_access_denied_channel', 0],
    ];
  },
};

/** Only when it is asked for by name. */
export const debugSection: Section = {
  title: 'Debug',
  shown: 'named',
  fields({ metrics, keyspace }) {
    const { arena } = keyspace;
    return [
      ['eventloop_duration_aof_sum', 0],
      ['eventloop_duration_cron_sum', 0],
      ['eventloop_duration_max', Math.round(metrics.longestTurnMicroseconds)],
      ['eventloop_cmd_per_cycle_max', metrics.commandsPerTurnMaximum],
      ['allocator_allocated_lua', 0],
      ['allocator_active_lua', 0],
      ['allocator_resident_lua', 0],
      ['allocator_frag_bytes_lua', 0],
      ['arena_blocks', arena.usedBlocks],
      ['arena_segments', arena.bytes.length],
    ];
  },
};
