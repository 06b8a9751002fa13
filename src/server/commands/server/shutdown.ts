/** Cold. SHUTDOWN. */
import { SYNTAX } from '../../../commands/errors.ts';
import type { ServerCall } from '../../server-call.ts';

/** SHUTDOWN [NOSAVE|SAVE] [NOW] [FORCE] [ABORT]: no reply when it works, for there is nobody left to give it. */
export function shutdown(call: ServerCall): void {
  const { arguments: words, reply, server, client } = call;
  const wanted = new Set<string>();
  for (let i = 1; i < words.count; i++) wanted.add(words.text(i).toLowerCase());
  const known = [...wanted].every((word) => ['save', 'nosave', 'now', 'force', 'abort'].includes(word));
  const contradicts = wanted.has('save') && wanted.has('nosave');
  if (!known || contradicts || (wanted.has('abort') && wanted.size > 1)) return reply.error(SYNTAX);
  // Nothing is waited for, so there is never a shutdown under way to abort.
  if (wanted.has('abort')) return reply.error('ERR No shutdown in progress.');
  const begun = server.shutdown.begin({
    save: wanted.has('save'),
    noSave: wanted.has('nosave'),
    now: wanted.has('now'),
    force: wanted.has('force'),
  });
  if (!begun) return reply.error('ERR Errors trying to SHUTDOWN. Check logs.');
  client.stopped = true;
}
