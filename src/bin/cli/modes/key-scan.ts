import type { RequestArgument } from '../../../protocol/client/encoder.ts';
import { type Reply, replyElements, replyText } from '../../../protocol/client/reply.ts';
import { bytesOf } from '../bytes.ts';
import { Failure } from '../failure.ts';
import { pause } from '../pause.ts';
import type { Session } from '../session.ts';

/** Rounds of SCAN after which an interval (-i) is waited, in modes that ask about every key. */
export const roundsPerPause = 100;

/** Keys that one round of SCAN returned, and where the next one goes on: "0" at the end. */
export interface ScanRound {
  readonly keys: readonly Uint8Array[];
  readonly cursor: string;
}

/**
 * All keys that match the options, a round at a time.
 * @param roundsPerInterval how many rounds to make between pauses of the interval that was asked for.
 */
export async function* scanRounds(
  session: Session,
  roundsPerInterval: number,
  start = '0',
): AsyncGenerator<ScanRound> {
  const { settings } = session;
  let cursor = start;
  for (let round = 1; ; round++) {
    const [next, keys] = scanParts(await session.request(scanRequest(session, cursor)));
    cursor = next;
    yield { keys, cursor };
    if (cursor === '0') return;
    if (settings.intervalMs !== undefined && round % roundsPerInterval === 0)
      await pause(settings.intervalMs);
  }
}

/** The number of keys in the database. @throws Failure */
export async function databaseSize(session: Session): Promise<number> {
  const reply = await session.request(['DBSIZE']);
  if (reply.kind !== 'integer') throw new Failure(`Couldn't determine DBSIZE: ${replyText(reply) ?? ''}`);
  return Number(reply.value);
}

/** Replicas of a cluster answer questions about keys only to connections that said this; others refuse it. */
export async function allowReplicas(session: Session): Promise<void> {
  await session.request(['READONLY']);
}

/** Sends several commands at once; their replies, in order. */
export async function requestAll(
  session: Session,
  requests: readonly (readonly RequestArgument[])[],
): Promise<Reply[]> {
  const connection = session.connectionOrThrow();
  for (const request of requests) connection.send(request);
  const replies: Reply[] = [];
  while (replies.length < requests.length) replies.push(await session.receive());
  return replies;
}

function scanRequest({ settings }: Session, cursor: string): RequestArgument[] {
  const request: RequestArgument[] = ['SCAN', cursor];
  if (settings.pattern !== undefined) request.push('MATCH', bytesOf(settings.pattern));
  request.push('COUNT', settings.scanCount);
  if (settings.scanType !== undefined) request.push('TYPE', settings.scanType);
  return request;
}

function scanParts(reply: Reply): [cursor: string, keys: Uint8Array[]] {
  if (reply.kind === 'error') throw new Failure(`SCAN error: ${replyText(reply)}`);
  if (reply.kind !== 'array') throw new Failure('Non ARRAY response from SCAN!');
  const [cursor, keys] = reply.elements;
  if (reply.elements.length !== 2 || cursor === undefined || keys === undefined) {
    throw new Failure('Invalid element count from SCAN!');
  }
  return [
    replyText(cursor) ?? '0',
    replyElements(keys).flatMap((key) => ('bytes' in key ? [key.bytes] : [])),
  ];
}
