/** Cold. CLIENT PAUSE and CLIENT UNPAUSE. */
import { parseInteger } from '../../../memory/integers.ts';
import type { ServerCall } from '../../server-call.ts';

/** CLIENT PAUSE milliseconds [WRITE|ALL] */
export function clientPause(call: ServerCall): void {
  const { arguments: words, reply, keyspace } = call;
  if (words.count > 4)
    return reply.error("ERR unknown subcommand or wrong number of arguments for 'PAUSE'. Try CLIENT HELP.");
  const all = words.count === 3 || words.is(3, 'all');
  if (!all && !words.is(3, 'write')) return reply.error('ERR CLIENT PAUSE mode must be WRITE or ALL');
  const milliseconds = parseInteger(words.bytes, words.start(2), words.end(2));
  if (!Number.isFinite(milliseconds)) return reply.error('ERR timeout is not an integer or out of range');
  if (milliseconds < 0) return reply.error('ERR timeout is negative');
  call.server.pause.start(keyspace.now + milliseconds, all);
  reply.ok();
}

/** CLIENT UNPAUSE */
export function clientUnpause(call: ServerCall): void {
  call.server.pause.end();
  call.reply.ok();
}
