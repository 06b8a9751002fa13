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

function nameOf(thread: number | string): string {
  return readFileSync(`/proc/self/task/${thread}/comm`, 'latin1');
}

function nicenessOf(thread: number | string): number {
  const status = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1');
  // The 19th field, counted from behind the second, which is a name in parentheses.
  return Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[16]);
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

test('has the least priority if it compiles, and its own else', async () => {
  const threads = await runtimeThreads();
  threads.refresh();
  // Long enough for something to be compiled.
  let sum = 0;
  for (let i = 0; i < 2e6; i++) sum = (sum * 31 + i) | 0;
  expect(sum).toBeNumber();
  threads.refresh();
  const compiling = others().filter((thread) => nameOf(thread).startsWith('JIT'));
  expect(compiling.length).toBeGreaterThan(0);
  const isAlone = processorsOf(process.pid).length === 1;
  for (const thread of compiling) expect(nicenessOf(thread)).toBe(isAlone ? nicenessOf(process.pid) : 19);
  for (const thread of others().filter((thread) => !compiling.includes(thread)))
    expect(nicenessOf(thread)).toBe(nicenessOf(process.pid));
});
