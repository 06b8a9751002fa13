import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bunProgram, freePort } from '../../peers/peer.ts';
import { type RunOptions, runCli, runCliProcess, runProgram, runRedisCli } from './run.ts';
import { type Script, ScriptedServer } from './scripted-server.ts';

let server: ScriptedServer;
let scriptDirectory: string;

beforeAll(async () => {
  server = await ScriptedServer.start();
  scriptDirectory = mkdtempSync(join(tmpdir(), 'cinnabar-cli-'));
  writeFileSync(join(scriptDirectory, 'a.lua'), 'return {KEYS[1]}\n');
});

afterAll(async () => {
  rmSync(scriptDirectory, { recursive: true });
  await server.stop();
});

type Invocation = RunOptions & { readonly script?: Script };

/** Same output, errors, exit code, and the same commands sent. PORT and DIR in arguments are filled in. */
async function expectSame(
  args: readonly string[],
  { script = [], ...options }: Invocation = {},
): Promise<void> {
  const filled = args.map((arg) => arg.replace('PORT', String(server.port)).replace('DIR', scriptDirectory));
  const results = [];
  for (const run of [runRedisCli, runCli]) {
    server.play(script);
    results.push({ ...(await run(filled, options)), sent: server.sent });
  }
  expect(results[1]).toEqual(results[0]!);
}

const local = ['-p', 'PORT'];
const refuse = (pattern: RegExp, error = '-ERR refused\r\n'): Invocation => ({ script: [[pattern, error]] });
const answer = (text: string): Invocation => ({ script: [[/./, text]] });

type Row = readonly [args: readonly string[], invocation?: Invocation | undefined];

function same(rows: readonly Row[]): void {
  for (const [args, invocation] of rows) {
    test(`${JSON.stringify(args)} ${describeInvocation(invocation)}`, () => expectSame(args, invocation));
  }
}

function describeInvocation({ input, environment, script }: Invocation = {}): string {
  const answers = script?.map(([pattern, text]) => `${pattern.source} ${JSON.stringify(text)}`);
  return [JSON.stringify(input), JSON.stringify(environment), answers].join(' ').trim();
}

describe('greeting the server', () => {
  const rows: Row[] = [
    [['PING']],
    [['-n', '3', 'PING']],
    [['-n', '3', '-a', 'pw', 'PING']],
    [['--askpass', 'PING'], { input: '' }],
    [['--askpass', 'PING'], { input: 'pw\n' }],
    [['--user', 'u', '-a', 'pw', '-n', '3', '-3', 'PING']],
    [['--user', 'u', 'PING']],
    [['--pass', 'x', '--no-auth-warning', 'PING']],
    [['--json', 'PING']],
    [['-2', '--json', 'PING']],
    [['-2', 'PING']],
    [['PING'], { environment: { REDISCLI_AUTH: 'secret' } }],
    [['-a', 'x', 'PING'], { environment: { REDISCLI_AUTH: 'secret' } }],
    [['-a', 'x', 'PING'], refuse(/AUTH/)],
    [['-e', '-a', 'x', 'PING'], refuse(/AUTH/)],
    [['-a', 'x', '-n', '3', '-3', 'PING'], refuse(/AUTH/)],
    [['-n', '3', '-3', 'PING'], refuse(/SELECT/)],
    [['-a', 'x', '-n', '3', '-3', '--json', '--scan'], refuse(/AUTH/)],
    [['-a', 'x', '-n', '3', '--json', 'PING'], refuse(/AUTH/)],
    [['-n', '3', '--scan'], refuse(/SELECT/)],
    [['-n', '3', '--pipe'], { ...refuse(/SELECT/), input: 'SET a 1\r\n' }],
    [['-n', '3', '--stat'], refuse(/SELECT/)],
    [['-n', '3', '--latency', '--raw', '-i', '0.1'], refuse(/SELECT/)],
    [['-3', '--scan'], refuse(/HELLO/)],
    [['-n', '3'], { ...refuse(/SELECT/), input: 'SET a 1\r\n' }],
    [['-n', '99', 'PING'], refuse(/SELECT/)],
    [['-3', 'PING'], refuse(/HELLO/)],
    [['--quoted-json', 'PING'], refuse(/HELLO/)],
  ];
  same(rows.map(([args, invocation]) => [[...local, ...args], invocation]));

  test.each([
    'redis://us:p%20w@127.0.0.1:PORT/5',
    'redis://pw@127.0.0.1:PORT',
    'redis://:pw@127.0.0.1:PORT',
    'redis://us:@127.0.0.1:PORT',
    'redis://127.0.0.1:PORT/',
    'redis://127.0.0.1:PORT/abc',
    'http://127.0.0.1',
    'nothing',
  ])('%s', (uri) => expectSame(['-u', uri, 'PING']));

  test('a second variable of the environment, with precedence', async () => {
    server.play([]);
    const environment = { CINNABAR_CLI_AUTH: 'ours', REDISCLI_AUTH: 'theirs' };
    await runCli(['-p', String(server.port), 'PING'], { environment });
    expect(server.sent).toEqual(['<connected>', 'AUTH ours', 'PING']);
  });
});

