import type { RequestArgument } from '../../../protocol/client/encoder.ts';
import { replyText } from '../../../protocol/client/reply.ts';
import { Failure } from '../failure.ts';
import type { Session } from '../session.ts';
import { requestAll } from './key-scan.ts';

/** Commands sent at once. */
const batchSize = 250;
const reportEveryMs = 1000;
/** With this exponent about four fifths of the requests go to one fifth of the keys. */
const skew = 6.2;

/** --lru-test: writes and reads keys by a power law, and prints how often reads hit. Runs until interrupted. */
export async function testLru(session: Session): Promise<number> {
  await session.connectOrFail();
  for (;;) {
    const { hits, misses, elapsedMs } = await measure(session);
    const gets = hits + misses;
    const share = (part: number) => `${part} (${((100 * part) / gets).toFixed(2)}%)`;
    const rate = Math.round((gets * 1000) / elapsedMs);
    session.output.text(`${rate} Gets/sec | Hits: ${share(hits)} | Misses: ${share(misses)}\n`);
  }
}

async function measure(session: Session): Promise<{ hits: number; misses: number; elapsedMs: number }> {
  const started = performance.now();
  let hits = 0;
  let misses = 0;
  while (performance.now() - started < reportEveryMs) {
    await batch(session, (key) => ['SET', key, randomValue()]);
    for (const reply of await batch(session, (key) => ['GET', key])) {
      if (reply.kind === 'nil') misses += 1;
      else hits += 1;
    }
  }
  return { hits, misses, elapsedMs: performance.now() - started };
}

async function batch(session: Session, request: (key: string) => RequestArgument[]) {
  const keys = Array.from({ length: batchSize }, () => `lru:${randomRank(session.settings.lruTestKeys)}`);
  const replies = await requestAll(session, keys.map(request));
  const refused = replies.find(({ kind }) => kind === 'error');
  if (refused !== undefined) throw new Failure(`Error: ${replyText(refused)}`);
  return replies;
}

/** A rank from 1 to `max`, the low ones far more often. */
function randomRank(max: number): number {
  const first = 1;
  const last = max + 1;
  const exponent = skew + 1;
  const low = first ** exponent;
  const high = last ** exponent;
  const rank = ((high - low) * Math.random() + low) ** (1 / exponent);
  return Math.max(1, max - Math.floor(rank) + 1);
}

function randomValue(): string {
  return Math.random().toString(36).slice(2, 7);
}
