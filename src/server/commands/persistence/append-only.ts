/** Cold. BGREWRITEAOF and WAITAOF. */
import { millisecondsTimeout } from '../../../commands/blocking.ts';
import { parseInteger } from '../../../memory/integers.ts';
import { APPENDONLY_IS_OFF } from '../../persistence/sync-waiters.ts';
import type { ServerCall } from '../../server-call.ts';

const LOCAL_OUT_OF_RANGE = 'ERR value is out of range, value must between 0 and 1';
const REPLICAS_OUT_OF_RANGE = 'ERR value is out of range, must be positive';
const NOT_AN_INTEGER = 'ERR value is not an integer or out of range';

/** BGREWRITEAOF */
export function bgrewriteaof({ reply, server }: ServerCall): void {
  const { rewrite } = server.appendOnly;
  if (rewrite.isInProgress)
    return reply.error('ERR Background append only file rewriting already in progress');
  if (server.snapshotting.isRunning) {
    rewrite.isScheduled = true;
    return reply.simple('Background append only file rewriting scheduled');
  }
  if (rewrite.start()) return reply.simple('Background append only file rewriting started');
  reply.error(
    "ERR Can't execute an AOF background rewriting. Please check the server logs for more information.",
  );
}

/** WAITAOF numlocal numreplicas timeout: waits until the client's writes are on so many disks. */
export function waitaof(call: ServerCall): void {
  const { client, reply, server } = call;
  const local = numberWord(call, 1, 1, LOCAL_OUT_OF_RANGE);
  if (local < 0) return;
  const replicas = numberWord(call, 2, Number.POSITIVE_INFINITY, REPLICAS_OUT_OF_RANGE);
  if (replicas < 0) return;
  const until = millisecondsTimeout(call, 3);
  if (until < 0) return;
  if (local > 0 && server.appendOnly.state === 'off') return reply.error(APPENDONLY_IS_OFF);
  server.appendOnly.waiters.wait(call, { offset: client.writeOffset, local: local > 0, replicas, until });
}

/** A word as a number from 0 to `most`; -1 after having replied with an error. */
function numberWord(
  { arguments: words, reply }: ServerCall,
  index: number,
  most: number,
  outOfRange: string,
): number {
  const value = parseInteger(words.bytes, words.start(index), words.end(index));
  if (value >= 0 && value <= most) return value;
  reply.error(Number.isNaN(value) ? NOT_AN_INTEGER : outOfRange);
  return -1;
}