describe('one command', () => {
  const rows: Row[] = [
    [['-r', '3', 'INCR', 'x']],
    [['-r', '2', '-i', '0.01', 'INCR', 'x']],
    [['-r', '0', 'PING']],
    [['GET', '']],
    [['']],
    [['select', '3']],
    [['connect', '127.0.0.1', '1']],
    [['ECHO', '-r']],
    [['SET', 'k', 'v\u00e9']],
    [['-c', 'PING']],
    [['--verbose', 'PING']],
    [['-x', 'SET', 'k'], { input: 'abc\n' }],
    [['-x', 'SET', 'k'], { input: '' }],
    [['-x', 'SET', 'k'], { input: '\x00\xff\r\n' }],
    [['-x', '-r', '2', 'APPEND', 'k'], { input: 'abc' }],
    [['-X', 'tag', 'SET', 'tag', 'v', 'tag'], { input: 'abc' }],
    [['-X', 'tag', 'SET', 'k'], { input: 'abc' }],
    [['--quoted-input', 'SET', '"a\\x00b"', "'q'"]],
    [['--quoted-input', 'SET', '"a']],
    [['--eval', 'DIR/a.lua', 'k1', 'k2', ',', 'a1', 'a2']],
    [['--eval', 'DIR/a.lua']],
    [['--eval', 'DIR/a.lua', 'k1', ',']],
    [['--eval', 'DIR/a.lua', 'k1,k2', ',', 'a']],
    [['shutdown']],
    [['shutdown'], { script: [[/shutdown/, { close: '' }]] }],
    [['PING'], { script: [[/PING/, { close: '' }]] }],
    [['PING'], answer('Hello\r\n')],
    [['PING'], answer(':x\r\n')],
    [['PING'], answer('-ERR x\r\n')],
    [['-e', 'PING'], answer('-ERR x\r\n')],
    [['-e', '-r', '3', 'PING'], answer('-ERR x\r\n')],
    [['-r', '3', 'PING'], answer('-ERR x\r\n')],
    [['-e', 'PING'], answer('*1\r\n-ERR x\r\n')],
    [['PING'], answer('-MOVED 1 127.0.0.1:5\r\n')],
    [['-D', '', 'PING'], answer('-ERR x\r\n')],
    [['-d', ';', '--csv', 'PING'], answer('*2\r\n:1\r\n:2\r\n')],
    [['PING'], answer('>2\r\n+hi\r\n:1\r\n+OK\r\n')],
    [['--show-pushes', 'y', 'PING'], answer('>2\r\n+hi\r\n:1\r\n+OK\r\n')],
    [['--show-pushes', 'y', '--no-raw', 'PING'], answer('>2\r\n+invalidate\r\n*1\r\n+a\r\n+OK\r\n')],
    [['--show-pushes', 'y', '--no-raw', 'PING'], answer('>2\r\n$10\r\ninvalidate\r\n_\r\n+OK\r\n')],
    [['--show-pushes', 'y', '--csv', 'PING'], answer('>2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n+OK\r\n')],
    [
      ['--show-pushes', 'y', '--no-raw', 'PING'],
      answer('>2\r\n$10\r\ninvalidate\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n+OK\r\n'),
    ],
  ];
  same(rows.map(([args, invocation]) => [[...local, ...args], invocation]));

  test.each([
    'info',
    'INFO server',
    'lolwut',
    'memory doctor',
    'Memory Usage x',
    'client list',
    'client LIST id 1',
    'latency doctor',
    'latency graph x',
    'latency histogram',
    'cluster nodes',
    'debug htstats 0',
    'debug object x',
    'config get x',
  ])('report or not: %s', async (command) => {
    for (const option of ['--no-raw', '--raw', '--csv']) {
      await expectSame([...local, option, ...command.split(' ')], answer('$4\r\na"\nb\r\n'));
    }
  });

  test('a file that is not there', async () => {
    const result = await runCli(['-p', String(server.port), '--eval', '/nonexistent/a.lua']);
    expect(result).toMatchObject({
      exitCode: 1,
      errors: "Can't open file '/nonexistent/a.lua': No such file or directory\n",
    });
  });

  test('-c follows redirections', async () => {
    const other = await ScriptedServer.start();
    const { port } = other;
    other.play([[/GET/, '$1\r\nv\r\n']]);
    server.play([
      [/GET a/, `-MOVED 15495 127.0.0.1:${port}\r\n`],
      [/GET b/, `-ASK 3300 :${port}\r\n`],
    ]);
    const moved = await runCli(['-p', String(server.port), '-c', '--no-raw', 'GET', 'a']);
    const asked = await runCli(['-p', String(server.port), '-c', 'GET', 'b']);
    await other.stop();
    expect(moved.output).toBe(`-> Redirected to slot [15495] located at 127.0.0.1:${port}\n"v"\n`);
    expect(asked.output).toBe('v\n');
    expect(other.sent).toEqual(['<connected>', 'GET a', '<connected>', 'ASKING', 'GET b']);
  });
});

