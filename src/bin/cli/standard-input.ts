import type { Readable } from 'node:stream';
import { type ByteString, byteString } from './bytes.ts';

/** Everything that comes until the end. */
export async function readAll(input: Readable): Promise<ByteString> {
  let text = '';
  for await (const chunk of input) text += byteString(chunk as Uint8Array);
  return text;
}

/** The lines of an input without their newlines; the last one may lack its newline. */
export async function* readLines(input: Readable): AsyncGenerator<ByteString> {
  let rest = '';
  for await (const chunk of input) {
    const lines = (rest + byteString(chunk as Uint8Array)).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== '') yield rest;
}
