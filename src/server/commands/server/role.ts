/** Cold. ROLE and REPLICAOF of a server that is always a primary without replicas. */
import { parseInteger } from '../../../memory/integers.ts';
import type { ServerCall } from '../../server-call.ts';

const PORT_MAX = 65535;

/** ROLE */
export function role(call: ServerCall): void {
  const { reply } = call;
  reply.array(3);
  reply.text('master');
  reply.integer(0);
  reply.array(0);
}

/** REPLICAOF host port | NO ONE; SLAVEOF is the same. */
export function replicaof(call: ServerCall): void {
  const { arguments: words, reply } = call;
  if (words.is(1, 'no') && words.is(2, 'one')) return reply.ok();
  const port = parseInteger(words.bytes, words.start(2), words.end(2));
  if (!(port >= 0 && port <= PORT_MAX)) return reply.error('ERR Invalid master port');
  reply.error('ERR this version cannot be a replica');
}
