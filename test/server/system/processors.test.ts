/** Lists of processors, as server-cpulist has them. */
import { expect, test } from 'bun:test';
import { parseProcessors } from '../../../src/server/system/processors.ts';

/** The processors of a list, or undefined. */
function processors(text: string): number[] | undefined {
  const set = parseProcessors(text);
  if (set === undefined) return undefined;
  return Array.from({ length: set.length * 8 }, (_, index) => index).filter(
    (index) => ((set[index >> 3]! >> (index & 7)) & 1) === 1,
  );
}

test('numbers, ranges and steps', () => {
  expect(processors('0')).toEqual([0]);
  expect(processors('1,3, 8-10')).toEqual([1, 3, 8, 9, 10]);
  expect(processors('0-7:3,1023')).toEqual([0, 3, 6, 1023]);
});

test.each(['x', '', '1,', '3-1', '0-4:0', '1024', '0-1024', '-1', '1:2', '0x1'])('%j is none', (text) => {
  expect(processors(text)).toBeUndefined();
});
