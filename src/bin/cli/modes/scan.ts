import { byteString } from '../bytes.ts';
import { quoted } from '../quoting.ts';
import type { Session } from '../session.ts';
import { scanRounds } from './key-scan.ts';

/** --scan: every key on a line. */
export async function listKeys(session: Session): Promise<number> {
  await session.connectOrFail();
  const plain = session.settings.format === 'plain';
  for await (const { keys } of scanRounds(session, 1)) {
    for (const key of keys) {
      const name = byteString(key);
      session.output.text(`${plain ? quoted(name) : name}\n`);
    }
  }
  return 0;
}
