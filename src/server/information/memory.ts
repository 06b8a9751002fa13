/** Cold. INFO's section about memory. */
import { type Field, humanBytes, percent, ratio, type Section } from './fields.ts';
import { measureMemory } from './memory-figures.ts';

export const memorySection: Section = {
  title: 'Memory',
  shown: 'default',
  fields(server) {
    const figures = measureMemory(server);
    const { used, resident, allocated, active, mapped } = figures;
    const { memory, configuration, host } = server;
    const { lazyFree } = server.keyspace;
    return [
      ...withHuman('used_memory', used),
      ...withHuman('used_memory_rss', resident),
      ...withHuman('used_memory_peak', figures.peak),
      ['used_memory_peak_perc', percent(used, figures.peak)],
      ['used_memory_overhead', figures.overhead],
      ['used_memory_startup', figures.startup],
      ['used_memory_dataset', figures.dataset],
      ['used_memory_dataset_perc', percent(figures.dataset, used - figures.startup)],
      ['allocator_allocated', allocated],
      ['allocator_active', active],
      ['allocator_resident', mapped],
      ['allocator_muzzy', 0],
      ...withHuman('total_system_memory', host.systemMemoryBytes),
      ...scriptFields(),
      ...withHuman('maxmemory', memory.maximum),
      ['maxmemory_policy', configuration.text('maxmemory-policy')],
      ['allocator_frag_ratio', ratio(active, allocated)],
      ['allocator_frag_bytes', active - allocated],
      ['allocator_rss_ratio', ratio(mapped, active)],
      ['allocator_rss_bytes', mapped - active],
      ['rss_overhead_ratio', ratio(resident, mapped)],
      ['rss_overhead_bytes', resident - mapped],
      ['mem_fragmentation_ratio', ratio(resident, used)],
      ['mem_fragmentation_bytes', resident - used],
      ['mem_not_counted_for_evict', Math.max(0, used - memory.used)],
      ['mem_replication_backlog', 0],
      ['mem_total_replication_buffers', 0],
      ['mem_replica_full_sync_buffer', 0],
      ['mem_clients_slaves', 0],
      ['mem_clients_normal', figures.clients],
      ['mem_cluster_links', 0],
      ['mem_aof_buffer', server.appendOnly.writer.buffer.length],
      ['mem_allocator', 'cinnabar-arena'],
      ['mem_overhead_db_hashtable_rehashing', 0],
      ['active_defrag_running', 0],
      ['lazyfree_pending_objects', lazyFree.pendingObjects],
      ['lazyfreed_objects', lazyFree.freedObjects],
      ['javascript_heap', host.heapBytes()],
    ];
  },
};

function withHuman(name: string, bytes: number): Field[] {
  return [
    [name, bytes],
    [`${name}_human`, humanBytes(bytes)],
  ];
}

/** Scripts and functions: there are none yet. */
function scriptFields(): Field[] {
  return [
    ['used_memory_lua', 0],
    ['used_memory_vm_eval', 0],
    ['used_memory_lua_human', humanBytes(0)],
    ['used_memory_scripts_eval', 0],
    ['number_of_cached_scripts', 0],
    ['number_of_functions', 0],
    ['number_of_libraries', 0],
    ['used_memory_vm_functions', 0],
    ...withHuman('used_memory_vm_total', 0),
    ['used_memory_functions', 0],
    ...withHuman('used_memory_scripts', 0),
  ];
}
