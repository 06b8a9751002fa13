import { pause } from '../pause.ts';
import type { Session } from '../session.ts';
import { pingMs } from './latency.ts';

/** Time between two samples. */
const sampleEveryMs = 10;
const rowsPerLegend = 20;

/** The upper bound of each class of latencies in milliseconds, and the character that stands for it. */
const classes: readonly (readonly [boundMs: number, sign: string])[] = [
  [0.01, '.'],
  [0.125, '-'],
  [0.25, '*'],
  [0.5, '#'],
  ...Array.from({ length: 9 }, (_, i): [number, string] => [i + 1, String(i + 1)]),
  ...Array.from({ length: 5 }, (_, i): [number, string] => [(i + 1) * 10, 'ABCDE'[i]!]),
  ...Array.from({ length: 5 }, (_, i): [number, string] => [(i + 1) * 100, 'FGHIJ'[i]!]),
  [1000, 'K'],
  [2000, 'L'],
  [4000, 'M'],
  [8000, 'N'],
  [16_000, 'O'],
  [30_000, 'P'],
  [60_000, 'Q'],
  [Number.POSITIVE_INFINITY, '?'],
];

/** Colours of a 256-colour terminal, from none of the samples to all of them. */
const palette = [0, 233, 234, 235, 237, 239, 241, 243, 245, 247, 144, 143, 142, 184, 226, 214, 208, 202, 196];

/** --latency-dist: a row of colours every interval, one column for each class of latencies. */
export async function showLatencyDistribution(session: Session): Promise<number> {
  await session.connectOrFail();
  const intervalMs = session.settings.intervalMs ?? 1000;
  for (let row = 0; ; row++) {
    if (row % rowsPerLegend === 0) session.output.text(legend());
    session.output.text(spectrum(await sampleFor(session, intervalMs)));
  }
}

async function sampleFor(session: Session, intervalMs: number): Promise<number[]> {
  const counts = classes.map(() => 0);
  const started = performance.now();
  while (performance.now() - started <= intervalMs) {
    const sample = await pingMs(session);
    const index = classes.findIndex(([boundMs]) => sample <= boundMs);
    counts[index] = counts[index]! + 1;
    await pause(sampleEveryMs);
  }
  return counts;
}

function spectrum(counts: readonly number[]): string {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const cells = classes.map(([, sign], i) => {
    const share = total === 0 ? 0 : counts[i]! / total;
    return `\x1b[48;5;${palette[Math.ceil(share * (palette.length - 1))]}m${sign}`;
  });
  return `\x1b[38;5;0m${cells.join('')}\x1b[0m\n`;
}

function legend(): string {
  const colours = palette.map((colour) => `\x1b[48;5;${colour}m `).join('');
  const line = '---------------------------------------------\n';
  return `${line}. - * #          .01 .125 .25 .5 milliseconds
1,2,3,...,9      from 1 to 9     milliseconds
A,B,C,D,E        10,20,30,40,50  milliseconds
F,G,H,I,J        .1,.2,.3,.4,.5       seconds
K,L,M,N,O,P,Q,?  1,2,4,8,16,30,60,>60 seconds
From 0 to 100%: ${colours}\x1b[0m
${line}`;
}
