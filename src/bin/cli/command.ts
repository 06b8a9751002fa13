import type { Reply } from '../../protocol/client/reply.ts';
import { type ByteString, byteString, bytesOf } from './bytes.ts';
import { noteStateChange } from './command-state.ts';
import { ConnectionError } from './connection.ts';
import { pause } from './pause.ts';
import { type Redirection, redirectionIn } from './redirection.ts';
import type { Session } from './session.ts';
import { isConfirmation } from './subscriptions.ts';

/** How a command ended. `failed` is an error reply while -e is in effect; its text has been printed. */
export type Outcome = 'done' | 'failed' | 'disconnected';

/** Bounds a chase through a cluster whose nodes point at each other. */
const redirectionsMax = 16;

/**
 * Sends a command `repeat` times and prints the replies.
 * REQUIRES: the session is connected.
 * @throws ConnectionError when the server is gone, ReplyError when it does not speak RESP.
 */
export async function runCommand(
  session: Session,
  args: readonly ByteString[],
  repeat: number,
): Promise<Outcome> {
  const { intervalMs } = session.settings;
  for (let run = 0; repeat < 0 || run < repeat; run++) {
    if (run > 0 && intervalMs !== undefined) await pause(intervalMs);
    const outcome = await runOnce(session, args);
    if (outcome !== 'done') return outcome;
  }
  return 'done';
}

async function runOnce(session: Session, args: readonly ByteString[]): Promise<Outcome> {
  const name = args[0]!.toLowerCase();
  const request = args.map(bytesOf);
  session.connectionOrThrow().send(request);
  if (name === 'monitor') return printForEver(session);
  const confirmations = session.subscriptions.confirmationsExpected(name, args.length - 1);
  if (confirmations > 0) return printConfirmations(session, confirmations);
  const first = await receiveOrShutDown(session, name);
  if (first === undefined) return 'disconnected';
  const reply = await followRedirections(session, request, first);
  return concludeCommand(session, args, reply);
}

function concludeCommand(
  session: Session,
  args: readonly ByteString[],
  reply: Reply,
): Promise<Outcome> | Outcome {
  if (reply.kind === 'error' && session.settings.errorsFail) {
    session.output.error(byteString(reply.bytes));
    return 'failed';
  }
  session.output.reply(reply, isReport(args));
  return noteStateChange(session, args, reply).then(() => 'done' as const);
}

/** A server that was told to shut down answers by closing the connection. */
async function receiveOrShutDown(session: Session, name: string): Promise<Reply | undefined> {
  try {
    return await session.receive();
  } catch (error) {
    if (name !== 'shutdown' || !(error instanceof ConnectionError)) throw error;
    session.disconnect();
    return undefined;
  }
}

/** MONITOR: its own reply, and then every command that the server runs, until the connection ends. */
async function printForEver(session: Session): Promise<Outcome> {
  for (;;) session.output.reply(await session.receive(), false);
}

async function printConfirmations(session: Session, count: number): Promise<Outcome> {
  for (let received = 0; received < count; received++) {
    const reply = await session.receive();
    if (!isConfirmation(reply)) {
      // Refused, or queued in a transaction: one reply is all that will come.
      return concludeCommand(session, [''], reply);
    }
    session.output.reply(reply, false);
    session.subscriptions.note(reply);
  }
  return 'done';
}

async function followRedirections(
  session: Session,
  request: readonly Uint8Array[],
  first: Reply,
): Promise<Reply> {
  let reply = first;
  for (let followed = 0; session.settings.followRedirections && followed < redirectionsMax; followed++) {
    const redirection = redirectionIn(reply);
    if (redirection === undefined) return reply;
    await redirect(session, redirection);
    if (redirection.asking) await session.request(['ASKING']);
    reply = await session.request(request);
  }
  return reply;
}

async function redirect(session: Session, { slot, host, port }: Redirection): Promise<void> {
  const { target, format, verbose } = session.settings;
  if (host !== '') target.host = host;
  target.port = port;
  if (format === 'plain' || verbose) {
    session.output.text(`-> Redirected to slot [${slot}] located at ${target.host}:${port}\n`);
  }
  if (!(await session.connect())) throw new ConnectionError('Redirected to a node that cannot be reached');
}

/** First words of the commands that answer with a text of many lines, to be shown without quotes. */
const reports: readonly string[] = [
  'info',
  'lolwut',
  'debug htstats',
  'debug htstats-key',
  'memory malloc-stats',
  'memory doctor',
  'cluster nodes',
  'cluster info',
  'proxy nodes',
  'proxy info',
  'client list',
  'client info',
  'latency graph',
  'latency doctor',
];

function isReport(args: readonly ByteString[]): boolean {
  const first = args[0]!.toLowerCase();
  return (
    reports.includes(first) || (args.length > 1 && reports.includes(`${first} ${args[1]!.toLowerCase()}`))
  );
}
