import { describe, expect, test } from 'bun:test';
import { parseSyntax } from '../../src/commands/syntax.ts';
import { syntaxText } from '../../src/commands/syntax-text.ts';

describe('syntax as people write it', () => {
  test.each([
    ['', ''],
    ['key value', 'key value'],
    ['key...', 'key [key ...]'],
    ['[section...]', '[section [section ...]]'],
    ['[message]', '[message]'],
    ['data:(key value)...', 'key value [key value ...]'],
    ['[GET... get-pattern="pattern":pattern]', '[GET pattern [GET pattern ...]]'],
    ['key [condition:(NX|XX)@2.6.12] [GET]', 'key [NX | XX] [GET]'],
    ['[expiration:(EX seconds:integer|KEEPTTL)]', '[EX seconds | KEEPTTL]'],
    ['mode:(ON|OFF)', '<ON | OFF>'],
    ['[type:TYPE (NORMAL|PUBSUB)]', '[TYPE <NORMAL | PUBSUB>]'],
    ['[limit:LIMIT (offset:integer count:integer)]', '[LIMIT offset count]'],
    ['args:(host-port:(host port)|no-one:(NO ONE))', '<host port | NO ONE>'],
    ['nothing:""! equal:"="', '"" ='],
    ['[filter:([ID id]|[USER name])...]', '[<[ID id] | [USER name]> [...]]'],
  ])('%j', (line, expected) => {
    expect(syntaxText(parseSyntax(line))).toBe(expected);
  });
});
