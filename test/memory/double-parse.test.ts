import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { parseDouble } from '../../src/memory/double-parse.ts';

const encoder = new TextEncoder();

function parse(text: string): number {
  const bytes = encoder.encode(`1${text}1`);
  return parseDouble(bytes, 1, bytes.length - 1);
}

describe('parseDouble', () => {
  test('takes every form that strtod takes', () => {
    const forms: readonly (readonly [string, number])[] = [
      ['0', 0],
      ['-0', -0],
      ['-0x0', -0],
      ['+1', 1],
      ['01', 1],
      ['1.', 1],
      ['.5', 0.5],
      ['-.5', -0.5],
      ['1e5', 1e5],
      ['1.E-2', 0.01],
      ['0e5000', 0],
      ['inf', Number.POSITIVE_INFINITY],
      ['-INFINITY', Number.NEGATIVE_INFINITY],
      ['0x10', 16],
      ['-0X.8P+4', -8],
      ['0x1.8p-2', 0.375],
      ['0x1p-1074', 5e-324],
      ['0x1.8p-1075', 5e-324],
      ['0x1.fffffffffffff8p0', 2],
      ['0x1.fffffffffffff7fffffffffffffffffffffffffffffffffp0', 2 - 2 ** -52],
      [`0x1.00000000000008${'0'.repeat(50)}1p0`, 1 + 2 ** -52],
      ['123456789012345', 123456789012345],
      ['1152921504606846976', 2 ** 60],
      ['0.30000000000000004', 0.30000000000000004],
      ['2.5e-324', 5e-324],
      [`1${'0'.repeat(300)}`, 1e300],
      [`0.${'0'.repeat(400)}1e401`, 1],
    ];
    for (const [text, value] of forms) expect([text, parse(text)]).toEqual([text, value]);
  });

  test('refuses the rest, numbers out of range among it', () => {
    const texts = [
      '',
      '-',
      '+',
      '.',
      '-.',
      'e5',
      '1e',
      '1e+',
      '--1',
      '+-1',
      ' 1',
      '1 ',
      '1\0',
      '1\n',
      '\t1',
      '1,5',
      '1_0',
      '1..2',
    ];
    const words = [
      'nan',
      '-nan',
      'infin',
      'infinityy',
      'NaN(1)',
      '1f',
      '0x',
      '0x.',
      '0x1p',
      '0xg',
      '0b1',
      '0o7',
      'Infinity1',
    ];
    const ranges = [
      '1e400',
      '-1e400',
      '1e-400',
      '2e-324',
      '1.8e308',
      '0x1p1024',
      '0x1p-1075',
      '1e99999999999999999999',
      '0x1p-9999999999',
    ];
    for (const text of [...texts, ...words, ...ranges])
      expect([text, parse(text)]).toEqual([text, Number.NaN]);
  });

  test('reads decimals as JavaScript does', () => {
    const decimal = fc
      .tuple(
        fc.nat(999_999_999),
        fc.stringMatching(/^\d{0,20}$/),
        fc.constantFrom('', 'e-7', 'E+20', 'e-300'),
        fc.boolean(),
      )
      .map(
        ([whole, fraction, exponent, negative]) => `${negative ? '-' : ''}${whole}.${fraction}${exponent}`,
      );
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map(String);
    fc.assert(
      fc.property(fc.oneof(decimal, number), (text) => {
        expect(parse(text)).toBe(Number(text));
      }),
      { numRuns: 4000, seed: 1 },
    );
  });
});
