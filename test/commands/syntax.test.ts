import { describe, expect, test } from 'bun:test';
import { parseSyntax, type SyntaxArgument } from '../../src/commands/syntax.ts';

/** An argument without anything that is not so, to compare briefly. */
function brief(argument: SyntaxArgument): Record<string, unknown> {
  const entries = Object.entries(argument).filter(([name, value]) => {
    if (name === 'arguments') return argument.arguments.length > 0;
    if (name === 'displayText') return value !== argument.name;
    return value !== false;
  });
  const members = argument.arguments.map(brief);
  return { ...Object.fromEntries(entries), ...(members.length > 0 ? { arguments: members } : {}) };
}

const lines: readonly (readonly [string, readonly Record<string, unknown>[]])[] = [
  ['', []],
  ['value', [{ name: 'value', type: 'string' }]],
  [
    'count:integer score:double at:unix-time',
    [
      { name: 'count', type: 'integer' },
      { name: 'score', type: 'double' },
      { name: 'at', type: 'unix-time' },
    ],
  ],
  ['pattern', [{ name: 'pattern', type: 'pattern' }]],
  ['key', [{ name: 'key', type: 'key', keySpecification: 0 }]],
  ['newkey:key#1', [{ name: 'newkey', type: 'key', keySpecification: 1 }]],
  ['key="path":string', [{ name: 'key', type: 'string', displayText: 'path' }]],
  ['key...', [{ name: 'key', type: 'key', keySpecification: 0, multiple: true }]],
  ['[key...]', [{ name: 'key', type: 'key', keySpecification: 0, multiple: true, optional: true }]],
  ['EX seconds:integer@2.6.12', [{ name: 'seconds', type: 'integer', token: 'EX', since: '2.6.12' }]],
  [
    'address="ip:port"~2.8.12',
    [{ name: 'address', type: 'string', displayText: 'ip:port', deprecatedSince: '2.8.12' }],
  ],
  ['value@1.0.0~2.0.0', [{ name: 'value', type: 'string', since: '1.0.0', deprecatedSince: '2.0.0' }]],
  ['[GET@6.2.0]', [{ name: 'get', type: 'pure-token', token: 'GET', since: '6.2.0', optional: true }]],
  ['sorting:ALPHA', [{ name: 'sorting', type: 'pure-token', token: 'ALPHA' }]],
  ['equal:"="', [{ name: 'equal', type: 'pure-token', token: '=' }]],
  ['nothing:""', [{ name: 'nothing', type: 'pure-token', token: '' }]],
  [
    'NO! one',
    [
      { name: 'no', type: 'pure-token', token: 'NO' },
      { name: 'one', type: 'string' },
    ],
  ],
  [
    'NO ONE',
    [
      { name: 'no', type: 'pure-token', token: 'NO' },
      { name: 'one', type: 'pure-token', token: 'ONE' },
    ],
  ],
  ['NO one', [{ name: 'one', type: 'string', token: 'NO' }]],
  [
    '[GET... pattern#1]',
    [
      {
        name: 'pattern',
        type: 'pattern',
        token: 'GET',
        keySpecification: 1,
        optional: true,
        multiple: true,
        multipleToken: true,
      },
    ],
  ],
  [
    '[mode:(ASYNC@4.0.0|SYNC)]',
    [
      {
        name: 'mode',
        type: 'oneof',
        optional: true,
        arguments: [
          { name: 'async', type: 'pure-token', token: 'ASYNC', since: '4.0.0' },
          { name: 'sync', type: 'pure-token', token: 'SYNC' },
        ],
      },
    ],
  ],
  [
    'limit:LIMIT (offset:integer [ANY])@7.0.0',
    [
      {
        name: 'limit',
        type: 'block',
        token: 'LIMIT',
        since: '7.0.0',
        arguments: [
          { name: 'offset', type: 'integer' },
          { name: 'any', type: 'pure-token', token: 'ANY', optional: true },
        ],
      },
    ],
  ],
  [
    'filter:(old|new:([ID id]|[by:BY (X|Y)])...)',
    [
      {
        name: 'filter',
        type: 'oneof',
        arguments: [
          { name: 'old', type: 'string' },
          {
            name: 'new',
            type: 'oneof',
            multiple: true,
            arguments: [
              { name: 'id', type: 'string', token: 'ID', optional: true },
              {
                name: 'by',
                type: 'oneof',
                token: 'BY',
                optional: true,
                arguments: [
                  { name: 'x', type: 'pure-token', token: 'X' },
                  { name: 'y', type: 'pure-token', token: 'Y' },
                ],
              },
            ],
          },
        ],
      },
    ],
  ],
  ['set:(member)', [{ name: 'set', type: 'block', arguments: [{ name: 'member', type: 'string' }] }]],
];

describe('syntax notation', () => {
  test.each(lines)('%j', (line, expected) => {
    expect(parseSyntax(line).map(brief)).toEqual(expected as Record<string, unknown>[]);
  });

  test.each([
    ['key  value', 4],
    ['key ', 4],
    ['[key', 4],
    ['key]', 3],
    ['(key)', 0],
    ['a:(b', 4],
    ['a:(b|c d)', 6],
    ['a:number', 8],
    ['EX... ', 2],
    ['GET...[x]', 3],
    ['"open', 0],
  ])('%j is refused at %d', (line, place) => {
    expect(() => parseSyntax(line)).toThrow(`expected at ${place} of "${line}"`);
  });
});
