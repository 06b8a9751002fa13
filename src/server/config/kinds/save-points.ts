/** Cold. When to save by itself: after so many seconds with so many changes. */
import type { Kind } from '../declaration.ts';
import { Rejection } from '../rejection.ts';
import { parseLong, toInt } from './c-numbers.ts';

export interface SavePoint {
  readonly seconds: bigint;
  readonly changes: number;
}

const INVALID = 'Invalid save parameters';

function printPoint(point: SavePoint): string {
  return `${point.seconds} ${point.changes}`;
}

export const savePoints: Kind<readonly SavePoint[]> = {
  empty: [],
  severalWords: true,
  accumulates: true,
  parse(words, current) {
    if (words.length === 0 || (words.length === 1 && words[0] === '')) return [];
    if (words.length % 2 !== 0) return new Rejection(INVALID);
    const points: SavePoint[] = [];
    for (let i = 0; i < words.length; i += 2) {
      const seconds = parseLong(words[i]);
      const changes = parseLong(words[i + 1]);
      if (seconds === undefined || seconds < 1n || changes === undefined) return new Rejection(INVALID);
      points.push({ seconds, changes: toInt(changes) });
    }
    return points.some((point) => point.changes < 0) ? new Rejection(INVALID) : [...current, ...points];
  },
  print: (points) => points.map(printPoint).join(' '),
  lines(points) {
    if (points.length === 0) return [{ text: '""', needed: true }];
    return points.map((point) => ({ text: printPoint(point), needed: true }));
  },
};
