/** Cold. SLOWLOG: reading and emptying the log of slow commands. */
import { wrongSubcommand } from '../../../commands/errors.ts';
import { parseOrder } from '../../../memory/integers.ts';
import type { ServerCall } from '../../server-call.ts';

const COUNT_DEFAULT = 10;

/** SLOWLOG GET [count]: -1 stands for all. */
export function slowlogGet(call: ServerCall): void {
  const { arguments: words, reply, server } = call;
  if (words.count > 3) return reply.error(wrongSubcommand('SLOWLOG', words.text(1)));
  const count = words.count === 2 ? COUNT_DEFAULT : parseOrder(words.bytes, words.start(2), words.end(2));
  if (!(count >= -1)) return reply.error('ERR count should be greater than or equal to -1');
  const { entries } = server.slowLog;
  const shown = count === -1 ? entries : entries.slice(0, count);
  reply.array(shown.length);
  for (const { id, time, microseconds, words: kept, address, clientName } of shown) {
    reply.array(6);
    reply.integer(id);
    reply.integer(time);
    reply.integer(microseconds);
    reply.array(kept.length);
    for (const word of kept) reply.bulk(word, 0, word.length);
    reply.text(address);
    reply.text(clientName);
  }
}

/** SLOWLOG LEN */
export function slowlogLen(call: ServerCall): void {
  call.reply.integer(call.server.slowLog.entries.length);
}

/** SLOWLOG RESET */
export function slowlogReset(call: ServerCall): void {
  call.server.slowLog.clear();
  call.reply.ok();
}
