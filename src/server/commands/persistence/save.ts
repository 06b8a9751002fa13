/** Cold. SAVE, BGSAVE and LASTSAVE. */
import { SYNTAX } from '../../../commands/errors.ts';
import type { ServerCall } from '../../server-call.ts';

const IN_PROGRESS = 'ERR Background save already in progress';

/** SAVE: everybody waits until it is done. */
export function save(call: ServerCall): void {
  const { snapshots } = call.server;
  if (snapshots.isInProgress) return call.reply.error(IN_PROGRESS);
  snapshots.saves++;
  if (snapshots.save()) call.reply.ok();
  else call.reply.error('ERR');
}

/** BGSAVE [SCHEDULE] */
export function bgsave(call: ServerCall): void {
  const { arguments: words, reply, server } = call;
  if (words.count > 2 || (words.count === 2 && !words.is(1, 'schedule'))) return reply.error(SYNTAX);
  if (server.snapshots.isInProgress) return reply.error(IN_PROGRESS);
  server.snapshots.start();
  reply.simple('Background saving started');
}

/** LASTSAVE: seconds of the epoch. */
export function lastsave(call: ServerCall): void {
  call.reply.integer(call.server.snapshots.lastSavedAt);
}