describe('streams of messages, until the server ends them', () => {
  const confirmed = (marker: string) => `${marker}3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n`;
  const message = (marker: string) => `${marker}3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n`;
  const ending = (text: string): Invocation => ({
    script: [
      [/HELLO/, '%0\r\n'],
      [/./, { close: text }],
    ],
  });
  same([
    [[...local, 'subscribe', 'a'], ending(confirmed('*') + message('*') + message('*'))],
    [
      [...local, '--no-raw', 'psubscribe', 'a'],
      ending(confirmed('*').replace('$9', '$10').replace('sub', 'psub')),
    ],
    [[...local, '-3', '--no-raw', 'subscribe', 'a'], ending(confirmed('>') + message('>'))],
    [
      [...local, '-3', '--csv', 'subscribe', 'a', 'b'],
      ending(confirmed('>') + message('>') + confirmed('>')),
    ],
    [[...local, 'subscribe', 'a'], ending('-ERR no\r\n')],
    [[...local, 'monitor'], ending('+OK\r\n+1.5 [0 x] "get" "a"\r\n')],
    [[...local, '--no-raw', 'monitor'], ending('+OK\r\n+1.5 [0 x] "get" "a"\r\n')],
    [[...local, 'unsubscribe'], answer('*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n')],
  ]);
});

describe('options that make no sense', () => {
  test.each([
    '-p',
    '--foo',
    '-p6379 PING',
    '-- PING',
    '-r',
    '-p 99999 PING',
    '-p -5 PING',
    '-t abc PING',
    '-t -1 PING',
    '-2 -3 PING',
    '-4 -6 PING',
    '-u redis://%zz@127.0.0.1 PING',
    '-x -X t GET t',
    '--eval',
    '--json=1 PING',
    '-X',
    '--quoted-pattern "abc --scan',
  ])('%s', (line) => expectSame(line.split(' ')));

  test('an unknown word for --show-pushes', async () => {
    expect(await runCli(['--show-pushes', 'maybe', 'PING'])).toEqual({
      output: '',
      errors: "Unknown --show-pushes value 'maybe' (valid: '[y]es', '[n]o')\n",
      exitCode: 1,
    });
  });

  test('TLS is not there yet', async () => {
    expect(await runCli(['-u', 'rediss://127.0.0.1', 'PING'])).toMatchObject({ exitCode: 1 });
  });
});

