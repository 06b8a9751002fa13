import { humanBytes } from './human-bytes.ts';
import type { KeyTotals, SizeCounts, TypeSums } from './key-totals.ts';
import { keyTypeNamed } from './key-types.ts';

/** The largest keys, one a line. */
export function topSizes({ largest, largestMax }: KeyTotals): string[] {
  const rows = largest.map(({ name, type, memoryBytes }, i) => {
    return `${String(i + 1).padStart(3)} ${humanBytes(memoryBytes).padStart(8)} ${type.padEnd(10)} ${name}`;
  });
  return [`--- Top ${largestMax} key sizes ---`, ...rows];
}

/** The largest and the longest key of every type. */
export function topPerType({ types }: KeyTotals): string[] {
  const all = [...types.values()];
  return [
    '--- Top size per type ---',
    ...all.map(
      ({ type, largest }) => `${type.padEnd(10)} ${largest.name} is ${humanBytes(largest.memoryBytes)}`,
    ),
    '',
    '--- Top length and cardinality per type ---',
    ...all.map(
      (sums) => `${sums.type.padEnd(10)} ${sums.longest.name} has ${lengthText(sums, sums.longest.length)}`,
    ),
  ];
}

/** Shares of keys that the table shows a size for; halves of what is left. */
const percentiles = [0, 50, 75, 87.5, 93.75, 96.875, 98.4375, 99.21875, 100];

/** Which sizes the keys do not exceed, up to the largest. */
export function distributionTable(title: string, sizes: SizeCounts): string[] {
  const cumulated = sizes.cumulated();
  const rows = new Map<number, string>();
  for (const percentile of percentiles) {
    const reached = cumulated.find(({ count }) => count * 100 >= percentile * sizes.total);
    if (reached === undefined) continue;
    const { size, count } = reached;
    const share = `${percentile.toFixed(4)}%`;
    rows.set(
      size,
      `${humanBytes(size).padStart(title.length)} ${share.padStart(10)} ${String(count).padStart(11)}`,
    );
  }
  const mean = humanBytes(sizes.mean);
  return [
    `${title} Percentile  Total keys`,
    `${'-'.repeat(title.length)} ---------- -----------`,
    ...rows.values(),
    `Total: ${humanBytes(sizes.sum)}, mean: ${mean}, standard deviation: ${humanBytes(sizes.standardDeviation)}`,
  ];
}

/** Sums and averages of every type. */
export function typeTable({ types, count }: KeyTotals): string[] {
  const rows = [...types.values()].map((sums) => {
    const share = `${((100 * sums.count) / count).toFixed(2)}%`;
    return [
      sums.type.padEnd(10),
      String(sums.count).padStart(11),
      share.padStart(8),
      humanBytes(sums.memoryBytes).padStart(9),
      humanBytes(sums.memoryBytes / sums.count).padStart(9),
      lengthText(sums, sums.length).padStart(19),
      averageLengthText(sums).padStart(12),
    ].join('');
  });
  return [
    'Type        Total keys  Keys % Tot size Avg size  Total length/card Avg ln/card',
    '--------- ------------ ------- -------- -------- ------------------ -----------',
    ...rows,
  ];
}

function lengthText({ type }: TypeSums, length: number): string {
  return type === 'string' ? humanBytes(length) : `${length} ${keyTypeNamed(type).unit}`;
}

function averageLengthText({ type, length, count }: TypeSums): string {
  return type === 'string' ? humanBytes(length / count) : (length / count).toFixed(2);
}
