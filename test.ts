/**
 * Runs all tests: each file under test/ in a process of its own, so that none can disturb another, as many at a time as
 * there are cores; then those that are about Node, under Node. Prints the output of what fails and a closing line.
 *
 *   bun test.ts [WORD ...]     only files whose path contains one of the words
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Result extends Counts {
  readonly file: string;
  readonly milliseconds: number;
  readonly output: string;
}

/** A file that takes longer hangs. */
const FILE_LIMIT_MS = 180_000;
/** So does a test; on a busy machine a property test can take many times as long as on a quiet one. */
const TEST_LIMIT_MS = 60_000;

const root = fileURLToPath(new URL('.', import.meta.url));
const words = process.argv.slice(2);
const reports = mkdtempSync(join(tmpdir(), 'cinnabar-test-reports-'));

const files = [...new Bun.Glob('test/**/*.{test.ts,node.mjs}').scanSync(root)]
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort();
const bunFiles = files.filter((file) => file.endsWith('.test.ts'));
const nodeFiles = files.filter((file) => file.endsWith('.node.mjs'));

const results: Result[] = [];
try {
  await inParallel(bunFiles, runUnderBun);
  // What runs under Node is what is published.
  if (nodeFiles.length > 0) await built('library');
  await inParallel(nodeFiles, runUnderNode);
} finally {
  rmSync(reports, { recursive: true, force: true });
}
process.exitCode = summary();

async function inParallel(list: readonly string[], run: (file: string) => Promise<Result>): Promise<void> {
  const waiting = [...list];
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const result = await run(file);
      results.push(result);
      show(result);
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker));
}

async function runUnderBun(file: string): Promise<Result> {
  const report = join(reports, `${file.replaceAll('/', '-')}.xml`);
  const reporting = ['--reporter=junit', `--reporter-outfile=${report}`];
  const command = [process.execPath, 'test', `./${file}`, `--timeout=${TEST_LIMIT_MS}`, ...reporting];
  const { code, output, milliseconds } = await finished(command);
  return { file, milliseconds, output, ...atLeastOneFailure(code, countsOfReport(report)) };
}

async function runUnderNode(file: string): Promise<Result> {
  const { code, output, milliseconds } = await finished(['node', '--test', '--test-reporter=tap', file]);
  const count = (name: string): number =>
    Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  const skipped = count('skipped') + count('todo');
  const counts = { passed: count('pass'), failed: count('fail') + count('cancelled'), skipped };
  return { file, milliseconds, output, ...atLeastOneFailure(code, counts) };
}

/** The root element of a JUnit report tells the sums. Without a report the runner itself has failed. */
function countsOfReport(path: string): Counts {
  try {
    const head = /<testsuites[^>]*>/.exec(readFileSync(path, 'utf8'))?.[0] ?? '';
    const count = (name: string): number => Number(new RegExp(` ${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
    const failed = count('failures') + count('errors');
    return { passed: count('tests') - failed - count('skipped'), failed, skipped: count('skipped') };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

/** A file that ends badly, or has no tests at all, counts as a failure even if no test of it does. */
function atLeastOneFailure(code: number, counts: Counts): Counts {
  const empty = counts.passed + counts.failed + counts.skipped === 0;
  return (code !== 0 || empty) && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function built(part: string): Promise<void> {
  const { code, output } = await finished([process.execPath, 'build.ts', part]);
  if (code === 0) return;
  process.stdout.write(output);
  results.push({ file: 'build.ts', milliseconds: 0, output, passed: 0, failed: 1, skipped: 0 });
}

async function finished(
  command: readonly string[],
): Promise<{ code: number; output: string; milliseconds: number }> {
  const start = performance.now();
  const child = Bun.spawn([...command], { cwd: root, stdout: 'pipe', stderr: 'pipe', stdin: 'ignore' });
  const limit = setTimeout(() => child.kill('SIGKILL'), FILE_LIMIT_MS);
  const [code, told, failed] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  clearTimeout(limit);
  const ending = child.signalCode === null ? '' : `ended by ${child.signalCode}\n`;
  return { code, output: told + failed + ending, milliseconds: performance.now() - start };
}

function show(result: Result): void {
  const { file, milliseconds, passed, failed, skipped, output } = result;
  const seconds = (milliseconds / 1000).toFixed(1);
  const marks = `${passed} passed${failed > 0 ? `, ${failed} failed` : ''}${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  process.stdout.write(`${failed > 0 ? 'FAIL' : 'ok  '} ${file} (${marks}, ${seconds} s)\n`);
  if (failed > 0) process.stdout.write(`${output.replace(/^\(pass\).*\n/gm, '').trim()}\n\n`);
}

/** Prints the closing line; the exit code. A skipped test is a failure of the run: nothing may be skipped. */
function summary(): number {
  const sum = (field: keyof Counts): number => results.reduce((total, result) => total + result[field], 0);
  const failing = results.filter(({ failed }) => failed > 0).map(({ file }) => file);
  if (failing.length > 0) process.stdout.write(`failing: ${failing.join(' ')}\n`);
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
  return sum('failed') === 0 && sum('skipped') === 0 && results.length > 0 ? 0 : 1;
}
