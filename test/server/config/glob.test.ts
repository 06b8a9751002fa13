import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { expandPath, matchesPattern } from '../../../src/server/config/glob.ts';
import { noFiles } from './real-files.ts';

describe('matchesPattern', () => {
  test.each([
    ['*', '', true],
    ['h*z', 'hz', true],
    ['h*z', 'haz-zz', true],
    ['h?', 'h', false],
    ['[a-h]z', 'hz', true],
    ['[h-a]z', 'cz', true],
    ['h[^a]', 'hz', true],
    ['h[^z]', 'hz', false],
    ['h[!z]', 'hz', true],
    ['h[z', 'hz', true],
    ['h[]', 'hz', false],
    ['h[^]', 'hz', true],
    [String.raw`h\*`, 'h*', true],
    [String.raw`h\*`, 'hz', false],
    [String.raw`h[\]]`, 'h]', true],
    ['h\\', 'h\\', true],
  ])('%s and %s', (pattern, text, matches) => expect(matchesPattern(pattern, text, '^')).toBe(matches));

  test('negates by an exclamation mark in file names', () => {
    expect(matchesPattern('h[!z]', 'hz', '!^')).toBe(false);
    expect(matchesPattern('h[!a]', 'hz', '!^')).toBe(true);
  });

  test('agrees with a regular expression on letters, ? and *', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '?', '*') });
    const text = fc.string({ unit: fc.constantFrom('a', 'b') });
    fc.assert(
      fc.property(pattern, text, (glob, name) => {
        const expression = new RegExp(`^${glob.replaceAll('?', '.').replaceAll('*', '.*')}$`);
        expect(matchesPattern(glob, name, '^')).toBe(expression.test(name));
      }),
      { numRuns: 500 },
    );
  });

  test('is not led astray by many stars', () => {
    expect(matchesPattern(`${'*a'.repeat(2000)}b`, 'a'.repeat(5000), '^')).toBe(false);
  });
});

describe('expandPath', () => {
  const directories: Readonly<Record<string, readonly string[]>> = {
    '.': ['b.conf', 'a.conf', '.hidden.conf', 'c.txt'],
    '/etc': ['x', 'y', '.z'],
    '/etc/x': ['1.conf'],
    '/etc/y': ['2.conf', '1.conf'],
  };
  const files = { ...noFiles, list: (path: string) => directories[path] ?? [] };

  test.each([
    ['*.conf', ['a.conf', 'b.conf']],
    ['.*.conf', ['.hidden.conf']],
    ['[!a]*', ['b.conf', 'c.txt']],
    ['/etc/*/1.conf', ['/etc/x/1.conf', '/etc/y/1.conf']],
    ['/etc/*/*', ['/etc/x/1.conf', '/etc/y/1.conf', '/etc/y/2.conf']],
    ['nothing*', []],
  ])('%s', (pattern, paths) => expect(expandPath(pattern, files, '/')).toEqual(paths));
});
