/** Where the runtime's own threads may run. */
import { expect, test } from 'bun:test';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { runtimeThreads } from '../../../src/server/system/runtime-threads.ts';
import { until } from '../../bin/server/invocation.ts';

/** The numbers of the processors that a thread may run on. */
function processorsOf(thread: number | string): number[] {
  const status = readFileSync(`/proc/self/task/${thread}/status`, 'utf8');
  const list = /^Cpus_allowed_list:\t(.*)$/m.exec(status)![1]!;
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number) as [number, number?];
    return Array.from({ length: last! - first + 1 }, (_, index) => first + index);
  });
}

/** A thread's name; empty if it has ended. */
function nameOf(thread: number | string): string {
  return ask(`/proc/self/task/${thread}/comm`) ?? '';
}

/** Undefined if the thread has ended. */
function nicenessOf(thread: number | string): number | undefined {
  const status = ask(`/proc/self/task/${thread}/stat`);
  // The 19th field, counted from behind the second, which is a name in parentheses.
  return status === undefined ? undefined : Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[16]);
}

function ask(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

const others = (): string[] =>
  readdirSync('/proc/self/task').filter((thread) => Number(thread) !== process.pid);

test('is anywhere but on the processor of the thread that serves, which may still run everywhere', async () => {
  const allowed = processorsOf(process.pid);
  const threads = await runtimeThreads();
  threads.follow();
  for (const thread of others()) expect(processorsOf(thread)).toEqual(allowed);
  const rest = others();
  threads.refresh();
  threads.follow();
  expect(processorsOf(process.pid)).toEqual(allowed);
  expect(rest.length).toBeGreaterThan(0);
  const places = new Set(rest.map((thread) => processorsOf(thread).join()));
  // With one processor there is no choice.
  const expected = allowed.length === 1 ? allowed : allowed.slice(1);
  expect([...places].map((place) => place.split(',').length)).toEqual([expected.length]);
});

/** The least priority, but for a process that has a single processor: it leaves all threads as they are. */
const expectedNiceness = (): number =>
  processorsOf(process.pid).length === 1 ? nicenessOf(process.pid)! : 19;

const isCompiler = (thread: number | string): boolean => nameOf(thread).startsWith('JIT');

test('has the least priority if it compiles, and its own else', async () => {
  const threads = await runtimeThreads();
  await until(() => work() > 0 && others().some(isCompiler));
  const compiling = others().filter(isCompiler);
  threads.refresh();
  for (const thread of compiling) expect([expectedNiceness(), undefined]).toContain(nicenessOf(thread));
  for (const thread of others().filter((thread) => !isCompiler(thread)))
    expect([nicenessOf(process.pid), undefined]).toContain(nicenessOf(thread));
});

test('has the least priority also if its name came after it was first seen', async () => {
  const threads = await runtimeThreads();
  const late = others().find((thread) => !isCompiler(thread))!;
  const name = nameOf(late);
  threads.refresh();
  writeFileSync(`/proc/self/task/${late}/comm`, 'JIT late');
  threads.refresh();
  writeFileSync(`/proc/self/task/${late}/comm`, name);
  expect(nicenessOf(late)).toBe(expectedNiceness());
});

/** Long enough for something to be compiled. */
function work(): number {
  let sum = 1;
  for (let i = 0; i < 2e6; i++) sum = (sum * 31 + i) >>> 1;
  return sum + 1;
}
