import type { Reply } from '../../protocol/client/reply.ts';
import type { ByteString } from './bytes.ts';
import { leadingInteger } from './number-text.ts';
import type { Session } from './session.ts';

/** Keeps the session's idea of the connection true after a command whose reply has come. */
export async function noteStateChange(
  session: Session,
  args: readonly ByteString[],
  reply: Reply,
): Promise<void> {
  const name = args[0]!.toLowerCase();
  if (name === 'exec' && args.length === 1 && session.inTransaction) {
    const discarded = reply.kind === 'error' || reply.kind === 'nil';
    endTransaction(session, discarded);
    return;
  }
  if (reply.kind === 'error') return;
  switch (`${name}/${args.length}`) {
    case 'select/2':
      useDatabase(session, leadingInteger(args[1]!));
      break;
    case 'multi/1':
      session.databaseBeforeTransaction = session.database;
      break;
    case 'discard/1':
      endTransaction(session, true);
      break;
    case 'auth/2':
    case 'auth/3':
      await session.select();
      break;
    case 'reset/1':
      session.forgetState();
      session.settings.target.database = 0;
      break;
    default:
      if (name === 'hello') noteProtocol(session, args[1]);
  }
}

/** In a transaction SELECT is only queued; the prompt runs ahead and returns when nothing comes of it. */
function endTransaction(session: Session, discarded: boolean): void {
  const before = session.databaseBeforeTransaction;
  session.databaseBeforeTransaction = undefined;
  if (discarded && before !== undefined) useDatabase(session, before);
}

/** The user's choice: in effect now, and selected again after a reconnection. */
function useDatabase(session: Session, database: number): void {
  session.database = database;
  session.settings.target.database = database;
}

function noteProtocol(session: Session, version: ByteString | undefined): void {
  if (version === '2') session.settings.protocol = 2;
  if (version === '3') session.settings.protocol = 3;
}
