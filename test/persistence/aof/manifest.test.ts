import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import {
  formatManifest,
  Manifest,
  withNextBase,
  withNextIncremental,
  withOldIncrementalsAsHistory,
} from '../../../src/persistence/aof/manifest.ts';
import { ManifestError, parseManifest } from '../../../src/persistence/aof/manifest-parser.ts';

const lines = (...all: string[]): string => all.map((line) => `${line}\n`).join('');

/** Why a manifest is refused: line, text and message. */
function refusal(text: string): [number, string, string] {
  try {
    parseManifest(text);
  } catch (error) {
    if (error instanceof ManifestError) return [error.line, error.text, error.message];
    throw error;
  }
  throw new Error('it is not refused');
}

describe('a manifest', () => {
  const text = lines(
    'file appendonly.aof.2.base.rdb seq 2 type b',
    'file appendonly.aof.1.base.rdb seq 1 type h',
    'file appendonly.aof.3.incr.aof seq 3 type i',
    'file appendonly.aof.4.incr.aof seq 4 type i',
  );

  test('names the files and their order', () => {
    const manifest = parseManifest(text);
    expect(manifest.live.map(({ name }) => name)).toEqual([
      'appendonly.aof.2.base.rdb',
      'appendonly.aof.3.incr.aof',
      'appendonly.aof.4.incr.aof',
    ]);
    expect(manifest.last?.sequence).toBe(4);
    expect(manifest.history).toEqual([{ name: 'appendonly.aof.1.base.rdb', sequence: 1, type: 'history' }]);
    expect(formatManifest(manifest)).toBe(text);
  });

  test('may have comments, other orders, blanks, and pairs of later versions', () => {
    const manifest = parseManifest(
      lines(
        '# file x seq 1 type b',
        ' \tTYPE base seq 7  FILE "b c"\r',
        "file 'i' seq 9 type i startoffset 22 endoffset 40",
      ),
    );
    expect(manifest.base).toEqual({ name: 'b c', sequence: 7, type: 'base' });
    expect(manifest.incremental).toEqual([{ name: 'i', sequence: 9, type: 'incremental' }]);
    expect(parseManifest(lines('# nothing')).isEmpty).toBe(true);
  });

  test('is refused when it is not understood', () => {
    const invalid = 'Invalid AOF manifest file format';
    const tooLong = 'The AOF manifest file contains too long line';
    expect(refusal('')).toEqual([0, '', 'Found an empty AOF manifest']);
    expect(refusal(lines(''))).toEqual([1, '', invalid]);
    expect(refusal(lines('file a seq 1'))).toEqual([1, 'file a seq 1', invalid]);
    expect(refusal(lines('file a seq 1 type'))).toEqual([1, 'file a seq 1 type', invalid]);
    expect(refusal(lines('file a seq 1 kind b'))).toEqual([1, 'file a seq 1 kind b', invalid]);
    expect(refusal(lines('file "a seq 1 type b'))).toEqual([1, 'file "a seq 1 type b', invalid]);
    expect(refusal(lines('file a seq x type b'))).toEqual([1, 'file a seq x type b', invalid]);
    expect(refusal(lines('file a seq 1 type ""'))).toEqual([1, 'file a seq 1 type ""', invalid]);
    expect(refusal('file a seq 1 type b')).toEqual([0, '', tooLong]);
    expect(refusal(lines('file a seq 1 type b', 'file b\0'))).toEqual([0, '', tooLong]);
    expect(parseManifest('file a seq 1 type b\n# no end').base?.name).toBe('a');
    expect(refusal(lines(`file ${'a'.repeat(1006)} seq 1 type b`))[2]).toBe(tooLong);
    expect(parseManifest(lines(`file ${'a'.repeat(1005)} seq 1 type b`)).base?.name).toHaveLength(1005);
    expect(refusal(lines('#', 'file a/b seq 1 type b'))).toEqual([
      2,
      'file a/b seq 1 type b',
      "File can't be a path, just a filename",
    ]);
    expect(refusal(lines('file a seq 1 type x'))[2]).toBe('Unknown AOF file type');
    expect(refusal(lines('file a seq 1 type b', 'file c seq 2 type b'))[2]).toBe(
      'Found duplicate base file information',
    );
    expect(refusal(lines('file a seq 2 type i', 'file c seq 2 type i'))[2]).toBe(
      'Found a non-monotonic sequence number',
    );
  });

  test('comes back from its text, whatever the names', () => {
    const name = fc
      .uint8Array({ minLength: 1, maxLength: 20 })
      .map((bytes) => String.fromCharCode(...bytes).replace(/[/\\]/g, '_'));
    const files = fc.record({
      base: fc.option(fc.record({ name, sequence: fc.integer({ min: 1, max: 1e9 }) })),
      incremental: fc.uniqueArray(fc.record({ name, sequence: fc.integer({ min: 1, max: 1e9 }) }), {
        selector: ({ sequence }) => sequence,
        maxLength: 5,
      }),
    });
    fc.assert(
      fc.property(files, ({ base, incremental }) => {
        const manifest = new Manifest({
          base: base === null ? null : { ...base, type: 'base' },
          incremental: incremental
            .sort((a, b) => a.sequence - b.sequence)
            .map((file) => ({ ...file, type: 'incremental' })),
        });
        if (manifest.isEmpty) return;
        expect(parseManifest(formatManifest(manifest))).toEqual(manifest);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test('goes through a rewrite', () => {
    let manifest = withNextIncremental(withNextBase(new Manifest(), 'a', 'rdb'), 'a');
    expect(formatManifest(manifest)).toBe(
      lines('file a.1.base.rdb seq 1 type b', 'file a.1.incr.aof seq 1 type i'),
    );
    manifest = withNextIncremental(withNextIncremental(manifest, 'a'), 'a');
    manifest = withOldIncrementalsAsHistory(withNextBase(manifest, 'a', 'commands'), 1);
    expect(formatManifest(manifest)).toBe(
      lines(
        'file a.2.base.aof seq 2 type b',
        'file a.1.incr.aof seq 1 type h',
        'file a.2.incr.aof seq 2 type h',
        'file a.1.base.rdb seq 1 type h',
        'file a.3.incr.aof seq 3 type i',
      ),
    );
    manifest = withOldIncrementalsAsHistory(manifest, 0);
    expect(manifest.last).toBeNull();
    expect(withNextIncremental(manifest, 'a').last?.name).toBe('a.4.incr.aof');
  });

  test('gives no name that is still in its history', () => {
    const manifest = parseManifest(
      lines(
        'file a.4.base.rdb seq 4 type b',
        'file a.1.incr.aof seq 1 type h',
        'file a.2.incr.aof seq 2 type h',
        'file a.5.base.aof seq 5 type h',
      ),
    );
    expect(withNextIncremental(manifest, 'a').last).toEqual({
      name: 'a.3.incr.aof',
      sequence: 3,
      type: 'incremental',
    });
    expect(withNextBase(manifest, 'a', 'rdb').base?.name).toBe('a.5.base.rdb');
    expect(withNextBase(manifest, 'a', 'commands').base?.name).toBe('a.6.base.aof');
  });

  test('takes a file that counts for no history, whatever else it says', () => {
    const manifest = parseManifest(
      lines(
        'file a.4.base.rdb seq 4 type b',
        'file a.1.incr.aof seq 1 type h',
        'file a.3.base.rdb seq 3 type h',
        'file a.1.incr.aof seq 1 type i',
      ),
    );
    expect(manifest.history.map(({ name }) => name)).toEqual(['a.3.base.rdb']);
    expect(manifest.last?.name).toBe('a.1.incr.aof');
  });
});
