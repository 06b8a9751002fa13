/** Cold. SAVE, BGSAVE and LASTSAVE. */
import { SYNTAX } from '../../../commands/errors.ts';
import type { ServerCall } from '../../server-call.ts';

const IN_PROGRESS = 'ERR Background save already in progress';
const OTHER_IN_PROGRESS =
  "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.";

/** SAVE: everybody waits until it is done. */
export function save(call: ServerCall): void {
  const { snapshots } = call.server;
  if (snapshots.isInProgress) return call.reply.error(IN_PROGRESS);
  snapshots.saves++;
  if (snapshots.save()) call.reply.ok();
  else call.reply.error('ERR');
}

/** BGSAVE [SCHEDULE | CANCEL] */
export function bgsave(call: ServerCall): void {
  const { arguments: words, reply, server } = call;
  const isScheduling = words.count === 2 && words.is(1, 'schedule');
  const isCancelling = words.count === 2 && words.is(1, 'cancel');
  if (words.count > 1 && !isScheduling && !isCancelling) return reply.error(SYNTAX);
  if (isCancelling) return cancel(call);
  const { snapshots, snapshotting } = server;
  if (snapshots.isInProgress) return reply.error(IN_PROGRESS);
  if (!snapshotting.isRunning) {
    snapshots.start();
    reply.simple('Background saving started');
  } else if (isScheduling) {
    snapshots.isScheduled = true;
    reply.simple('Background saving scheduled');
  } else {
    reply.error(OTHER_IN_PROGRESS);
  }
}

function cancel({ reply, server: { snapshots } }: ServerCall): void {
  const wasInProgress = snapshots.isInProgress;
  if (!snapshots.cancel())
    return reply.error('ERR Background saving is currently not in progress or scheduled');
  reply.simple(wasInProgress ? 'Background saving cancelled' : 'Scheduled background saving cancelled');
}

/** LASTSAVE: seconds of the epoch. */
export function lastsave(call: ServerCall): void {
  call.reply.integer(call.server.snapshots.lastSavedAt);
}
