import { describe, expect, test } from 'bun:test';
import { parseCommandLine } from '../../../src/server/config/command-line.ts';

describe('parseCommandLine', () => {
  test.each([
    [['-v', 'x'], { kind: 'version' }],
    [['--version'], { kind: 'version' }],
    [['--help', '--port', '1'], { kind: 'help' }],
    [['-h'], { kind: 'help' }],
    [['--check-system'], { kind: 'check-system' }],
    [['--test-memory', '64'], { kind: 'test-memory', megabytes: 64 }],
    [['--test-memory', 'x'], { kind: 'test-memory', megabytes: 0 }],
    [['--test-memory'], { kind: 'test-memory', megabytes: undefined }],
    [['--test-memory', '1', '2'], { kind: 'test-memory', megabytes: undefined }],
  ])('%j does one thing', (words, invocation) =>
    expect(parseCommandLine(words)).toEqual(invocation as never),
  );

  const nothing = { kind: 'serve', configFile: '', readsStandardInput: false, options: '', sentinel: false };
  test.each([
    [[], {}],
    [['x.conf'], { configFile: 'x.conf' }],
    [['x.conf', '-v'], { configFile: 'x.conf', options: '"-v" ' }],
    [['-'], { readsStandardInput: true }],
    [['-', '--hz', '1'], { readsStandardInput: true, options: 'hz "1" ' }],
    [['x.conf', '--hz', '1', '-'], { configFile: 'x.conf', readsStandardInput: true, options: 'hz "1" ' }],
    [['--hz 1', '--port', '2'], { options: 'hz 1 \nport "2" ' }],
    [['--bind', 'a', 'b c', '--hz', '1'], { options: 'bind "a" "b c" \nhz "1" ' }],
    [['--requirepass', '--x', '--hz', '1'], { options: 'requirepass "--x" \nhz "1" ' }],
    [['--save', '--hz', '1'], { options: 'save ""\nhz "1" ' }],
    [['--hz', '1', '--save'], { options: 'hz "1" \nsave ""' }],
    [
      ['x.conf', '--sentinel', '--hz', '1'],
      { configFile: 'x.conf', options: 'sentinel \nhz "1" ', sentinel: true },
    ],
  ])('%j starts a server', (words, differences) =>
    expect(parseCommandLine(words)).toEqual({ ...nothing, ...differences } as never),
  );
});
