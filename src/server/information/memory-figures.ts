/** Cold. How much memory is used for what; INFO and MEMORY tell it. */
import { PAGE_BYTES } from '../../memory/size-classes.ts';
import type { Server } from '../server.ts';

/** All in bytes unless named otherwise. */
export interface MemoryFigures {
  /** Data, its tables, clients' buffers and logs. */
  readonly used: number;
  /** What was used before there was any data or client. */
  readonly startup: number;
  readonly peak: number;
  readonly resident: number;
  /** Blocks given out by the arena. */
  readonly allocated: number;
  /** Pages that these blocks lie in. */
  readonly active: number;
  /** Pages of the arena that take physical memory. */
  readonly mapped: number;
  readonly clients: number;
  /** The tables of keys and of expiries. */
  readonly tables: number;
  readonly overhead: number;
  readonly dataset: number;
}

/** Measures now, and notes a new peak. */
export function measureMemory(server: Server): MemoryFigures {
  const { keyspace, metrics, host, startupBytes } = server;
  const { arena } = keyspace;
  const clients = server.clientMemory.total;
  const used = usedMemory(server, clients);
  metrics.noteMemory(used, keyspace.now);
  const tables = keyspace.databases.reduce(
    (sum, { keys, expiring }) => sum + keys.structureBytes + expiring.structureBytes,
    0,
  );
  const resident = host.residentBytes();
  const touched = arena.pages.touchedPages * PAGE_BYTES;
  const overhead = startupBytes + clients + tables + server.slowLog.bytes;
  return {
    used,
    startup: startupBytes,
    peak: metrics.usedMemoryPeak,
    resident,
    allocated: arena.usedBytes,
    active: arena.mappedBytes,
    mapped: resident === 0 ? touched : Math.min(touched, resident),
    clients,
    tables,
    overhead,
    dataset: Math.max(0, used - overhead),
  };
}

/** What INFO calls used_memory. `clients`: bytes of all clients. */
export function usedMemory(server: Server, clients: number): number {
  return server.keyspace.arena.usedBytes + clients + server.slowLog.bytes;
}