describe('no server', () => {
  test('connection refused', async () => {
    const port = String(await freePort());
    for (const args of [
      ['PING'],
      ['-h', '::1', 'PING'],
      ['-h', 'localhost', 'PING'],
      ['-e', 'PING'],
      ['--scan'],
      [],
    ]) {
      await expectSame(['-p', port, ...args], { input: 'PING\n' });
    }
  });

  test.each([[['-s', '/nonexistent/socket', 'PING']], [['-h', 'nowhere.invalid', 'PING']]])('%j', (args) =>
    expectSame(args),
  );
});

describe('commands from standard input', () => {
  const rows: readonly (readonly [input: string, invocation?: Invocation, args?: readonly string[]])[] = [
    ['PING\nget a\n set "a b" \'c\'\n\n# comment\nbad "x\nselect 2\n3 incr x\n5\n+5 incr y\n'],
    ['multi\nset a 1\nexec\nselect 5\nPING', {}, ['-3']],
    [':set hints\n:set nohints\nPING\nquit\nPING\n'],
    ['PING\nexit now\nPING\n'],
    ['PING\nPING\n', { script: [[/PING/, { close: '' }]] }],
    ['MULTI\nSET a 1\nGET a\n', { script: [[/MULTI/, { close: '+OK\r\n' }]] }],
    ['PING\n', answer('Hello\r\n')],
    ['GET a\n', answer('-ERR x\r\n'), ['-e']],
    ['select 4\nmulti\nselect 5\nexec\nmulti\nselect 7\ndiscard\nauth p\nhello 2\n'],
    ['set k "\\x00\\xff\\n\\t\\"\\\\" \'it\\\'s\'\n'],
    ['SET k \xff\xfe'],
  ];
  same(rows.map(([input, invocation, args]) => [[...local, ...(args ?? [])], { ...invocation, input }]));

  test('complaints about the file of preferences name it', async () => {
    const path = join(scriptDirectory, 'preferences');
    writeFileSync(path, ':set nohints\nbad line\n');
    const { output } = await runCli([], { environment: { CINNABAR_CLI_RCFILE: path } });
    expect(output).toBe(`${path}: unknown cinnabar-cli internal command 'bad'\n`);
  });

  test('the database is selected again on a new connection', async () => {
    await expectSame(local, { input: 'select 4\nGET a\nPING\n', script: [[/GET/, { close: '' }]] });
  });
});

test('options that are not UTF-8', async () => {
  server.play([[/LRANGE/, '*2\r\n$1\r\na\r\n$1\r\nb\r\n']]);
  const command = 'exec "$0" "$1" -p "$2" -d "$(printf "\\\\377")" LRANGE l 0 -1';
  const args = ['-c', command, bunProgram(), 'src/bin/cli.ts', String(server.port)];
  expect(await runProgram('sh', args)).toEqual({ output: 'a\xffb\n', errors: '', exitCode: 0 });
});

test('the program itself: streams and exit code', async () => {
  server.play([[/GET/, '-ERR x\r\n']]);
  expect(await runCliProcess(['-p', String(server.port), '-e', 'GET', 'x'])).toEqual({
    output: '',
    errors: 'ERR x\n',
    exitCode: 1,
  });
  expect(await runCliProcess(['--version'])).toMatchObject({ exitCode: 0, errors: '' });
  const help = await runCliProcess(['--help']);
  for (const option of ['-h <hostname>', '--pipe', '--memkeys-samples <n>', '--no-raw'])
    expect(help.output).toContain(option);
  expect((await runCliProcess(['-h'])).output).toBe(help.output);
});
