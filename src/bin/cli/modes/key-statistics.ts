import { byteString } from '../bytes.ts';
import { quoted } from '../quoting.ts';
import type { Session } from '../session.ts';
import { humanBytes } from './human-bytes.ts';
import { allowReplicas, databaseSize, roundsPerPause, scanRounds } from './key-scan.ts';
import { KeyTotals } from './key-totals.ts';
import { lengthsOf, memoryOf, typesOf } from './key-types.ts';
import { distributionTable, topPerType, topSizes, typeTable } from './statistics-tables.ts';

/** --keystats: memory and length of all keys, the largest ones, and how they are distributed. */
export async function reportKeyStatistics(session: Session): Promise<number> {
  await session.connectOrFail();
  const { output, settings } = session;
  const size = await databaseSize(session);
  await allowReplicas(session);
  output.text(
    `\n# Looking at memory and length of every key.\n# With -i 0.1, waits 0.1 seconds after every ${roundsPerPause} SCAN commands.\n# --cursor <n> starts at a cursor, --top <n> lists more or fewer of the largest keys.\n\n`,
  );
  const totals = new KeyTotals(settings.topCount);
  for await (const { keys, cursor } of scanRounds(session, roundsPerPause, settings.scanCursor)) {
    const types = await typesOf(session, keys);
    const memory = await memoryOf(session, keys, types);
    const lengths = await lengthsOf(session, keys, types);
    keys.forEach((key, i) => {
      if (types[i] === undefined) return;
      totals.add({
        name: quoted(byteString(key)),
        nameBytes: key.length,
        type: types[i],
        memoryBytes: memory[i]!,
        length: lengths[i]!,
      });
    });
    if (settings.format === 'plain') output.text(`\r\x1b[K${progressText(totals, size, cursor)}`);
  }
  if (settings.format === 'plain') output.text('\r\x1b[K');
  output.text(summary(totals));
  return 0;
}

function progressText(totals: KeyTotals, size: number, cursor: string): string {
  const share = size === 0 ? 100 : Math.min(100, (100 * totals.count) / size);
  return `${share.toFixed(2)}% keys scanned (cursor ${cursor}), ${humanBytes(totals.memoryBytes)}`;
}

function summary(totals: KeyTotals): string {
  return [
    '100.00% keys scanned',
    `Keys sampled: ${totals.count}`,
    `Keys size:    ${humanBytes(totals.memoryBytes)}`,
    '',
    ...topSizes(totals),
    '',
    ...topPerType(totals),
    '',
    ...distributionTable('Key size', totals.memorySizes),
    '',
    ...distributionTable('Key name length', totals.nameSizes),
    '',
    ...typeTable(totals),
    '',
  ].join('\n');
}
