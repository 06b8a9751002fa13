/** Files that are written beside the loop. */
import { expect, test } from 'bun:test';
import { BackgroundFile } from '../../src/persistence/background-file.ts';
import { MemoryFiles } from './memory-files.ts';

const CHUNKS = 320;

/** Writes ten megabytes; returns what has become of it. */
async function written(files: MemoryFiles, syncsOften: boolean): Promise<Error | null> {
  const file = new BackgroundFile(files.create('file'), syncsOften);
  let chunk = file.newChunk();
  for (let number = 0; number < CHUNKS; number++) {
    chunk.fill(number);
    chunk = file.exchange(chunk, chunk.length);
    while (file.isFull && file.failure === null) await new Promise((resolve) => setImmediate(resolve));
  }
  return new Promise((resolve) => file.finish(resolve));
}

const operations = ({ done }: MemoryFiles, kind: string): number[] =>
  done.flatMap((operation, index) => (operation === `${kind} file` ? [index] : []));

test('has all its bytes, in order, and is closed in the end', async () => {
  for (const syncsOften of [true, false]) {
    const files = new MemoryFiles();
    expect(await written(files, syncsOften)).toBe(null);
    const bytes = files.files.get('file')!;
    expect(bytes.length).toBe(CHUNKS * 32 * 1024);
    for (let number = 0; number < CHUNKS; number++) expect(bytes[number * 32 * 1024]).toBe(number & 255);
    expect(operations(files, 'close')).toEqual([files.done.length - 1]);
  }
});

test('is made durable after every four megabytes if that is wanted, and in the end', async () => {
  const [often, once] = [new MemoryFiles(), new MemoryFiles()];
  await written(often, true);
  await written(once, false);
  expect(operations(often, 'sync').length).toBe(3);
  expect(operations(once, 'sync')).toEqual([once.done.length - 2]);
});

test('tells a failure, whatever failed, and is closed', async () => {
  const perfect = new MemoryFiles();
  await written(perfect, true);
  for (const kind of ['write', 'sync'])
    for (const at of operations(perfect, kind).filter((_, index) => index % 50 < 3)) {
      const files = new MemoryFiles();
      files.failAfter(at);
      expect(await written(files, true)).toMatchObject({ message: 'disk failure' });
      expect(operations(files, 'close').length).toBe(1);
    }
});
