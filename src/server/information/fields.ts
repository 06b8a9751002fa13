/** Cold. How INFO writes what it tells. */
import type { Server } from '../server.ts';

export type Field = readonly [name: string, value: string | number];

/** One part of INFO. */
export interface Section {
  /** As its heading shows it; asked for in any letter case. */
  readonly title: string;
  /** What asks for it if not its own name: INFO alone ("default"), "all" and "everything", or nothing. */
  readonly shown: 'default' | 'all' | 'named';
  fields(server: Server): Field[];
}

const UNITS = ['B', 'K', 'M', 'G', 'T', 'P'];

/** "786.03K" */
export function humanBytes(bytes: number): string {
  if (Math.abs(bytes) < 1024) return `${bytes}B`;
  let unit = 0;
  let value = bytes;
  while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(2)}${UNITS[unit]}`;
}

/** A quotient with two digits; 0 when there is nothing to divide by. */
export function ratio(dividend: number, divisor: number): string {
  return (divisor === 0 ? 0 : dividend / divisor).toFixed(2);
}

/** "50.73%" */
export function percent(part: number, whole: number): string {
  return `${(whole === 0 ? 0 : (part / whole) * 100).toFixed(2)}%`;
}
