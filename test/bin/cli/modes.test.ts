import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type AddressInfo, createServer } from 'node:net';
import { type Peer, startPeer } from '../../peers/peer.ts';
import { runCli, runCliProcess, runRedisCli } from './run.ts';
import { type Script, ScriptedServer } from './scripted-server.ts';

let peer: Peer;

beforeAll(async () => {
  peer = await startPeer('redis8');
  const commands = Array.from({ length: 40 }, (_, i) => `SET key:${i + 1} ${'x'.repeat(i + 1)}`);
  commands.push(
    'RPUSH list 1 2 3',
    'SADD set a b',
    'HSET hash a 1 b 2 c 3',
    'ZADD zset 1 a',
    'XADD stream 1-1 a 1',
  );
  commands.push('SET "bin\\xff\\"" 1');
  await runRedisCli(['-p', String(peer.port)], { input: `${commands.join('\n')}\n` });
});

afterAll(() => peer.stop());

const ours = (...args: string[]) => runCli(['-p', String(peer.port), ...args]);
const theirs = (...args: string[]) => runRedisCli(['-p', String(peer.port), ...args]);

describe('--scan', () => {
  test.each([
    '',
    '--pattern key:1*',
    '--count 3 --pattern list',
    '--pattern bin*',
    '--no-raw --pattern bin*',
    '--csv --pattern bin*',
    '--quoted-pattern "bin\\xff*"',
    '-i 0.001',
    '-n 5',
    '--cursor 5',
    '--cursor x',
    '--cursor -1',
    '--top x',
    '--top -1',
  ])('%s', async (options) => {
    const args = ['--scan', ...options.split(' ').filter((word) => word !== '')];
    expect(await ours(...args)).toEqual(await theirs(...args));
  });

  test('keys of one type', async () => {
    expect(await ours('--scan', '--type', 'list')).toEqual({ output: 'list\n', errors: '', exitCode: 0 });
  });

  const answers: Script[number][1][] = ['-ERR x\r\n', '+OK\r\n', '*1\r\n$1\r\n0\r\n'];
  test.each(answers.map((answer) => [answer]))('a server that answers %j', async (answer) => {
    const server = await ScriptedServer.start();
    server.play([[/SCAN/, answer]]);
    const args = ['-p', String(server.port), '--scan'];
    expect(await runCli(args)).toEqual(await runRedisCli(args));
    await server.stop();
  });
});

/** The lines that scripts read: all but the introduction, whose words are our own, in an order of their own. */
function figures(output: string): string[] {
  const lines = output.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.sort();
}

describe('biggest keys', () => {
  test.each([
    '--bigkeys',
    '--memkeys',
    '--memkeys-samples 1',
    '--bigkeys --pattern key:*',
    '--bigkeys -i 0.001',
  ])('%s', async (options) => {
    const args = options.split(' ');
    const mine = await ours(...args);
    expect(mine).toMatchObject({ errors: '', exitCode: 0 });
    expect(figures(mine.output)).toEqual(figures((await theirs(...args)).output));
  });

  test('--hotkeys needs an LFU policy', async () => {
    const [mine, reference] = [await ours('--hotkeys'), await theirs('--hotkeys')];
    expect([mine.errors, mine.exitCode]).toEqual([reference.errors, reference.exitCode]);
  });

  test('--hotkeys', async () => {
    await theirs('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lfu');
    await theirs('-r', '2000', 'GET', 'key:7');
    const mine = await ours('--hotkeys');
    const reference = await theirs('--hotkeys');
    await theirs('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    expect(mine.output).toMatch(
      /Sampled 46 keys in the keyspace!\nhot key found with counter: \d+\tkeyname: "key:7"\n/,
    );
    const hottest = (output: string) => /hot key found.*/.exec(output)?.[0];
    expect(hottest(mine.output)).toBe(hottest(reference.output)!);
  });

  test('--keystats', async () => {
    const { output, exitCode } = await ours('--keystats', '--top', '2');
    expect(exitCode).toBe(0);
    expect(output).toContain('Keys sampled: 46\n');
    expect(output).toMatch(/--- Top 2 key sizes ---\n {2}1 .*"stream"\n {2}2 .*"key:\d+"\n\n/);
    expect(output).toMatch(/\nhash +1 +2\.17% .*3 fields +3\.00\n/);
    expect(output).toContain('hash       "hash" has 3 fields\n');
    const memory = /Keys size: +(\S+)/.exec(output)?.[1];
    expect(memory).toBe(/Keys size: +(\S+)/.exec((await theirs('--keystats')).output)![1]!);
  });
});

