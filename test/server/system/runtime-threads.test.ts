/** Where the runtime's own threads may run. */
import { expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { runtimeThreads } from '../../../src/server/system/runtime-threads.ts';

/** The numbers of the processors that a thread may run on. */
function processorsOf(thread: number | string): number[] {
  const status = readFileSync(`/proc/self/task/${thread}/status`, 'utf8');
  const list = /^Cpus_allowed_list:\t(.*)$/m.exec(status)![1]!;
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number) as [number, number?];
    return Array.from({ length: last! - first + 1 }, (_, index) => first + index);
  });
}

const others = (): string[] =>
  readdirSync('/proc/self/task').filter((thread) => Number(thread) !== process.pid);

test('is anywhere but on the processor of the thread that serves, which may still run everywhere', async () => {
  const allowed = processorsOf(process.pid);
  const threads = await runtimeThreads();
  threads.follow();
  for (const thread of others()) expect(processorsOf(thread)).toEqual(allowed);
  threads.refresh();
  threads.follow();
  expect(processorsOf(process.pid)).toEqual(allowed);
  const rest = others();
  expect(rest.length).toBeGreaterThan(0);
  const places = new Set(rest.map((thread) => processorsOf(thread).join()));
  // With one processor there is no choice.
  const expected = allowed.length === 1 ? allowed : allowed.slice(1);
  expect([...places].map((place) => place.split(',').length)).toEqual([expected.length]);
});
