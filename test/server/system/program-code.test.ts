/** The memory of the program's code: where it is, and that it goes and comes back. */
import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { systemControl } from '../../../src/server/system/process-control.ts';
import { codeOf } from '../../../src/server/system/program-code.ts';

const MAPS = `00200000-01a39000 r--p 00000000 fe:00 5308419                            /opt/cin nabar/server
01a40000-0684a000 r-xp 01838000 fe:00 5308419                            /opt/cin nabar/server
06867000-06f5e000 rw-p 0665e000 fe:00 5308419                            /opt/cin nabar/server
7f6500000000-7f6600000000 r-xp 00000000 00:00 0
7f6704f6a000-7f67050c0000 r-xp 00026000 fe:00 339380                     /usr/lib/libc.so.6
`;

test('only code of the very file is found', () => {
  expect(codeOf('/opt/cin nabar/server', MAPS)).toEqual([{ start: 0x1a40000, end: 0x684a000 }]);
  expect(codeOf('/usr/lib/libc.so.6', MAPS)).toEqual([{ start: 0x7f6704f6a000, end: 0x7f67050c0000 }]);
  expect(codeOf('/opt/cin', MAPS)).toEqual([]);
});

test('code that is given back takes less memory, and runs on', async () => {
  const { releaseCode } = await systemControl();
  const before = residentFileKilobytes();
  releaseCode();
  expect(residentFileKilobytes()).toBeLessThan(before);
  expect([3, 1, 2].sort()).toEqual([1, 2, 3]);
});

/** Memory of the process that is read from files. */
function residentFileKilobytes(): number {
  return Number(/RssFile:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]);
}
