import { describe, expect, test } from 'bun:test';
import { type Invocation, parseCommandLine } from '../../../src/server/config/command-line.ts';
import { Configuration } from '../../../src/server/config/configuration.ts';
import type { ConfigurationFiles } from '../../../src/server/config/files.ts';
import {
  type ConfigurationError,
  type DirectiveHandlers,
  describeConfigurationError,
  loadConfiguration,
} from '../../../src/server/config/load.ts';
import { Rejection } from '../../../src/server/config/rejection.ts';
import { noFiles } from './real-files.ts';

function filesOf(texts: Readonly<Record<string, string>>, input = ''): ConfigurationFiles {
  return {
    ...noFiles,
    workingDirectory: '/home',
    directory: (path) => path,
    read: (path, from) =>
      texts[path.startsWith('/') ? path : `${from}/${path}`] ?? new Rejection('No such file or directory'),
    readStandardInput: () => input,
  };
}

interface Loaded {
  readonly configuration: Configuration;
  readonly error: ConfigurationError | undefined;
  /** Directives beside the options, as they were handed on. */
  readonly others: readonly string[];
}

function load(
  words: readonly string[],
  files: ConfigurationFiles,
  more: Partial<DirectiveHandlers> = {},
): Loaded {
  const invocation = parseCommandLine(words);
  if (invocation.kind !== 'serve') throw new Error(invocation.kind);
  const configuration = new Configuration(files);
  const others: string[] = [];
  const keep = (name: string) => (values: readonly string[]) => {
    others.push([name, ...values].join('|'));
    return undefined;
  };
  const handlers = {
    user: keep('user'),
    renameCommand: keep('rename'),
    loadModule: keep('module'),
    ...more,
  };
  return { configuration, error: loadConfiguration(configuration, invocation, handlers), others };
}

describe('loading', () => {
  test('the command line comes behind standard input, and that behind the file', () => {
    const files = filesOf({ '/home/a.conf': 'hz 20\ntimeout 1\nport 1' }, '\ntimeout 2\nport 2\n');
    const { configuration, error } = load(['a.conf', '--port', '3', '-'], files);
    expect(error).toBeUndefined();
    expect(configuration.get(['hz', 'timeout', 'port']).map(([, value]) => value)).toEqual(['20', '2', '3']);
  });

  test('cumulative directives add up, the last of the others wins', () => {
    const text = [
      'save 60 1',
      'save 30 2',
      'hz 20',
      'hz 30',
      'client-output-buffer-limit normal 1 1 1',
      'client-output-buffer-limit pubsub 2 2 2',
      'user a on',
      'user b off nopass',
      'rename-command get ""',
      'loadmodule x.so y',
    ].join('\n');
    const { configuration, others } = load(['/c'], filesOf({ '/c': text }));
    expect(configuration.print('save')).toBe('60 1 30 2');
    expect(configuration.print('hz')).toBe('30');
    expect(configuration.print('client-output-buffer-limit')).toBe(
      'normal 1 1 1 slave 268435456 67108864 60 pubsub 2 2 2',
    );
    expect(others).toEqual(['user|a|on', 'user|b|off|nopass', 'rename|get|', 'module|x.so|y']);
  });

  test('old spellings and forgotten directives', () => {
    const text = 'slave-priority 7\nhash-max-ziplist-entries 8\nlua-time-limit 9\nlist-max-ziplist-entries 1';
    const { configuration, error } = load(['/c'], filesOf({ '/c': text }));
    expect(error).toBeUndefined();
    expect(configuration.number('replica-priority')).toBe(7);
    expect(configuration.number('hash-max-listpack-entries')).toBe(8);
    expect(configuration.number('busy-reply-threshold')).toBe(9);
  });

  test("our own options and Valkey's", () => {
    const words = [
      '--transport',
      'epoll',
      '--debug-memory',
      'yes',
      '--primaryauth',
      'x',
      '--log-format',
      'json',
    ];
    const { configuration, error } = load(words, filesOf({}));
    expect(error).toBeUndefined();
    expect(configuration.text('transport')).toBe('epoll');
    expect(configuration.boolean('debug-memory')).toBe(true);
    expect(configuration.text('masterauth')).toBe('x');
    expect(configuration.text('log-format')).toBe('json');
  });

  test('includes are looked for in the directory in force', () => {
    const files = filesOf({
      '/home/a': 'include b\ndir /etc\ninclude b',
      '/home/b': 'hz 20',
      '/etc/b': 'timeout 5',
    });
    const { configuration } = load(['a'], files);
    expect(configuration.get(['hz', 'timeout', 'dir']).map(([, value]) => value)).toEqual([
      '20',
      '5',
      '/etc',
    ]);
  });

  test('listeners hear of options from files', () => {
    const configuration = new Configuration(filesOf({}, 'hz 20\n'));
    let hz = 0;
    configuration.onChange('hz', () => {
      hz = configuration.number('hz');
    });
    const invocation = parseCommandLine(['-']) as Extract<Invocation, { kind: 'serve' }>;
    const accept = () => undefined;
    loadConfiguration(configuration, invocation, { user: accept, renameCommand: accept, loadModule: accept });
    expect(hz).toBe(20);
  });
});

