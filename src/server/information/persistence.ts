/** Cold. INFO's section about saving and loading. */
import { GATE_LOADING } from '../gates.ts';
import type { AppendOnlyFile } from '../persistence/append-only-file.ts';
import type { LoadProgress } from '../persistence/loading.ts';
import type { Field, Section } from './fields.ts';

/** Nothing is copied on write: the fields say so. */
export const persistenceSection: Section = {
  title: 'Persistence',
  shown: 'default',
  fields({ gates, snapshots, snapshotting, loading, appendOnly, clock }) {
    return [
      ['loading', (gates & GATE_LOADING) === 0 ? 0 : 1],
      ['async_loading', 0],
      ['current_cow_peak', 0],
      ['current_cow_size', 0],
      ['current_cow_size_age', 0],
      ['current_fork_perc', '0.00'],
      ['current_save_keys_processed', snapshotting.keysWritten],
      ['current_save_keys_total', snapshotting.keysTotal],
      ['rdb_changes_since_last_save', snapshots.changes],
      ['rdb_bgsave_in_progress', snapshots.isInProgress ? 1 : 0],
      ['rdb_last_save_time', snapshots.lastSavedAt],
      ['rdb_last_bgsave_status', snapshots.lastSucceeded ? 'ok' : 'err'],
      ['rdb_last_bgsave_time_sec', snapshots.lastSeconds],
      ['rdb_current_bgsave_time_sec', snapshots.currentSeconds],
      ['rdb_saves', snapshots.saves],
      ['rdb_last_cow_size', 0],
      ['rdb_last_load_keys_expired', loading.lastExpired],
      ['rdb_last_load_keys_loaded', loading.lastLoaded],
      ...appendFields(appendOnly),
      ['module_fork_in_progress', 0],
      ['module_fork_last_cow_size', 0],
      ...sizeFields(appendOnly),
      ...progressFields(loading.progress, clock.milliseconds()),
    ];
  },
};

function appendFields({ state, rewrite, writer }: AppendOnlyFile): Field[] {
  return [
    ['aof_enabled', state === 'off' ? 0 : 1],
    ['aof_rewrite_in_progress', rewrite.isInProgress ? 1 : 0],
    ['aof_rewrite_scheduled', rewrite.isScheduled ? 1 : 0],
    ['aof_last_rewrite_time_sec', rewrite.lastSeconds],
    ['aof_current_rewrite_time_sec', rewrite.currentSeconds],
    ['aof_last_bgrewrite_status', rewrite.lastSucceeded ? 'ok' : 'err'],
    ['aof_rewrites', rewrite.count],
    ['aof_rewrites_consecutive_failures', rewrite.failures],
    ['aof_last_write_status', writer.writeError === null && writer.syncError === null ? 'ok' : 'err'],
    ['aof_last_cow_size', 0],
  ];
}

/** Only while the append-only file is on. */
function sizeFields({ state, rewrite, writer, currentBytes, baseBytes }: AppendOnlyFile): Field[] {
  if (state === 'off') return [];
  return [
    ['aof_current_size', currentBytes],
    ['aof_base_size', baseBytes],
    ['aof_pending_rewrite', rewrite.isScheduled ? 1 : 0],
    ['aof_buffer_length', writer.buffer.length],
    ['aof_pending_bio_fsync', writer.pendingSyncs],
    ['aof_delayed_fsync', writer.delayedSyncs],
  ];
}

/** Only while data are loaded. */
function progressFields(progress: LoadProgress | undefined, now: number): Field[] {
  if (progress === undefined) return [];
  const { startedAt, totalBytes, loadedBytes, usedMemoryBytes } = progress;
  const elapsed = Math.floor(now / 1000) - startedAt;
  const left = loadedBytes === 0 ? 1 : Math.floor((elapsed * (totalBytes - loadedBytes)) / loadedBytes);
  return [
    ['loading_start_time', startedAt],
    ['loading_total_bytes', totalBytes],
    ['loading_rdb_used_mem', usedMemoryBytes],
    ['loading_loaded_bytes', loadedBytes],
    ['loading_loaded_perc', totalBytes === 0 ? '0.00' : ((loadedBytes / totalBytes) * 100).toFixed(2)],
    ['loading_eta_seconds', left],
  ];
}
