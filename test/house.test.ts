/** The house rules, read off the sources. A failure names the file, the line and what to do. */
import { describe, expect, test } from 'bun:test';
import { fileURLToPath } from 'node:url';
import {
  checkDirections,
  checkExports,
  checkLeftovers,
  checkLengths,
  checkReaches,
  checkWords,
} from './house/rules.ts';
import { exportsOf, filesBelow, importsOf, readSource, type Source, sourceOf } from './house/source.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const lengthLimits = { median: 220, ninetiethPercentile: 450, longest: 700 };

const files = filesBelow(root)
  .filter((path) => !path.endsWith('.rdb') && path !== 'package-lock.json')
  .map((path) => readSource(root, path));
const sources = files.filter(({ path }) => /^(?:(?:src|test|bench)\/.*|[^/]+)\.ts$/.test(path));
const products = files.filter(({ path }) => /^(?:src|test)\/.*\.ts$/.test(path));

describe('the house', () => {
  test('rooms depend on each other in one direction', () => expect(checkDirections(sources)).toEqual([]));
  test('only the edges reach for clock, randomness, files and network', () => {
    expect(checkReaches(sources)).toEqual([]);
  });
  test('nothing is left behind', () => expect(checkLeftovers(sources)).toEqual([]));
  test('files are short', () => expect(checkLengths(products, lengthLimits)).toEqual([]));
  test('every export is used', () => expect(checkExports(sources)).toEqual([]));
  test('the project speaks of itself alone', () => expect(checkWords(files)).toEqual([]));
});

/** The complaints of one rule about one file, without the place. */
function complaints(rule: (sources: readonly Source[]) => string[], path: string, text: string): number[] {
  return rule([sourceOf(path, text)]).map((complaint) => Number(/^[^:]+:(\d+)/.exec(complaint)?.[1] ?? 0));
}

describe('the rules notice', () => {
  test('imports upwards, whether static, dynamic or of types', () => {
    const text = [
      `import { a } from '../keyspace/a.ts';`,
      `import type { B } from '../server/b.ts';`,
      `const c = await import('../commands/c.ts');`,
      `export { d } from '../memory/d.ts';`,
      `// import '../bin/e.ts'`,
      `const text = "import '../bin/f.ts'";`,
      `import g from '../../test/g.ts';`,
    ].join('\n');
    expect(complaints(checkDirections, 'src/values/x.ts', text).sort()).toEqual([1, 2, 3, 7]);
    expect(complaints(checkDirections, 'src/attic/x.ts', '')).toEqual([0]);
    expect(complaints(checkDirections, 'src/protocol/x.ts', `import '../transport/output.ts';`)).toEqual([]);
    expect(complaints(checkDirections, 'src/protocol/x.ts', `import '../transport/transport.ts';`)).toEqual([
      1,
    ]);
  });

  test('reaches outside', () => {
    const text = [
      'const now = Date.now();',
      `import { readFileSync } from 'node:fs';`,
      `/* Math.random() */ const dice = \`\${Math.random()}\`;`,
      `const text = 'Bun.listen';`,
      'const shown = new Date(milliseconds);',
      'const pattern = /process.exit/;',
      'setTimeout(run, 5);',
      `const half = total / 2; const path = process.argv[2] / 1;`,
    ].join('\n');
    expect(complaints(checkReaches, 'src/server/x.ts', text).sort()).toEqual([1, 2, 3, 7, 8]);
    expect(complaints(checkReaches, 'src/server/system/x.ts', text)).toEqual([]);
  });

  test('leftovers', () => {
    const marker = ['TO', 'DO'].join('');
    const text = [
      `// ${marker}: later`,
      `test.skip('x');`,
      `console.log(1);`,
      `import './x';`,
      'let a: any;',
    ].join('\n');
    expect(complaints(checkLeftovers, 'src/server/x.ts', text).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(complaints(checkLeftovers, 'src/bin/x.ts', 'console.log(1);')).toEqual([]);
    expect(checkLeftovers([sourceOf('src/server/string-utils.ts', '')])).toHaveLength(1);
  });

  test('long files', () => {
    const file = (lines: number): Source => sourceOf(`src/${lines}.ts`, '\n'.repeat(lines));
    const limits = { median: 10, ninetiethPercentile: 20, longest: 30 };
    expect(checkLengths([5, 10, 10, 12, 20, 30].map(file), limits)).toEqual([]);
    expect(checkLengths([5, 11, 12].map(file), limits)).toHaveLength(1);
    expect(checkLengths([1, 2, 3, 21, 22].map(file), limits)).toHaveLength(1);
    expect(checkLengths([1, 2, 31].map(file), limits)).toHaveLength(1);
  });

  test('exports that nobody imports', () => {
    const exporter = sourceOf(
      'src/memory/a.ts',
      'export const used = 1;\nexport function dead() {\ndead(used2);\n}\nexport const used2: T;\nexport type T = 1;\nexport const dead2 = 1;',
    );
    const importer = sourceOf('src/values/b.ts', `import { used as u } from '../memory/a.ts';`);
    expect(checkExports([exporter, importer])).toEqual([
      'src/memory/a.ts:2: nobody imports dead',
      'src/memory/a.ts:7: nobody imports dead2',
    ]);
    const all = sourceOf('src/values/b.ts', `import * as a from '../memory/a.ts';`);
    expect(checkExports([exporter, all])).toEqual([]);
  });

  test('foreign words', () => {
    const path = ['', 'work', 'main'].join('/');
    expect(complaints(checkWords, 'README.md', `Cinnabar\nlies in ${path}`)).toEqual([2]);
    expect(complaints(checkWords, 'docs/x.md', ['see /opt', 'peers/bin'].join('/'))).toEqual([1]);
    expect(complaints(checkWords, 'test/peers/peer.ts', ['see /opt', 'peers/bin'].join('/'))).toEqual([]);
  });
});

describe('sources are read', () => {
  test('imports over several lines', () => {
    const source = sourceOf(
      'src/a/b.ts',
      `import {\n  one,\n  type two as three,\n} from './c.ts';\nexport * from '../d.ts';`,
    );
    expect(importsOf(source)).toEqual([
      { from: './c.ts', path: 'src/a/c.ts', names: ['one', 'two'], line: 1 },
      { from: '../d.ts', path: 'src/d.ts', names: ['*'], line: 5 },
    ]);
  });

  test('exports in every form', () => {
    const text =
      'export async function a() {}\nexport abstract class B {}\nexport { c as d, type E };\nexport default 1;';
    const names = exportsOf(sourceOf('x.ts', text)).map(({ name }) => name);
    expect(names).toEqual(['a', 'B', 'd', 'E', 'default']);
  });

  test('comments and strings are told from code', () => {
    const text = `a('// no'); b(/[/*]'/); c(\`x\${ d('y') }z\`); // e
f(1 / 2 / 3); /* g */ h`;
    expect(sourceOf('x.ts', text).bare).toBe(`a('     '); b(/     /); c(\` \${ d(' ') } \`);     
f(1 / 2 / 3);         h`);
  });
});
