import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { Arguments } from '../../../src/protocol/arguments.ts';
import { COMPLETE, RequestParser } from '../../../src/protocol/request-parser.ts';
import { AppendBuffer } from '../../../src/server/persistence/append-buffer.ts';

const words = fc.array(fc.uint8Array({ maxLength: 90 }), { minLength: 1, maxLength: 12 });

/** What the requests in the buffer say. */
function read(buffer: AppendBuffer): string[][] {
  const parser = new RequestParser();
  const found: string[][] = [];
  for (let at = 0; at < buffer.length; at = parser.next) {
    expect(parser.parse(buffer.bytes, at, buffer.length)).toBe(COMPLETE);
    found.push(parser.arguments.copyAll().map((word) => Buffer.from(word).toString('latin1')));
  }
  return found;
}

function textOf(command: readonly Uint8Array[]): string[] {
  return command.map((word) => Buffer.from(word).toString('latin1'));
}

test('what is added is a request again, however it came and however much there is', () => {
  fc.assert(
    fc.property(fc.array(words, { maxLength: 40 }), fc.boolean(), (commands, twice) => {
      const buffer = new AppendBuffer();
      const encoded = new AppendBuffer();
      for (const command of commands) {
        const request = new Arguments();
        request.assign(command);
        buffer.addRequest(request);
        encoded.addWords(command);
        if (twice) buffer.addWords(command);
      }
      buffer.addEncoded(encoded.bytes, 0, encoded.length);
      const once = commands.map(textOf);
      const added = twice ? once.flatMap((command) => [command, command]) : once;
      expect(read(buffer)).toEqual([...added, ...once]);
    }),
    { numRuns: 60, seed: 7 },
  );
});

test('a long word grows the buffer, which is given back when the file has taken everything', () => {
  const buffer = new AppendBuffer();
  const small = buffer.bytes.length;
  buffer.addWords([new Uint8Array(9_000_000).fill(65)]);
  expect(read(buffer)[0][0].length).toBe(9_000_000);
  buffer.taken(buffer.length);
  expect(buffer.bytes.length).toBe(small);
});

test('what the file has not taken stays', () => {
  const buffer = new AppendBuffer();
  buffer.addWords([Buffer.from('first')]);
  const { length } = buffer;
  buffer.addWords([Buffer.from('second')]);
  buffer.taken(length);
  expect(read(buffer)).toEqual([['second']]);
});
