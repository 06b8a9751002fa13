import { byteString } from '../bytes.ts';
import { quoted } from '../quoting.ts';
import type { Session } from '../session.ts';
import { allowReplicas, databaseSize, roundsPerPause, scanRounds } from './key-scan.ts';
import { keyTypeNamed, knownKeyTypes, lengthsOf, memoryOf, typesOf } from './key-types.ts';

/** What has been seen of one type. */
interface TypeTotals {
  readonly name: string;
  readonly unit: string;
  count: number;
  size: number;
  biggest: { readonly key: string; readonly size: number } | undefined;
}

interface Totals {
  readonly databaseSize: number;
  sampled: number;
  nameBytes: number;
  readonly types: Map<string, TypeTotals>;
}

/** --bigkeys and --memkeys: the biggest key of each type, by elements or by memory. */
export async function findBigKeys(session: Session): Promise<number> {
  await session.connectOrFail();
  const byMemory = !session.settings.modes.has('big-keys');
  const totals: Totals = {
    databaseSize: await databaseSize(session),
    sampled: 0,
    nameBytes: 0,
    types: new Map(),
  };
  for (const { name, unit } of knownKeyTypes) addType(totals, name, byMemory ? 'bytes' : unit);
  await allowReplicas(session);
  session.output.text(
    `\n# Looking at every key for the biggest of each type.\n# With -i 0.1, waits 0.1 seconds after every ${roundsPerPause} SCAN commands.\n\n`,
  );
  for await (const { keys } of scanRounds(session, roundsPerPause)) {
    const types = await typesOf(session, keys);
    const sizes = await (byMemory ? memoryOf : lengthsOf)(session, keys, types);
    const progress = percentage(totals.sampled, totals.databaseSize);
    keys.forEach((key, i) => {
      const type = types[i];
      if (type === undefined) return;
      const into =
        totals.types.get(type) ?? addType(totals, type, byMemory ? 'bytes' : keyTypeNamed(type).unit);
      const news = account(totals, into, quoted(byteString(key)), key.length, sizes[i]!);
      if (news !== undefined) session.output.text(`[${progress}%] ${news}\n`);
    });
  }
  printSummary(session, totals);
  return 0;
}

function addType(totals: Totals, name: string, unit: string): TypeTotals {
  const added: TypeTotals = { name, unit, count: 0, size: 0, biggest: undefined };
  totals.types.set(name, added);
  return added;
}

/** Counts a key. Returns what is to be told when it is the biggest of its type so far. */
function account(
  totals: Totals,
  type: TypeTotals,
  key: string,
  nameBytes: number,
  size: number,
): string | undefined {
  totals.sampled += 1;
  totals.nameBytes += nameBytes;
  type.count += 1;
  type.size += size;
  if (size <= (type.biggest?.size ?? 0)) return undefined;
  type.biggest = { key, size };
  return `Biggest ${type.name.padEnd(6)} found so far ${key} with ${size} ${type.unit}`;
}

function printSummary({ output }: Session, { sampled, nameBytes, types }: Totals): void {
  const all = [...types.values()];
  const lines = [
    '',
    '-------- summary -------',
    '',
    `Sampled ${sampled} keys in the keyspace!`,
    `Total key length in bytes is ${nameBytes} (avg len ${average(nameBytes, sampled)})`,
    '',
  ];
  for (const { name, unit, biggest } of all) {
    if (biggest !== undefined)
      lines.push(`Biggest ${name.padStart(6)} found ${biggest.key} has ${biggest.size} ${unit}`);
  }
  lines.push('');
  for (const { name, unit, count, size } of all) {
    const share = percentage(count, sampled);
    lines.push(
      `${count} ${name}s with ${size} ${unit} (${share}% of keys, avg size ${average(size, count)})`,
    );
  }
  output.text(`${lines.join('\n')}\n`);
}

/** As `05.25`, at least five characters. */
export function percentage(part: number, whole: number): string {
  return (whole === 0 ? 0 : (100 * part) / whole).toFixed(2).padStart(5, '0');
}

function average(sum: number, count: number): string {
  return (count === 0 ? 0 : sum / count).toFixed(2);
}
