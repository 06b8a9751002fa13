/** Cold. Commands on whole databases: DBSIZE, FLUSHDB, FLUSHALL, SWAPDB. */
import { DATABASE_OUT_OF_RANGE, SYNTAX } from '../../../commands/errors.ts';
import { flushAll, flushDatabase } from '../../../keyspace/flush.ts';
import { parseInteger } from '../../../memory/integers.ts';
import type { ServerCall } from '../../server-call.ts';

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;

/** DBSIZE */
export function dbsize(call: ServerCall): void {
  call.reply.integer(call.database.size);
}

/** FLUSHDB [ASYNC|SYNC] */
export function flushdb(call: ServerCall): void {
  const inBackground = isInBackground(call);
  if (inBackground === undefined) return;
  call.keyspace.dirty += flushDatabase(call.database, inBackground);
  call.server.propagation.force();
  call.reply.ok();
}

/** FLUSHALL [ASYNC|SYNC] */
export function flushall(call: ServerCall): void {
  const inBackground = isInBackground(call);
  if (inBackground === undefined) return;
  call.keyspace.dirty += flushAll(call.keyspace, inBackground);
  call.server.snapshots.flushedAll();
  call.server.propagation.force();
  call.reply.ok();
}

/** SWAPDB index1 index2 */
export function swapdb(call: ServerCall): void {
  const { keyspace, reply } = call;
  const first = indexArgument(call, 1);
  if (Number.isNaN(first)) return reply.error('ERR invalid first DB index');
  const second = indexArgument(call, 2);
  if (Number.isNaN(second)) return reply.error('ERR invalid second DB index');
  if (keyspace.databases[first] === undefined || keyspace.databases[second] === undefined)
    return reply.error(DATABASE_OUT_OF_RANGE);
  keyspace.swap(first, second);
  keyspace.dirty++;
  reply.ok();
}

/** Whether a flush is to free its keys later; undefined after having replied with an error. */
function isInBackground(call: ServerCall): boolean | undefined {
  const { arguments: words, keyspace } = call;
  if (words.count === 1) return keyspace.lazyFree.byDefault;
  if (words.count === 2 && words.is(1, 'async')) return true;
  if (words.count === 2 && words.is(1, 'sync')) return false;
  call.reply.error(SYNTAX);
  return undefined;
}

function indexArgument(call: ServerCall, index: number): number {
  const words = call.arguments;
  const value = parseInteger(words.bytes, words.start(index), words.end(index));
  return value >= INT_MIN && value <= INT_MAX ? value : Number.NaN;
}
