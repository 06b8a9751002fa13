/** Hot. PING and ECHO. */
import { wrongArity } from '../../../commands/errors.ts';
import type { ServerCall } from '../../server-call.ts';

/** PING [message] */
export function ping(call: ServerCall): void {
  const { arguments: words, reply } = call;
  if (words.count === 1) return reply.pong();
  if (words.count > 2) return reply.error(wrongArity('ping'));
  reply.bulk(words.bytes, words.start(1), words.end(1));
}

/** ECHO message */
export function echo(call: ServerCall): void {
  const { arguments: words, reply } = call;
  reply.bulk(words.bytes, words.start(1), words.end(1));
}
