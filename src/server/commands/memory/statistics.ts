/** Cold. MEMORY's subcommands about the server as a whole: STATS, DOCTOR, PURGE and MALLOC-STATS. */
import { KIND_LARGE, RUN_FIELDS, RUN_KIND, RUN_PAGES, RUN_USED } from '../../../memory/pages.ts';
import { CLASS_BYTES, CLASS_COUNT, PAGE_BYTES } from '../../../memory/size-classes.ts';
import { humanBytes } from '../../information/fields.ts';
import { type MemoryFigures, measureMemory } from '../../information/memory-figures.ts';
import type { ServerCall } from '../../server-call.ts';

/** Below this much data there is nothing to diagnose. */
const DIAGNOSED_BYTES_MIN = 5 * 1024 * 1024;
const FRAGMENTED = 1.4;
const PEAK = 1.5;
const CLIENT_BYTES_HIGH = 200 * 1024;

/** A map of figures; maps inside are databases. */
type Statistic = number | { readonly quotient: number } | readonly (readonly [string, number])[];

/** MEMORY STATS */
export function memoryStats(call: ServerCall): void {
  const { reply } = call;
  const statistics = collect(call, measureMemory(call.server));
  reply.map(statistics.length);
  for (const [name, value] of statistics) {
    reply.text(name);
    if (typeof value === 'number') {
      reply.integer(Math.round(value));
    } else if ('quotient' in value) {
      reply.double(value.quotient);
    } else {
      reply.map(value.length);
      for (const [field, bytes] of value) {
        reply.text(field);
        reply.integer(bytes);
      }
    }
  }
}

function collect(call: ServerCall, figures: MemoryFigures): (readonly [string, Statistic])[] {
  const { keyspace } = call;
  const { used, startup, peak, resident, allocated, active, mapped, dataset } = figures;
  const databases = keyspace.databases.filter((database) => database.size > 0);
  const keys = databases.reduce((sum, database) => sum + database.size, 0);
  return [
    ['peak.allocated', peak],
    ['total.allocated', used],
    ['startup.allocated', startup],
    ['replication.backlog', 0],
    ['replica.fullsync.buffer', 0],
    ['clients.slaves', 0],
    ['clients.normal', figures.clients],
    ['cluster.links', 0],
    ['aof.buffer', call.server.appendOnly.writer.buffer.length],
    ['lua.caches', 0],
    ['functions.caches', 0],
    ['script.VMs', 0],
    ...databases.map(
      (database) =>
        [
          `db.${database.index}`,
          [
            ['overhead.hashtable.main', database.keys.structureBytes],
            ['overhead.hashtable.expires', database.expiring.structureBytes],
          ],
        ] as const,
    ),
    ['overhead.db.hashtable.lut', figures.tables],
    ['overhead.db.hashtable.rehashing', 0],
    ['overhead.total', figures.overhead],
    ['db.dict.rehashing.count', 0],
    ['keys.count', keys],
    ['keys.bytes-per-key', keys === 0 ? 0 : Math.floor(Math.max(0, used - startup) / keys)],
    ['dataset.bytes', dataset],
    ['dataset.percentage', quotient(dataset * 100, used - startup)],
    ['peak.percentage', quotient(used * 100, peak)],
    ['allocator.allocated', allocated],
    ['allocator.active', active],
    ['allocator.resident', mapped],
    ['allocator.muzzy', 0],
    ['allocator-fragmentation.ratio', quotient(active, allocated)],
    ['allocator-fragmentation.bytes', active - allocated],
    ['allocator-rss.ratio', quotient(mapped, active)],
    ['allocator-rss.bytes', mapped - active],
    ['rss-overhead.ratio', quotient(resident, mapped)],
    ['rss-overhead.bytes', resident - mapped],
    ['fragmentation', quotient(resident, used)],
    ['fragmentation.bytes', resident - used],
  ];
}

function quotient(dividend: number, divisor: number): Statistic {
  return { quotient: divisor <= 0 ? 0 : dividend / divisor };
}

/** MEMORY DOCTOR */
export function memoryDoctor(call: ServerCall): void {
  const { server, reply } = call;
  const figures = measureMemory(server);
  const { used, peak, active, allocated, clients } = figures;
  const findings: string[] = [];
  if (peak > used * PEAK)
    findings.push(
      `Peak memory: ${humanBytes(peak)} were used at most, ${humanBytes(used)} are used now. Memory that was freed is used again first; MEMORY PURGE gives whole pages of it back to the system.`,
    );
  if (active > allocated * FRAGMENTED)
    findings.push(
      `Fragmentation: blocks of ${humanBytes(allocated)} lie in pages of ${humanBytes(active)}. Values of other sizes than before leave gaps; they fill up as new values of the old sizes come.`,
    );
  if (server.clients.count > 0 && clients / server.clients.count > CLIENT_BYTES_HIGH)
    findings.push(
      `Clients: their buffers take ${humanBytes(clients)}. Some send large requests or do not read their replies; CLIENT LIST shows which (qbuf, omem).`,
    );
  if (used < DIAGNOSED_BYTES_MIN)
    reply.verbatim('txt', 'There is too little data in this instance to tell anything about its memory.\n');
  else if (findings.length === 0) reply.verbatim('txt', 'No memory issue was found in this instance.\n');
  else reply.verbatim('txt', findings.map((finding) => `* ${finding}\n`).join('\n'));
}

/** MEMORY PURGE */
export function memoryPurge(call: ServerCall): void {
  call.keyspace.arena.pages.discardFree();
  call.server.control.garbage.collect();
  call.server.control.releaseCode();
  call.reply.ok();
}

/** MEMORY MALLOC-STATS: blocks and pages by size. */
export function memoryMallocStats(call: ServerCall): void {
  const { arena } = call.keyspace;
  const { pages } = arena;
  const blocks = new Float64Array(CLASS_COUNT);
  const spanBytes = new Float64Array(CLASS_COUNT);
  let large = 0;
  let largeBytes = 0;
  pages.forEachRun((id) => {
    const run = id * RUN_FIELDS;
    const kind = pages.runs[run + RUN_KIND];
    const bytes = pages.runs[run + RUN_PAGES] * PAGE_BYTES;
    if (kind < CLASS_COUNT) {
      blocks[kind] += pages.runs[run + RUN_USED];
      spanBytes[kind] += bytes;
    } else if (kind === KIND_LARGE) {
      large++;
      largeBytes += bytes;
    }
  });
  const lines = [
    `arena: ${arena.usedBytes} bytes in ${arena.usedBlocks} blocks, ${arena.mappedBytes} bytes in pages in use, ${pages.freeBytes} bytes in free pages, ${arena.bytes.length} segments`,
    'block size       blocks   bytes in use   bytes of spans',
  ];
  for (let kind = 0; kind < CLASS_COUNT; kind++) {
    if (spanBytes[kind] === 0) continue;
    lines.push(row(CLASS_BYTES[kind], blocks[kind], blocks[kind] * CLASS_BYTES[kind], spanBytes[kind]));
  }
  lines.push(row('large', large, largeBytes, largeBytes));
  call.reply.verbatim('txt', lines.map((line) => `${line}\n`).join(''));
}

function row(size: number | string, blocks: number, used: number, spans: number): string {
  const columns = [String(size).padStart(10), String(blocks).padStart(12), String(used).padStart(14)];
  return `${columns.join(' ')} ${String(spans).padStart(16)}`;
}
