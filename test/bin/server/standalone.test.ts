/** The standalone executable: it starts itself a second time, with options of the runtime. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './invocation.ts';

const BUDGET = 'BUN_JSC_globalInliningPlanBudgetForFTL';
const TIMER = 'BUN_GC_TIMER_DISABLE=1';
const DEPTH = 'BUN_JSC_maximumInliningDepth';
const LENGTH = 'BUN_JSC_maximumFunctionForCallInlineCandidateBytecodeCostForFTL';

let folder = '';
let executable = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cinnabar-test-standalone-'));
  executable = join(folder, 'cinnabar-server');
  const form = ['build', '--compile', '--format=cjs', 'src/bin/server.ts', '--outfile', executable];
  const { status, stderr } = spawnSync(process.execPath, form, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The executable was not built: ${stderr}`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the environment of a server that serves says about options of the runtime, and what its log says. */
async function start(given: Record<string, string>): Promise<{ options: string[]; log: string }> {
  const words = ['--port', '0', '--unixsocket', join(folder, 'socket'), '--save', '', '--dir', folder];
  const child = spawn(executable, words, {
    env: { ...process.env, ...given },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (log += data));
  await until(() => log.includes('Ready to accept connections') || child.exitCode !== null);
  const environment = readFileSync(`/proc/${child.pid}/environ`, 'utf8').split('\0');
  child.kill('SIGTERM');
  await once(child, 'close');
  return { options: environment.filter((line) => /^BUN_(?:JSC|GC)_/.test(line)).sort(), log };
}

test('serves in the process that was started, with the options, and says nothing about it', async () => {
  const { options, log } = await start({});
  expect(options).toEqual([TIMER, `${BUDGET}=6000`, `${LENGTH}=250`, `${DEPTH}=8`]);
  expect(log.split('\n')[0]).toContain('Redis is starting');
});

test('leaves what the environment says as it is', async () => {
  const { options } = await start({ [DEPTH]: '7' });
  expect(options).toEqual([TIMER, `${BUDGET}=6000`, `${LENGTH}=250`, `${DEPTH}=7`]);
});

test('hands on all words, and the name by which it is another program', () => {
  const asked = spawnSync(executable, ['--port', 'a b'], { encoding: 'utf8' });
  expect([asked.status, asked.stdout]).toEqual([1, '']);
  expect(asked.stderr).toContain(`>>> 'port "a b"'`);
  symlinkSync(executable, join(folder, 'redis-check-rdb'));
  const checked = spawnSync(join(folder, 'redis-check-rdb'), [], { encoding: 'utf8' });
  expect([checked.status, checked.stdout]).toEqual([1, '']);
  expect(checked.stderr).toEndWith('redis-check-rdb <rdb-file-name>\n');
});
