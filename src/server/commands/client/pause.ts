/** Cold. CLIENT PAUSE and CLIENT UNPAUSE. */
import { wrongSubcommand } from '../../../commands/errors.ts';
import { parseOrder } from '../../../memory/integers.ts';
import type { ServerCall } from '../../server-call.ts';

/** What a clock of 64 bits can still count to, roughly. */
const TIMEOUT_MAX = 2 ** 63 - 2 ** 42;

/** CLIENT PAUSE milliseconds [WRITE|ALL] */
export function clientPause(call: ServerCall): void {
  const { arguments: words, reply, keyspace } = call;
  if (words.count > 4) return reply.error(wrongSubcommand('CLIENT', words.text(1)));
  const all = words.count === 3 || words.is(3, 'all');
  if (!all && !words.is(3, 'write')) return reply.error('ERR CLIENT PAUSE mode must be WRITE or ALL');
  const milliseconds = parseOrder(words.bytes, words.start(2), words.end(2));
  if (Number.isNaN(milliseconds)) return reply.error('ERR timeout is not an integer or out of range');
  if (milliseconds < 0) return reply.error('ERR timeout is negative');
  if (milliseconds > TIMEOUT_MAX) return reply.error('ERR timeout is out of range');
  call.server.pause.start(keyspace.now + milliseconds, all);
  reply.ok();
}

/** CLIENT UNPAUSE */
export function clientUnpause(call: ServerCall): void {
  call.server.pause.end();
  call.reply.ok();
}
