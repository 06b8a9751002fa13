/** Chunks that are held while a command waits: the bytes, their order and the checksum are those of a file without haste. */
import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { RdbOutput } from '../../../src/persistence/rdb/output.ts';

interface Step {
  readonly text: string;
  readonly inHaste: boolean;
  readonly handOvers: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  text: fc.string({ maxLength: 40 }),
  inHaste: fc.boolean(),
  handOvers: fc.nat(4),
});

/** The file that the steps make, with its checksum. */
function write(steps: readonly Step[], respectHaste: boolean): Buffer {
  const chunks: Buffer[] = [];
  const exchange = (chunk: Uint8Array, length: number): Uint8Array => {
    chunks.push(Buffer.from(chunk.subarray(0, length)));
    return chunk;
  };
  const output = new RdbOutput({ exchange }, new Uint8Array(16), { compress: false, checksum: true });
  for (const { text, inHaste, handOvers } of steps) {
    const bytes = Buffer.from(text);
    const before = chunks.length;
    output.inHaste = respectHaste && inHaste;
    output.bytes(bytes, 0, bytes.length);
    if (output.inHaste) expect(chunks).toHaveLength(before);
    output.inHaste = false;
    for (let i = 0; i < handOvers && output.isHolding; i++) output.handOver();
  }
  output.checksum();
  return Buffer.concat(chunks);
}

test('haste changes when chunks are handed over, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      expect(write(steps, true)).toEqual(write(steps, false));
    }),
    { seed: 11, numRuns: 500 },
  );
});

test('what is held is forgotten when it is abandoned', () => {
  let handed = 0;
  const exchange = (chunk: Uint8Array): Uint8Array => {
    handed++;
    return chunk;
  };
  const output = new RdbOutput({ exchange }, new Uint8Array(4), { compress: false, checksum: true });
  output.inHaste = true;
  output.bytes(new Uint8Array(20), 0, 20);
  expect(output.isHolding).toBe(true);
  output.abandon();
  expect(output.isHolding).toBe(false);
  expect(handed).toBe(0);
});
