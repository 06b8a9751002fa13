import type { Session } from '../session.ts';

/** --intrinsic-latency: how long this process is kept from running, without any server. */
export async function measureIntrinsicLatency({ settings, output }: Session): Promise<number> {
  const endMs = performance.now() + settings.intrinsicLatencySeconds * 1000;
  let worstMs = 0;
  let runs = 0;
  const started = performance.now();
  let before = started;
  while (before < endMs) {
    // Some work between two looks at the clock, so that a run is more than the look itself.
    const now = busyWork() + performance.now();
    runs += 1;
    const runMs = now - before;
    if (runMs > worstMs) {
      if (Math.floor(runMs * 1000) > Math.floor(worstMs * 1000)) {
        output.text(`Max latency so far: ${Math.floor(runMs * 1000)} microseconds.\n`);
      }
      worstMs = runMs;
    }
    before = performance.now();
  }
  printSummary(output, runs, before - started, worstMs);
  return 0;
}

function printSummary(output: Session['output'], runs: number, totalMs: number, worstMs: number): void {
  if (runs === 0) return;
  const averageMicroseconds = (totalMs * 1000) / runs;
  const nanoseconds = (averageMicroseconds * 1000).toFixed(2);
  output.text(
    `\n${runs} total runs (avg latency: ${averageMicroseconds.toFixed(4)} microseconds / ${nanoseconds} nanoseconds per run).\n` +
      `Worst run took ${Math.round((worstMs * 1000) / averageMicroseconds)}x longer than the average latency.\n`,
  );
}

/** Returns 0, in a way that an optimizer does not see. */
function busyWork(): number {
  let state = 1;
  for (let i = 0; i < 64; i++) state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state === 0xffffffff ? Number.MIN_VALUE : 0;
}
