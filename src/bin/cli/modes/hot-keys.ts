import { replyText } from '../../../protocol/client/reply.ts';
import { byteString } from '../bytes.ts';
import { Failure } from '../failure.ts';
import { quoted } from '../quoting.ts';
import type { Session } from '../session.ts';
import { percentage } from './big-keys.ts';
import { allowReplicas, databaseSize, requestAll, roundsPerPause, scanRounds } from './key-scan.ts';

const hotKeysMax = 16;

interface HotKey {
  readonly key: string;
  readonly frequency: number;
}

/** --hotkeys: the keys with the highest access counters, which the server keeps under an LFU policy. */
export async function findHotKeys(session: Session): Promise<number> {
  await session.connectOrFail();
  const { output } = session;
  const size = await databaseSize(session);
  await allowReplicas(session);
  output.text(
    `\n# Looking at the access counter of every key.\n# With -i 0.1, waits 0.1 seconds after every ${roundsPerPause} SCAN commands.\n\n`,
  );
  const hottest: HotKey[] = [];
  let sampled = 0;
  for await (const { keys } of scanRounds(session, roundsPerPause)) {
    const frequencies = await frequenciesOf(session, keys);
    keys.forEach((key, i) => {
      const found = { key: quoted(byteString(key)), frequency: frequencies[i]! };
      if (!insert(hottest, found)) return;
      const progress = percentage(sampled, size);
      output.text(`[${progress}%] Hot key ${found.key} found so far with counter ${found.frequency}\n`);
    });
    sampled += keys.length;
  }
  output.text(`\n-------- summary -------\n\nSampled ${sampled} keys in the keyspace!\n`);
  for (const { key, frequency } of hottest) {
    output.text(`hot key found with counter: ${frequency}\tkeyname: ${key}\n`);
  }
  return 0;
}

/** Keeps the list sorted, the hottest first, and short. False when the key is not hot enough. */
function insert(hottest: HotKey[], found: HotKey): boolean {
  if (found.frequency === 0) return false;
  const at = hottest.findIndex(({ frequency }) => frequency < found.frequency);
  if (at < 0 && hottest.length === hotKeysMax) return false;
  hottest.splice(at < 0 ? hottest.length : at, 0, found);
  hottest.length = Math.min(hottest.length, hotKeysMax);
  return true;
}

async function frequenciesOf(session: Session, keys: readonly Uint8Array[]): Promise<number[]> {
  const replies = await requestAll(
    session,
    keys.map((key) => ['OBJECT', 'FREQ', key]),
  );
  return replies.map((reply) => {
    if (reply.kind === 'error') throw new Failure(`Error: ${replyText(reply)}`);
    return reply.kind === 'integer' ? Number(reply.value) : 0;
  });
}
