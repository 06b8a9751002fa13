/** Data as commands, and commands made data again, for tests. */

import { CommandSnapshot } from '../../../src/persistence/aof/command-snapshot.ts';
import { AOF_COMMAND, AOF_END, AofReader, type ByteSource } from '../../../src/persistence/aof/reader.ts';
import { FunctionLibraries } from '../../../src/persistence/function-libraries.ts';
import { RdbOutput } from '../../../src/persistence/rdb/output.ts';
import { separateStore, writeAll } from '../../../src/persistence/snapshot.ts';
import type { Bench } from '../../commands/bench.ts';

/** Bytes that come so many at a time. */
export function sourceOf(bytes: Uint8Array, pieceBytes = 4096): ByteSource {
  let at = 0;
  return {
    read(target) {
      const part = bytes.subarray(at, at + Math.min(pieceBytes, target.length));
      target.set(part);
      at += part.length;
      return part.length;
    },
  };
}

/** All data of an instance, as the base of an append-only file that consists of commands. */
export function asCommands(bench: Bench, libraries: readonly string[] = []): Buffer {
  const chunks: Buffer[] = [];
  const exchange = (chunk: Uint8Array, length: number): Uint8Array => {
    chunks.push(Buffer.from(chunk.subarray(0, length)));
    return chunk.fill(0xdd);
  };
  const output = new RdbOutput({ exchange }, new Uint8Array(500), { compress: true, checksum: false });
  const texts = new FunctionLibraries();
  for (const text of libraries) texts.add(new TextEncoder().encode(text));
  writeAll(
    bench.keyspace,
    new CommandSnapshot(bench.keyspace, separateStore(bench.keyspace), output, texts, null),
  );
  return Buffer.concat(chunks);
}

/** Runs the commands of a file. Returns the errors that they gave. */
export function replay(bench: Bench, bytes: Uint8Array): string[] {
  const errors: string[] = [];
  const reader = new AofReader(sourceOf(bytes));
  for (let found = reader.next(); found !== AOF_END; found = reader.next()) {
    if (found !== AOF_COMMAND) throw new Error(`found ${found} at ${reader.offset}`);
    const reply = bench.run(...reader.words.copyAll());
    if (reply.startsWith('-')) errors.push(reply.trimEnd());
  }
  return errors;
}
