/** Cold. LATENCY's subcommands about events: LATEST, HISTORY, RESET, GRAPH and DOCTOR. */
import { drawLatency } from '../../latency/graph.ts';
import { latencyReport } from '../../latency/report.ts';
import type { ServerCall } from '../../server-call.ts';

/** LATENCY LATEST */
export function latencyLatest(call: ServerCall): void {
  const { reply, server } = call;
  reply.array(server.latency.events.size);
  for (const [name, event] of server.latency.events) {
    reply.array(4);
    reply.text(name);
    reply.integer(event.latest.time);
    reply.integer(event.latest.milliseconds);
    reply.integer(event.maximum);
  }
}

/** LATENCY HISTORY event */
export function latencyHistory(call: ServerCall): void {
  const { arguments: words, reply, server } = call;
  const samples = server.latency.events.get(words.text(2))?.samples ?? [];
  reply.array(samples.length);
  for (const { time, milliseconds } of samples) {
    reply.array(2);
    reply.integer(time);
    reply.integer(milliseconds);
  }
}

/** LATENCY RESET [event ...] */
export function latencyReset(call: ServerCall): void {
  const { arguments: words, reply, server } = call;
  const names = Array.from({ length: words.count - 2 }, (_, index) => words.text(index + 2));
  reply.integer(server.latency.reset(names.length === 0 ? undefined : names));
}

/** LATENCY GRAPH event */
export function latencyGraph(call: ServerCall): void {
  const { arguments: words, reply, server, keyspace } = call;
  const name = words.text(2);
  const event = server.latency.events.get(name);
  if (event === undefined) return reply.error(`ERR No samples available for event '${name}'`);
  reply.verbatim('txt', drawLatency(name, event, Math.floor(keyspace.now / 1000)));
}

/** LATENCY DOCTOR */
export function latencyDoctor(call: ServerCall): void {
  call.reply.verbatim('txt', latencyReport(call.server));
}
