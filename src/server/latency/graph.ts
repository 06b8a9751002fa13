/** Cold. LATENCY GRAPH: samples drawn in characters, as Redis draws them. */
import type { LatencyEvent, LatencySample } from './monitor.ts';

const ROWS = 4;
/** Samples side by side before a new strip begins. */
const COLUMNS = 80;
/** A row shows three heights. */
const HEIGHTS = ['_', 'o', '#'];
const RULE = '-'.repeat(80);

/** A heading, and strips of columns with each sample's age below. `now` in seconds of the epoch. */
export function drawLatency(name: string, event: LatencyEvent, now: number): string {
  const { samples, maximum } = event;
  const values = samples.map((sample) => sample.milliseconds);
  const high = Math.max(...values);
  const low = Math.min(...values);
  let drawing = `${name} - high ${high} ms, low ${low} ms (all time high ${maximum} ms)\n${RULE}\n`;
  for (let from = 0; from < samples.length; from += COLUMNS)
    drawing += drawStrip(samples.slice(from, from + COLUMNS), low, high - low, now);
  return drawing;
}

function drawStrip(samples: readonly LatencySample[], low: number, range: number, now: number): string {
  const heights = samples.map(({ milliseconds }) =>
    Math.min(
      Math.floor(((milliseconds - low) * ROWS * HEIGHTS.length) / Math.max(1, range)),
      ROWS * HEIGHTS.length - 1,
    ),
  );
  const lines: string[] = [];
  for (let row = ROWS - 1; row >= 0; row--)
    lines.push(heights.map((height) => characterAt(height, row)).join(''));
  lines.push(' '.repeat(samples.length));
  const ages = samples.map((sample) => ageText(now - sample.time));
  const longest = Math.max(...ages.map((age) => age.length));
  for (let at = 0; at < longest; at++) lines.push(ages.map((age) => age[at] ?? ' ').join(''));
  return lines.map((line) => `${line}\n`).join('');
}

function characterAt(height: number, row: number): string {
  const top = Math.floor(height / HEIGHTS.length);
  if (top < row) return ' ';
  return top > row ? '|' : HEIGHTS[height % HEIGHTS.length];
}

function ageText(seconds: number): string {
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 86400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86400)}d`;
}
