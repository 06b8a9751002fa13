import { Command, Option } from 'commander';
import { type ByteString, textOf } from './bytes.ts';
import { Failure } from './failure.ts';
import { leadingInteger, leadingNumber } from './number-text.ts';
import { unquoted } from './quoting.ts';
import type { Mode, Settings, Target } from './settings.ts';
import { applyUri } from './uri.ts';

/** One option: its flags as commander reads them, what help says of it, and what it changes. */
type OptionRow = readonly [flags: string, description: string, apply: Apply];
type Apply = (settings: Settings, value: string, bytes: ByteString) => void;

function set(change: (value: string, bytes: ByteString) => Partial<Settings>): Apply {
  return (settings, value, bytes) => void Object.assign(settings, change(value, bytes));
}

function target(change: (value: string) => Partial<Target>): Apply {
  return (settings, value) => void Object.assign(settings.target, change(value));
}

function mode(name: Mode): Apply {
  return (settings) => void settings.modes.add(name);
}

const connectionOptions: readonly OptionRow[] = [
  ['-h <hostname>', 'server host (default: 127.0.0.1)', target((v) => ({ host: v }))],
  ['-p <port>', 'server port (default: 6379)', target((v) => ({ port: portNumber(v) }))],
  [
    '-t <timeout>',
    'seconds to wait for a connection, fractions allowed; 0 is no limit',
    target((v) => ({ connectTimeoutMs: timeoutMs(v) })),
  ],
  ['-s <socket>', 'path of a UNIX socket, instead of host and port', target((v) => ({ socketPath: v }))],
  [
    '-a <password>',
    'password; safer in the environment as REDISCLI_AUTH or CINNABAR_CLI_AUTH',
    applyPassword,
  ],
  [
    '--user <username>',
    'ACL user to authenticate as, together with a password',
    target((v) => ({ user: v })),
  ],
  ['--pass <password>', 'the same as -a', applyPassword],
  ['--askpass', 'ask for the password on the terminal', set(() => ({ askPassword: true }))],
  ['-u <uri>', 'server as redis://user:password@host:port/database', applyUri],
  ['-n <db>', 'database number', target((v) => ({ database: leadingInteger(v) }))],
  ['-2', 'speak RESP2', (s) => applyProtocol(s, 2)],
  ['-3', 'speak RESP3', (s) => applyProtocol(s, 3)],
  ['-4', 'resolve the host to an IPv4 address', (s) => applyFamily(s, 4)],
  ['-6', 'resolve the host to an IPv6 address', (s) => applyFamily(s, 6)],
  ['-c', 'follow MOVED and ASK to other nodes of a cluster', set(() => ({ followRedirections: true }))],
  [
    '--no-auth-warning',
    'do not warn of passwords on the command line',
    set(() => ({ warnAboutPassword: false })),
  ],
];

const commandOptions: readonly OptionRow[] = [
  [
    '-r <repeat>',
    'run the command this many times; a negative number is for ever',
    set((v) => ({ repeat: leadingInteger(v) })),
  ],
  [
    '-i <interval>',
    'seconds between repetitions, samples, or rounds of SCAN; fractions allowed',
    set((v) => ({ intervalMs: Math.max(0, leadingNumber(v) * 1000) })),
  ],
  ['-x', 'read the last argument from standard input', set(() => ({ lastArgumentFromInput: true }))],
  [
    '-X <tag>',
    'read the argument that equals this tag from standard input',
    set((v) => ({ argumentTagFromInput: v })),
  ],
  ['--quoted-input', 'unquote arguments, so that "\\x00" is a zero byte', set(() => ({ quotedInput: true }))],
  [
    '--eval <file>',
    'run a Lua script: keys, a comma between spaces, then arguments',
    set((v) => ({ scriptPath: v })),
  ],
  ['-e', 'exit with code 1 when the command fails', set(() => ({ errorsFail: true }))],
];