describe('--pipe', () => {
  test.each<[string, string[]]>([
    ['SET a 1\r\nGET a\r\nFOO\r\n*1\r\n$4\r\nPING\r\n', []],
    ['SET a 1\nPING\n', []],
    ['SET a 1\nPING', []],
    ['', []],
    ['*1\r\n$4\r\nPING\r\n'.repeat(20_000), ['--pipe-timeout', '0']],
  ])('%#', async (input, options) => {
    const args = ['-p', String(peer.port), '--pipe', ...options];
    expect(await runCli(args, { input })).toEqual(await runRedisCli(args, { input }));
  });

  test('a server that answers once and then no more', async () => {
    const server = createServer((socket) => {
      socket.once('data', () => socket.write('+PONG\r\n'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const args = ['-p', String(port), '--pipe', '--pipe-timeout', '1'];
    const result = await runCli(args, { input: '*1\r\n$4\r\nPING\r\n' });
    server.close();
    expect(result).toEqual({
      output: 'All data transferred. Waiting for the last reply...\nerrors: 1, replies: 1\n',
      errors: 'No replies for 1 seconds: exiting.\n',
      exitCode: 1,
    });
  });

  test('tells what a server refused before it closed the connection', async () => {
    for (const input of ['*x\r\n', '*1\r\n+PING\r\n', '"\r\n']) {
      const args = ['-p', String(peer.port), '--pipe'];
      const mine = await runCliProcess(args, { input });
      expect(mine.errors).toStartWith((await runRedisCli(args, { input })).errors);
    }
  });

  test('a server that goes away', async () => {
    expect(
      await runCli(['-p', String(peer.port), '--pipe'], { input: 'PING\r\nQUIT\r\nPING\r\n' }),
    ).toMatchObject({
      exitCode: 1,
    });
  });
});

describe('measuring', () => {
  test.each([
    ['--raw', /^\d+ \d+ \d+\.\d\d \d+\n$/],
    ['--csv', /^\d+,\d+,\d+\.\d\d,\d+\n$/],
    ['--json', /^\{"min": \d+, "max": \d+, "avg": \d+\.\d\d, "count": \d+\}\n$/],
  ] as const)('--latency %s', async (option, pattern) => {
    const { output, exitCode } = await ours('--latency', option, '-i', '0.05');
    expect(output).toMatch(pattern);
    expect(exitCode).toBe(0);
  });

  test('--stat', async () => {
    await theirs('SET', 'a', '1');
    const { output } = await ours('--stat', '-r', '21', '-i', '0.001');
    const lines = output.split('\n');
    expect(lines[0]).toBe('------- data ------ --------------------- load -------------------- - child -');
    expect(lines.filter((line) => line.startsWith('keys '))).toHaveLength(2);
    const rows = lines.filter((line) => /^47 {9}\d+\.\d\d[KM] +1 {7}0 {7}\d+ \(\+[01]\) *\d+ *$/.test(line));
    expect(rows).toHaveLength(21);
  });

  test.each([
    ['--latency --raw -i 0.1', '+PONG\r\n', /^\r\x1b\[0KReconnecting\.\.\. 1\r\r\x1b\[0K\d+ \d+ \S+ \d+\n$/],
    ['--stat -i 0.01 -r 3', '$0\r\n\r\n', /child -\n.*\n.*\n\r\x1b\[0KReconnecting\.\.\. 1\r\r\x1b\[0K/],
  ])('%s goes on when the server has come back', async (options, reply, pattern) => {
    let requests = 0;
    const flaky = createServer((socket) =>
      socket.on('data', () => (++requests === 2 ? socket.destroy() : socket.write(reply))),
    );
    await new Promise<void>((resolve) => flaky.listen(0, '127.0.0.1', resolve));
    const { port } = flaky.address() as AddressInfo;
    const { output, exitCode } = await runCli(['-p', String(port), ...options.split(' ')]);
    flaky.close();
    expect(output).toMatch(pattern);
    expect(exitCode).toBe(0);
  });

  test('--intrinsic-latency 0 ends at once', async () => {
    expect(await runCli(['--intrinsic-latency', '0'])).toEqual({ output: '', errors: '', exitCode: 0 });
  });

  test('--lru-test tells of a refusal', async () => {
    const server = await ScriptedServer.start();
    server.play([[/SET/, '-OOM no\r\n']]);
    expect(await runCli(['-p', String(server.port), '--lru-test', '5'])).toEqual({
      output: '',
      errors: 'Error: OOM no\n',
      exitCode: 1,
    });
    expect(server.sent[1]).toMatch(/^SET lru:[1-5] \w+$/);
    await server.stop();
  });
});
