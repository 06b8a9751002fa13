/** Short time slices: asked for on the thread that serves, and inherited by no other. */
import { expect, test } from 'bun:test';
import { bindLibrary } from '../../../src/server/system/c-library.ts';
import { requestShortSlices } from '../../../src/server/system/scheduling.ts';

const SYS_SCHED_GETATTR = process.arch === 'arm64' ? 275 : 315;

test('the thread gets short slices, keeps its policy and niceness, and passes nothing on', async () => {
  const library = await bindLibrary({
    syscall: { args: ['i32', 'i32', 'ptr', 'i32', 'i32'], returns: 'i32' },
  });
  const attributes = (): number[] => {
    const words = new Int32Array(12);
    expect(library!.symbols.syscall(SYS_SCHED_GETATTR, 0, library!.ffi.ptr(words), 48, 0)).toBe(0);
    return [...words];
  };
  const [, policy, , , niceness] = attributes();
  expect(await requestShortSlices()).toBe(true);
  const [, policyAfter, flags, , nicenessAfter, , slice] = attributes();
  expect([policyAfter, nicenessAfter]).toEqual([policy, niceness]);
  expect(flags).toBe(1);
  // Kernels before 6.12 take the request and forget it.
  expect([0, 100_000]).toContain(slice!);
});
