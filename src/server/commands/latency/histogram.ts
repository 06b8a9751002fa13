/** Cold. LATENCY HISTOGRAM: how long commands take. */
import type { ServerCall } from '../../server-call.ts';

/** LATENCY HISTOGRAM [command ...]: a container stands for its subcommands, unknown names for nothing. */
export function latencyHistogram(call: ServerCall): void {
  const { arguments: words, reply, server } = call;
  const { statistics, commands } = server;
  const all = Array.from({ length: commands.count }, (_, id) => id);
  const names = Array.from({ length: words.count - 2 }, (_, index) => words.text(index + 2).toLowerCase());
  const asked = names.length === 0 ? all : names.flatMap((name) => commandsNamed(call, name));
  const shown = asked.filter((id) => statistics.histogram(id) !== undefined);
  reply.map(shown.length);
  for (const id of shown) {
    const histogram = statistics.histogram(id);
    if (histogram === undefined) continue;
    const buckets = histogram.buckets();
    reply.text(commands.fullNames[id]);
    reply.map(2);
    reply.text('calls');
    reply.integer(histogram.count);
    reply.text('histogram_usec');
    reply.map(buckets.length);
    for (const { microseconds, count } of buckets) {
      reply.integer(microseconds);
      reply.integer(count);
    }
  }
}

/** The ids of a command, of a subcommand ("config|set"), or of all that are in a container. */
function commandsNamed(call: ServerCall, name: string): number[] {
  const { commands } = call.server;
  const id = commands.findByName(name);
  return id < 0 ? [] : [id, ...commands.subcommandsOf(id)];
}
