import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import {
  AOF_ANNOTATION,
  AOF_COMMAND,
  AOF_CUT,
  AOF_END,
  AofFormatError,
  AofReader,
} from '../../../src/persistence/aof/reader.ts';
import { sourceOf } from './commands.ts';

const words = (...all: (string | Buffer)[]): Buffer =>
  Buffer.concat([
    Buffer.from(`*${all.length}\r\n`),
    ...all.flatMap((word) => [Buffer.from(`$${word.length}\r\n`), Buffer.from(word), Buffer.from('\r\n')]),
  ]);

interface Outcome {
  readonly commands: string[];
  /** How reading has ended: a constant of the reader, or where damage is. */
  readonly end: number | string;
  /** Up to where all was whole. */
  readonly offset: number;
}

function read(bytes: Uint8Array | string, pieceBytes = 7): Outcome {
  const reader = new AofReader(sourceOf(Buffer.from(bytes), pieceBytes));
  const commands: string[] = [];
  try {
    for (;;) {
      const found = reader.next();
      if (found === AOF_COMMAND)
        commands.push(
          reader.words
            .copyAll()
            .map((word) => Buffer.from(word).toString('latin1'))
            .join(' '),
        );
      else if (found === AOF_ANNOTATION) commands.push(`#${reader.annotation}`);
      else return { commands, end: found, offset: reader.offset };
    }
  } catch (error) {
    if (!(error instanceof AofFormatError)) throw error;
    return { commands, end: `${error.offset}: ${error.message}`, offset: reader.offset };
  }
}

