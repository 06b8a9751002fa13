/** Cold. INFO, TIME, DBSIZE and MONITOR: what the server knows of itself. */
import { information } from '../../information/sections.ts';
import type { ServerCall } from '../../server-call.ts';

/** INFO [section ...] */
export function info(call: ServerCall): void {
  const { arguments: words, reply, server } = call;
  const names = Array.from({ length: words.count - 1 }, (_, index) => words.text(index + 1));
  reply.verbatim('txt', information(server, names));
}

/** TIME: seconds of the epoch, and microseconds. */
export function time(call: ServerCall): void {
  const microseconds = call.server.clock.wallMicroseconds();
  call.reply.array(2);
  call.reply.text(String(Math.floor(microseconds / 1e6)));
  call.reply.text(String(microseconds % 1e6));
}

/** MONITOR */
export function monitor(call: ServerCall): void {
  call.server.monitors.add(call.client);
  call.reply.ok();
}