const outputOptions: readonly OptionRow[] = [
  [
    '-d <delimiter>',
    'between elements in raw output (default: newline)',
    set((_, bytes) => ({ elementDelimiter: bytes })),
  ],
  [
    '-D <delimiter>',
    'between replies in raw output (default: newline)',
    set((_, bytes) => ({ replyDelimiter: bytes })),
  ],
  [
    '--raw',
    'print replies as they are (default when the output is no terminal)',
    set(() => ({ format: 'raw' })),
  ],
  ['--no-raw', 'print replies for people (default on a terminal)', set(() => ({ format: 'plain' }))],
  ['--csv', 'print comma-separated values', set(() => ({ format: 'csv' }))],
  ['--json', 'print JSON, over RESP3 unless -2 is given', set(() => ({ format: 'json' }))],
  ['--quoted-json', 'print JSON in ASCII', set(() => ({ format: 'quoted-json' }))],
  ['--show-pushes <yn>', 'print RESP3 push messages: y or n (default: y on a terminal)', applyShowPushes],
  ['--verbose', 'say more about what is done', set(() => ({ verbose: true }))],
];

const modeOptions: readonly OptionRow[] = [
  [
    '--rdb <filename>',
    "write a snapshot of the server's data to a file; - is standard output",
    (s, v) => applySnapshot(s, v, false),
  ],
  [
    '--functions-rdb <filename>',
    'the same with the functions and without the data',
    (s, v) => applySnapshot(s, v, true),
  ],
  ['--pipe', 'send raw protocol from standard input, and count the replies', mode('pipe')],
  [
    '--pipe-timeout <seconds>',
    'with --pipe: how long to wait for a reply at the end (default: 30; 0 is for ever)',
    set((v) => ({ pipeTimeoutSeconds: leadingInteger(v) })),
  ],
  ['--scan', 'list all keys with SCAN', mode('scan')],
  [
    '--pattern <pattern>',
    'with --scan and the key modes: only keys that match',
    set((_, bytes) => ({ pattern: bytes })),
  ],
  ['--quoted-pattern <pattern>', 'the same, unquoted as --quoted-input does', applyQuotedPattern],
  [
    '--count <count>',
    'with --scan and the key modes: keys to ask for at a time (default: 10)',
    set((v) => ({ scanCount: leadingInteger(v) })),
  ],
  ['--type <type>', 'with --scan: only keys of this type', set((v) => ({ scanType: v }))],
  ['--bigkeys', 'find the keys with most elements or bytes, by type', mode('big-keys')],
  ['--memkeys', 'find the keys that use most memory, by type', mode('memory-keys')],
  [
    '--memkeys-samples <n>',
    'the same, with this many elements sampled per key',
    (s, v) => applySampledMode(s, 'memory-keys', v),
  ],
  ['--keystats', 'distribution of memory and length over all keys', mode('key-statistics')],
  [
    '--keystats-samples <n>',
    'the same, with this many elements sampled per key',
    (s, v) => applySampledMode(s, 'key-statistics', v),
  ],
  [
    '--cursor <n>',
    'with --keystats: where the scan starts',
    set((v) => ({ scanCursor: String(naturalNumber('--cursor', v)) })),
  ],
  [
    '--top <n>',
    'with --keystats: how many of the largest keys to list (default: 10)',
    set((v) => ({ topCount: Number(naturalNumber('--top', v)) })),
  ],
  ['--hotkeys', 'find the keys used most; needs an LFU maxmemory-policy', mode('hot-keys')],
  ['--stat', 'print a line of figures about the server again and again', mode('stat')],
  ['--latency', 'measure the time of PING', mode('latency')],
  ['--latency-history', 'the same, a new line every interval (default: 15 seconds)', mode('latency-history')],
  ['--latency-dist', 'the same as a spectrum in 256 colours', mode('latency-distribution')],
  [
    '--intrinsic-latency <seconds>',
    'measure how long this machine pauses programs; needs no server',
    applyIntrinsicLatency,
  ],
  [
    '--lru-test <keys>',
    'use the server as a cache of this many keys, most requests going to few of them',
    applyLruTest,
  ],
  ['-v', 'the same as --version', mode('version')],
  ['--version', 'print the version', mode('version')],
  ['--help', 'print this text', mode('help')],
];

const allOptions: readonly OptionRow[] = [
  ...connectionOptions,
  ...commandOptions,
  ...outputOptions,
  ...modeOptions,
];

/**
 * Applies the options at the head of the arguments to `settings`.
 * @returns the index of the first argument of the command; the number of arguments when there is no command.
 */
