import type { Readable } from 'node:stream';
import { ReadStream } from 'node:tty';
import { textOf } from './bytes.ts';
import { Failure } from './failure.ts';
import type { ByteSink } from './output.ts';
import { readLines } from './standard-input.ts';

/** Reads a password: from a terminal key by key, showing a star for each; else the first line of the input. undefined at its end. */
export async function askPassword(streams: {
  readonly input: Readable;
  readonly errors: ByteSink;
}): Promise<string | undefined> {
  const { input, errors } = streams;
  if (input instanceof ReadStream) return askTerminal(input, errors);
  for await (const line of readLines(input)) return textOf(line);
  return undefined;
}

const enter = /[\r\n]/;
const backspace = /[\x7f\b]/;
const interrupt = '\x03';

function askTerminal(input: ReadStream, errors: ByteSink): Promise<string> {
  errors.write(Buffer.from('Password: '));
  input.setRawMode(true);
  return new Promise((resolve, reject) => {
    let password = '';
    const finish = (conclude: () => void) => {
      input.off('data', take);
      input.setRawMode(false);
      input.pause();
      errors.write(Buffer.from('\n'));
      conclude();
    };
    const take = (chunk: Uint8Array) => {
      for (const char of Buffer.from(chunk).toString('utf8')) {
        if (char === interrupt) return finish(() => reject(new Failure('', 130)));
        if (enter.test(char)) return finish(() => resolve(password));
        if (backspace.test(char)) password = password.slice(0, -1);
        else password += char;
        errors.write(Buffer.from(backspace.test(char) ? '\b \b' : '*'));
      }
    };
    input.on('data', take);
  });
}
