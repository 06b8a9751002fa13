/** Debian's redis-cli and redis-benchmark. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { spawn } from 'node:child_process';
import { type Peer, peerProgram, startCinnabar } from '../peers/peer.ts';

const TIME_LIMIT_MS = 60_000;

let server: Peer;
beforeAll(async () => {
  server = await startCinnabar();
});
afterAll(() => server.stop());

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs one of the tools against the server. */
function run(tool: 'cli' | 'benchmark', args: readonly string[], input = ''): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(peerProgram('redis7', tool), ['-p', String(server.port), ...args]);
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('latin1')));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('latin1')));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output, errors }));
    child.stdin.end(input);
  });
}

async function cli(...args: string[]): Promise<string> {
  const { code, output, errors } = await run('cli', args);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  return output;
}

describe('redis-cli', () => {
  test('one command', async () => {
    expect(await cli('PING')).toBe('PONG\n');
    expect(await cli('SET', 'greeting', 'hello world')).toBe('OK\n');
    expect(await cli('--no-raw', 'GET', 'greeting')).toBe('"hello world"\n');
    expect(await cli('-3', '--no-raw', 'GET', 'nothing')).toBe('(nil)\n');
    expect(await cli('-n', '3', 'SET', 'elsewhere', '1')).toBe('OK\n');
    expect(await cli('EXISTS', 'elsewhere')).toBe('0\n');
    expect(await cli('--json', 'MGET', 'greeting', 'nothing')).toBe('["hello world",null]\n');
  });

  test('errors change the exit code when asked to', async () => {
    const { code, output, errors } = await run('cli', ['-e', 'INCR', 'greeting']);
    expect(code).toBe(1);
    expect(output + errors).toContain('ERR value is not an integer or out of range');
  });

  test('commands from standard input', async () => {
    const { code, output } = await run('cli', [], 'SET fed 1\nINCR fed\nGET fed\nNOSUCH\n');
    expect(code).toBe(0);
    expect(output).toBe("OK\n2\n2\nERR unknown command 'NOSUCH', with args beginning with: \n\n");
  });

  test('-x takes the last argument from standard input', async () => {
    expect((await run('cli', ['-x', 'SET', 'piped'], 'from a pipe')).output).toBe('OK\n');
    expect(await cli('GET', 'piped')).toBe('from a pipe\n');
  });

  test('--pipe loads in bulk', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `SET bulk:${i} ${i}\r\n`).join('');
    const { code, output } = await run('cli', ['--pipe'], lines);
    expect(code).toBe(0);
    expect(output).toContain('errors: 0, replies: 5000');
    expect(await cli('GET', 'bulk:4999')).toBe('4999\n');
  });

  test('--scan, --bigkeys, --memkeys go through all keys', async () => {
    const found = await cli('--scan', '--pattern', 'bulk:*');
    expect(found.trim().split('\n')).toHaveLength(5000);
    expect(await cli('--bigkeys')).toMatch(/500\d strings with \d+ bytes/);
    expect(await cli('--memkeys')).toMatch(/500\d strings with \d+ bytes/);
  });

  test('-r repeats', async () => {
    await cli('DEL', 'repeated');
    expect(await cli('-r', '3', 'INCR', 'repeated')).toBe('1\n2\n3\n');
  });

  test('reads INFO and --stat', async () => {
    expect(await cli('INFO', 'server')).toMatch(/^redis_version:8\.0\.\d+\r?$/m);
    expect(await cli('INFO', 'keyspace')).toMatch(/^db0:keys=500\d,expires=0,avg_ttl=0/m);
  });

  test('helps with the documentation that the server sends', async () => {
    const { code, output } = await run('cli', ['HELP', 'GET']);
    expect(code).toBe(0);
    const plain = output.replace(/\x1b\[\d+m/g, '');
    expect(plain).toContain('GET key');
    expect(plain).toContain('group: string');
  });
});

describe('redis-benchmark', () => {
  const workloads = ['ping', 'set', 'get', 'incr', 'mset'];
  const cases: readonly (readonly string[])[] = [
    ['-n', '5000'],
    ['-n', '20000', '-P', '16'],
    ['-n', '5000', '-c', '200', '-r', '1000'],
    ['-n', '20000', '-P', '32', '-r', '1000', '-d', '500', '--threads', '2'],
  ];

  test.each(cases)(
    'runs without errors with %s %s %s %s',
    async (...args) => {
      const { code, output, errors } = await run('benchmark', ['-t', workloads.join(), '--csv', ...args]);
      expect(code).toBe(0);
      expect(errors).toBe('');
      expect(output).not.toMatch(/error/i);
      const rows = output.split('\n').filter((line) => /^"[A-Z]/.test(line));
      // PING is measured inline and as an array.
      expect(rows.map((row) => row.split(/["_ ]/)[1])).toEqual([
        'PING',
        'PING',
        'SET',
        'GET',
        'INCR',
        'MSET',
      ]);
      for (const row of rows) expect(Number(row.split('"')[3])).toBeGreaterThan(0);
    },
    TIME_LIMIT_MS,
  );
});
