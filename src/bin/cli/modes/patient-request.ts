import type { RequestArgument } from '../../../protocol/client/encoder.ts';
import type { Reply } from '../../../protocol/client/reply.ts';
import { ConnectionError } from '../connection.ts';
import { pause } from '../pause.ts';
import type { Session } from '../session.ts';

const retryEveryMs = 1000;

/**
 * Sends a command and returns its reply. When the server goes away, tells so in a line of its own and waits until it is
 * back: whoever watches a server is most interested when it starts again.
 */
export async function requestPatiently(session: Session, args: readonly RequestArgument[]): Promise<Reply> {
  for (let attempt = 0; ; attempt++) {
    if (attempt > 0) {
      session.output.text(`\r\x1b[0KReconnecting... ${attempt}\r`);
      await session.connect('quietly').catch(ignoreConnectionError);
    }
    const reply = await session.request(args).catch(ignoreConnectionError);
    if (reply !== undefined) {
      if (attempt > 0) session.output.text('\r\x1b[0K');
      return reply;
    }
    if (attempt > 0) await pause(retryEveryMs);
  }
}

function ignoreConnectionError(error: unknown): undefined {
  if (!(error instanceof ConnectionError)) throw error;
  return undefined;
}
