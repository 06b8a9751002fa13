/** Cold. A reply that comes later: the client waits, everybody else is served. */
import { Reply } from '../protocol/reply.ts';
import { Output } from '../transport/output.ts';
import type { Client } from './client.ts';
import type { ServerCall } from './server-call.ts';

const CAPACITY = 256;

/** Writes the reply and lets the client go on; called once. A client that has gone is no error. */
export type Answer = (write: (reply: Reply) => void) => void;

/** Makes the client of a running command wait. The command writes no reply; the answer does. */
export function deferReply(call: ServerCall): Answer {
  const { client } = call;
  const isWanted = call.reply.output === call.output;
  client.stopped = true;
  client.connection.pause();
  return (write) => {
    if (client.closing) return;
    const reply = replyFor(client);
    write(reply);
    if (isWanted) client.connection.write(reply.output.bytes, 0, reply.output.length);
    client.stopped = false;
    client.connection.resume();
  };
}

/** A reply of its own, in the client's protocol version. */
function replyFor(client: Client): Reply {
  const reply = new Reply(new Output(CAPACITY));
  reply.version = client.version;
  return reply;
}
