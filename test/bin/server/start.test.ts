/** What the server program does with its words, and what it says when it cannot start. */
import { describe, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCinnabar } from '../../peers/peer.ts';
import { ending, invoke, withDirectory } from './invocation.ts';

describe('the program', () => {
  test.each(['-v', '--version'])('%s tells its version', (word) => {
    const { code, output, errors } = invoke([word]);
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(/^Redis server v=8\.\d+\.\d+ sha=[0-9a-f]{8}:\d malloc=\S+ bits=64 build=\S+\n$/);
  });

  test.each(['-h', '--help'])('%s tells how it is used', (word) => {
    const { code, output, errors } = invoke([word]);
    expect([code, output]).toEqual([1, '']);
    expect(errors).toStartWith('Usage: ');
  });

  test('--check-system looks at the kernel', () => {
    const { code, output } = invoke(['--check-system']);
    expect(output).toMatch(/^\[tcp-backlog\]\.\.\.(OK|WARNING|skipped)/);
    expect(code).toBe(output.includes('WARNING') ? 1 : 0);
  });

  test('--test-memory wants a size', () => {
    const { code, errors } = invoke(['--test-memory']);
    expect(code).toBe(1);
    expect(errors).toStartWith('Please specify the amount of memory to test in megabytes.\n');
    const passed = invoke(['--test-memory', '2']);
    expect(passed.code).toBe(0);
    expect(passed.output).toContain('Your memory passed this test.');
  });
});

/** Words that cannot be started with, and what has to be said of them. */
const REFUSED: readonly (readonly [words: readonly string[], line: string | RegExp])[] = [
  [['--nosuch', '1'], 'Bad directive or wrong number of arguments'],
  [['--port', 'x'], "argument couldn't be parsed into an integer"],
  [['--dir', '/nonexistent'], 'No such file or directory'],
  [['--logfile', '/nonexistent/log'], "Can't open the log file: No such file or directory"],
  [
    ['--rename-command', 'nosuch', 'x'],
    /at line 2\n>>> 'rename-command "nosuch" "x"'\nNo such command in rename-command/,
  ],
  [['--port', '0'], '# Configured to not listen anywhere, exiting.'],
  [['--bind', '-192.0.2.1'], '# Configured to not listen anywhere, exiting.'],
  [['--bind', ''], '# Configured to not listen anywhere, exiting.'],
  [['--port', '0', '--bind', '192.0.2.1', '--unixsocket', '/nonexistent/s'], 'Failed opening Unix socket'],
];

describe('a start that fails', () => {
  test.each(REFUSED)('%j', (words, line) => {
    const { code, output, errors } = invoke(words);
    expect(code).toBe(1);
    expect(output + errors).toMatch(
      typeof line === 'string' ? new RegExp(line.replace(/[()']/g, '\\$&')) : line,
    );
  });

  test('a file that is not there', () => {
    const { code, output, errors } = invoke(['/nonexistent.conf']);
    expect(code).toBe(1);
    const line = "Fatal error, can't open config file '/nonexistent.conf': No such file or directory\n";
    expect(output + errors).toContain(line);
  });

  test('names the line of a file', () =>
    withDirectory((dir) => {
      writeFileSync(join(dir, 'a.conf'), 'port 0\nhz ten\n');
      const { code, errors } = invoke(['a.conf'], { dir });
      expect(code).toBe(1);
      expect(errors).toMatch(
        /\*\*\* FATAL CONFIG FILE ERROR .*\*\*\*\nReading the configuration file, at line 2\n>>> 'hz ten'\n/,
      );
    }));

  test('a port that is in use', async () => {
    const other = await startCinnabar();
    try {
      const { code, output } = invoke(['--port', String(other.port), '--save', '']);
      expect(code).toBe(1);
      expect(output).toContain(
        `Could not create server TCP listening socket *:${other.port}: bind: Address already in use`,
      );
      expect(output).toContain(`Failed listening on port ${other.port} (tcp), aborting.`);
    } finally {
      await other.stop();
    }
  });

  test('a directory that is a file, or in which no socket can be', () =>
    withDirectory((dir) => {
      writeFileSync(join(dir, 'file'), '');
      expect(invoke(['--dir', join(dir, 'file')]).errors).toContain('Not a directory');
      mkdirSync(join(dir, 'taken'));
      chmodSync(join(dir, 'taken'), 0o755);
      const { code, output } = invoke(['--port', '0', '--unixsocket', join(dir, 'taken')]);
      expect(code).toBe(1);
      expect(output).toContain('Failed opening Unix socket: bind: ');
    }));
});

describe('configuration', () => {
  test('from standard input comes last', () =>
    withDirectory(async (dir) => {
      writeFileSync(join(dir, 'a.conf'), 'hz 20\nmaxclients 50\ntimeout 7\n');
      const port = '0';
      // The last line ends the start, so that what was understood shows.
      const { code, output, errors } = invoke(['a.conf', '--hz', '30', '--port', port, '-'], {
        dir,
        input: 'timeout 8\nnosuch\n',
      });
      expect(code).toBe(1);
      expect(output + errors).toMatch(/>>> 'nosuch'/);
    }));

  test('is in force when it comes from all three', async () => {
    const server = await startCinnabar({ config: 'hz 20\ntimeout 7\n', args: ['--hz', '30'] });
    try {
      const connection = await server.connect();
      expect(await connection.call('CONFIG', 'GET', 'hz')).toEqual(['hz', '30']);
      expect(await connection.call('CONFIG', 'GET', 'timeout')).toEqual(['timeout', '7']);
      await connection.close();
    } finally {
      await server.stop();
    }
  });
});

describe('the log', () => {
  test('has the lines that are waited for', async () => {
    const server = await startCinnabar({ args: ['--always-show-logo', 'yes', '--unixsocket', 's.sock'] });
    try {
      const log = server.log();
      for (const line of [
        ` PID: ${server.pid}\n`,
        '* Server initialized\n',
        '* Ready to accept connections tcp\n',
      ])
        expect(log).toContain(line);
      expect(log).toContain('* Ready to accept connections unix\n');
      server.process.kill('SIGTERM');
      expect(await ending(server)).toEqual({ code: 0, signal: null });
      expect(server.log()).toContain('Redis is now ready to exit, bye bye...');
    } finally {
      await server.stop();
    }
  });

  test('says which parts of the append-only file it reads and writes', () =>
    withDirectory(async (dir) => {
      const args = ['--appendonly', 'yes', '--dir', dir];
      const first = await startCinnabar({ args });
      expect(first.log()).toContain('* Creating AOF incr file appendonly.aof.1.incr.aof on server start');
      const connection = await first.connect();
      await connection.call('SET', 'a', 1);
      expect(await connection.call('WAITAOF', 1, 0, 0)).toEqual([1, 0]);
      await first.stop();
      const second = await startCinnabar({ args });
      expect(second.log()).toContain('* DB loaded from incr file appendonly.aof.1.incr.aof: ');
      expect(second.log()).toContain('* DB loaded from append only file: ');
      await second.stop();
    }));

  test('goes to a file', () =>
    withDirectory(async (dir) => {
      const file = join(dir, 'server.log');
      writeFileSync(file, 'earlier\n');
      const server = await startCinnabar({ args: ['--logfile', file] });
      try {
        expect(readFileSync(file, 'utf8')).toMatch(/^earlier\n\d+:C .* Redis is starting /);
        expect(server.log()).toBe('');
      } finally {
        await server.stop();
      }
    }));
});