export function parseOptions(settings: Settings, args: readonly ByteString[]): number {
  const program = programFor(settings);
  const commandStart = optionsEnd(settings, program.options, args);
  program.parse(args.slice(0, commandStart), { from: 'user' });
  checkCombination(settings);
  return commandStart;
}

/** What --help prints. */
export function usageText(settings: Settings): string {
  return programFor(settings).helpInformation();
}

function programFor(settings: Settings): Command {
  const program = new Command('cinnabar-cli')
    .usage('[options] [command [argument ...]]')
    .description('Without a command, commands are read from the terminal or from standard input.')
    .helpOption(false)
    .configureHelp({ helpWidth: 100 });
  for (const [flags, description, apply] of allOptions) {
    const option = new Option(flags, description);
    program.addOption(option);
    program.on(`option:${option.name()}`, (value: ByteString = '') => apply(settings, textOf(value), value));
  }
  return program;
}

/**
 * Where the options end. Stricter than commander, as redis-cli is: an option is one whole argument (no `-p1`, no
 * `--count=1`), and whatever follows an option that takes a value is its value.
 */
function optionsEnd(settings: Settings, options: readonly Option[], args: readonly ByteString[]): number {
  let at = 0;
  while (at < args.length && args[at]!.startsWith('-')) {
    const flag = args[at]!;
    if (flag === '-h' && at === args.length - 1) {
      settings.modes.add('help');
      return at;
    }
    const option = options.find(({ short, long }) => short === flag || long === flag);
    const width = option?.required === true ? 2 : 1;
    if (option === undefined || at + width > args.length) {
      throw new Failure(`Unrecognized option or bad number of args for: '${textOf(flag)}'`);
    }
    at += width;
  }
  return at;
}

function checkCombination(settings: Settings): void {
  if (settings.lastArgumentFromInput && settings.argumentTagFromInput !== undefined) {
    throw new Failure('Options -x and -X are mutually exclusive.');
  }
}

function portNumber(text: string): number {
  const port = leadingInteger(text);
  if (port < 0 || port > 65535) throw new Failure('Invalid server port.');
  return port;
}

function naturalNumber(option: string, text: string): bigint {
  if (!/^\s*[+-]?\d+$/.test(text)) throw new Failure(`${option} conversion error.`);
  const number = BigInt(text);
  if (number < 0n) throw new Failure(`${option} should be followed by a positive integer.`);
  return number;
}

function timeoutMs(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds >= 0)) throw new Failure('Invalid connection timeout for -t.');
  return seconds * 1000;
}

function applyPassword(settings: Settings, password: string): void {
  settings.target.password = password;
  settings.passwordOnCommandLine = true;
}

function applyFamily({ target }: Settings, family: 4 | 6): void {
  if (target.addressFamily !== 0 && target.addressFamily !== family) {
    throw new Failure('Options -4 and -6 are mutually exclusive.');
  }
  target.addressFamily = family;
}

function applyProtocol(settings: Settings, version: 2 | 3): void {
  if (settings.protocol !== undefined && settings.protocol !== version) {
    throw new Failure('Options -2 and -3 are mutually exclusive.');
  }
  settings.protocol = version;
}

function applySampledMode(settings: Settings, mode: Mode, samples: string): void {
  settings.memorySamples = leadingInteger(samples);
  settings.modes.add(mode);
}

function applySnapshot(settings: Settings, path: string, onlyFunctions: boolean): void {
  settings.snapshotPath = path;
  settings.onlyFunctions = onlyFunctions;
  settings.modes.add('snapshot');
}

function applyLruTest(settings: Settings, keys: string): void {
  settings.lruTestKeys = leadingInteger(keys);
  settings.modes.add('lru-test');
}

function applyIntrinsicLatency(settings: Settings, seconds: string): void {
  settings.intrinsicLatencySeconds = leadingInteger(seconds);
  settings.modes.add('intrinsic-latency');
}

function applyQuotedPattern(settings: Settings, _: string, pattern: ByteString): void {
  settings.pattern = unquoted(pattern);
  if (settings.pattern === undefined)
    throw new Failure('Invalid quoted string specified for --quoted-pattern.');
}

function applyShowPushes(settings: Settings, value: string): void {
  if (!/^[yn]/i.test(value)) {
    throw new Failure(`Unknown --show-pushes value '${value}' (valid: '[y]es', '[n]o')`);
  }
  settings.showPushes = /^y/i.test(value);
}