describe('what is refused', () => {
  const source = (words: string[], texts: Record<string, string>, input = '') => {
    const { error } = load(words, filesOf(texts, input));
    return error?.kind === 'directive' ? `${error.line} ${error.source}` : error?.kind;
  };

  test('the error says where its text comes from', () => {
    expect(source(['a'], { '/home/a': 'hz 20\nhz x\n' })).toBe('2 /home/a');
    expect(source(['/a', '-'], { '/a': 'hz 20\n' }, 'hz x')).toBe('2 standard input');
    expect(source(['/a', '-'], { '/a': 'hz 20' }, '\nhz x')).toBe('2 standard input');
    expect(source(['/a', '--hz', 'x'], { '/a': 'hz 20' })).toBe('2 the command line');
    expect(source(['/a', '--hz', '20', '--hz', 'x'], { '/a': 'hz 20\n' })).toBe('4 the command line');
    expect(source(['/a'], { '/a': 'include b', '/home/b': '\n\nhz x' })).toBe('3 /home/b');
    expect(source(['/a'], { '/a': 'include missing' })).toBe('file');
  });

  test('an unknown directive, at once', () => {
    const { error } = load(['--nothing', '1', '--hz', 'x'], filesOf({}));
    expect(describeConfigurationError(error!, 'Cinnabar 1.2.3')).toBe(
      '\n*** FATAL CONFIG FILE ERROR (Cinnabar 1.2.3) ***\nReading the configuration file, at line 2\n' +
        '>>> \'nothing "1"\'\nBad directive or wrong number of arguments\n(in the command line)\n',
    );
  });

  test('includes in a circle', () => {
    const { error } = load(['/a'], filesOf({ '/a': 'include /a' }));
    expect(error).toMatchObject({ kind: 'directive', reason: 'Too many includes within includes' });
  });

  test('a user twice', () => {
    const { error, others } = load(['/a'], filesOf({ '/a': 'user a on\nuser b on\nuser a off' }));
    expect(others).toEqual(['user|a|on', 'user|b|on']);
    expect(error).toMatchObject({
      line: 3,
      reason:
        "Error in user declaration 'a': Duplicate user found. A user can only be defined once in config files",
    });
  });

  test('what a handler refuses', () => {
    const { error } = load(['--rename-command', 'x', 'y'], filesOf({}), {
      renameCommand: () => 'No such command in rename-command',
    });
    expect(error).toMatchObject({ line: 2, reason: 'No such command in rename-command' });
  });

  test('sentinel directives, unless this is a Sentinel', () => {
    const seen: string[] = [];
    const sentinel = (values: readonly string[]) => {
      seen.push(values.join(' '));
      return undefined;
    };
    const files = filesOf({ '/a': 'sentinel monitor x 127.0.0.1 1 2' });
    expect(load(['/a'], files).error).toMatchObject({
      reason: 'sentinel directive while not in sentinel mode',
    });
    expect(load(['/a', '--sentinel'], files, { sentinel }).error).toBeUndefined();
    expect(seen).toEqual(['monitor x 127.0.0.1 1 2']);
  });
});