describe('commands of an append-only file', () => {
  test('are read in whatever pieces they come', () => {
    const command = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 150 });
    fc.assert(
      fc.property(
        fc.array(command, { maxLength: 6 }),
        fc.integer({ min: 1, max: 5000 }),
        (commands, pieceBytes) => {
          const file = Buffer.concat(commands.map((each) => words(...each.map((word) => Buffer.from(word)))));
          expect(read(file, pieceBytes)).toEqual({
            commands: commands.map((each) =>
              each.map((word) => Buffer.from(word).toString('latin1')).join(' '),
            ),
            end: AOF_END,
            offset: file.length,
          });
        },
      ),
      { numRuns: 40, seed: 1 },
    );
  });

  test('may be longer than what is read at once', () => {
    const long = 'x'.repeat(700_000);
    const file = Buffer.concat([words('SET', 'a', long), words('SET', 'b', long), words('GET', 'c')]);
    const { commands, end } = read(file, 100_000);
    expect(commands).toEqual([`SET a ${long}`, `SET b ${long}`, 'GET c']);
    expect(end).toBe(AOF_END);
  });

  test('that are cut anywhere leave those before, and tell where they end', () => {
    const first = words('SET', 'key', 'value');
    const last = words('RPUSH', 'list', 'a'.repeat(12), '\r\n');
    const file = Buffer.concat([first, last]);
    for (let length = first.length + 1; length < file.length; length++)
      for (const pieceBytes of [3, 1000])
        expect(read(file.subarray(0, length), pieceBytes)).toEqual({
          commands: ['SET key value'],
          end: AOF_CUT,
          offset: first.length,
        });
    expect(read(first).end).toBe(AOF_END);
    expect(read('').end).toBe(AOF_END);
  });

  test('that are cut tell what is missing', () => {
    const missing = (text: string): [string | undefined, number | undefined, number] => {
      const reader = new AofReader(sourceOf(Buffer.from(text)));
      expect(reader.next()).toBe(AOF_CUT);
      return [reader.missing?.message, reader.missing?.offset, reader.lines];
    };
    expect(missing('*')).toEqual(['Expected \\r\\n, got: 0000', 0, 0]);
    expect(missing('*3\r')).toEqual(['Expected \\r\\n, got: 0d00', 0, 0]);
    expect(missing('*3\r\n')).toEqual([undefined, undefined, 1]);
    expect(missing('*3\r\n$3')).toEqual(['Expected \\r\\n, got: 0000', 4, 1]);
    expect(missing('*3\r\n$3\r\nSE')).toEqual(['Expected to read 5 bytes, got 2 bytes', 8, 2]);
    expect(missing('*3\r\n$3\r\nSET\r')).toEqual(['Expected to read 5 bytes, got 4 bytes', 8, 2]);
    expect(missing('*3\r\n$3\r\nSET\r\n$1\r')).toEqual(['Expected \\r\\n, got: 0d00', 13, 3]);
  });

  test('come with annotations', () => {
    const file = Buffer.concat([Buffer.from('#TS:1800000000\r\n'), words('GET', 'a'), Buffer.from('# x\n')]);
    expect(read(file).commands).toEqual(['#TS:1800000000\r', 'GET a', '# x']);
    expect(read(file.subarray(0, 10))).toEqual({ commands: [], end: AOF_CUT, offset: 0 });
    const long = Buffer.concat([Buffer.from(`#${'y'.repeat(600_000)}\n`), words('GET', 'a')]);
    expect(read(long, 50_000).commands[1]).toBe('GET a');
    const reader = new AofReader(sourceOf(Buffer.concat([file])));
    const times: number[] = [];
    for (let found = reader.next(); found !== AOF_END; found = reader.next())
      if (found === AOF_ANNOTATION) times.push(reader.annotatedSeconds);
    expect(times).toEqual([1_800_000_000, Number.NaN]);
  });

  test('that are damaged are refused, with the place', () => {
    const whole = words('GET', 'a').toString();
    const damage: [string, string][] = [
      ['GET a\r\n', "0: Expected prefix '*', got: 'G'"],
      ['\0\0\0\0', "0: Expected prefix '*', got: '\0'"],
      ['*0\r\n', '0: Expected a command of one word at least'],
      ['*-1\r\n', '0: Expected \\r\\n, got: 2d31'],
      ['*\r\n', '0: Expected a number'],
      ['*x\r\n', '0: Expected \\r\\n, got: 780d'],
      ['*1x', '0: Expected \\r\\n, got: 7800'],
      ['*1\r\r', '0: Expected \\r\\n, got: 0d0d'],
      ['*99999999999\r\n', '0: Expected a smaller number'],
      ['*1\r\n\0\0\0', "4: Expected prefix '$', got: '\0'"],
      ['*1\r\n+3\r\nGET\r\n', "4: Expected prefix '$', got: '+'"],
      ['*1\r\n$-1\r\n', '4: Expected \\r\\n, got: 2d31'],
      ['*1\r\n$3\r\nGETx', '8: Expected \\r\\n, got: 7800'],
      ['*1\r\n$3\r\nGET\r\r', '8: Expected \\r\\n, got: 0d0d'],
    ];
    for (const [bytes, message] of damage) {
      const [offset, ...rest] = message.split(': ');
      expect(read(whole + bytes)).toEqual({
        commands: ['GET a'],
        end: [Number(offset) + whole.length, ...rest].join(': '),
        offset: whole.length,
      });
    }
  });

  test('tell or lose nothing when a byte is flipped: what is wrong shows at the latest behind it', () => {
    const file = Buffer.concat([words('SET', 'key', 'value'), words('DEL', 'other'), words('GET', 'last')]);
    const whole = read(file).commands;
    for (let at = 0; at < file.length; at++) {
      const damaged = Buffer.from(file);
      damaged[at] ^= 1 << (at % 8);
      const { commands, end } = read(damaged);
      const isShown = end !== AOF_END || commands.length !== whole.length;
      // A flip within a word is not to be seen.
      const differing = commands.filter((command, index) => command !== whole[index]);
      expect(
        isShown ||
          (differing.length === 1 && differing[0].length === whole[commands.indexOf(differing[0])].length),
      ).toBe(true);
    }
  });
});
