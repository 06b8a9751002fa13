/** Figures of several servers, their medians, and the ratio of the first to the best of the others. */

/** One row: what was measured, and the samples of each server. */
export interface Row {
  readonly label: string;
  readonly unit: string;
  /** Whether less is better. */
  readonly lessIsBetter: boolean;
  readonly samples: ReadonlyMap<string, number[]>;
}

export function rowOf(label: string, unit: string, lessIsBetter = true): Row {
  return { label, unit, lessIsBetter, samples: new Map() };
}

export function record(row: Row, server: string, sample: number): void {
  const samples = row.samples as Map<string, number[]>;
  samples.set(server, [...(samples.get(server) ?? []), sample]);
}

function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The first server's median over the best of the others'; undefined when it is alone. */
function ratioOf(row: Row): number | undefined {
  const [ours, ...others] = [...row.samples.values()].map(median);
  if (ours === undefined || others.length === 0) return undefined;
  return ours / (row.lessIsBetter ? Math.min(...others) : Math.max(...others));
}

/** A table with a column for each server and one for the ratio. */
export function table(title: string, rows: readonly Row[], servers: readonly string[]): string {
  const head = [title, 'unit', ...servers, 'ratio'];
  const body = rows.map((row) => {
    const figures = servers.map((server) => figure(median(row.samples.get(server) ?? [Number.NaN])));
    const ratio = ratioOf(row);
    return [row.label, row.unit, ...figures, ratio === undefined ? '' : ratio.toFixed(2)];
  });
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((cells) => cells[column]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ');
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...body.map(line)].join('\n');
}

function figure(value: number): string {
  if (Number.isNaN(value)) return '-';
  if (Math.abs(value) >= 1000) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 100 ? 1 : 2);
}
