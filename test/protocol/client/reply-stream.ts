/** Replies written as a server would, and generators of them. */
import fc from 'fast-check';
import type { Reply } from '../../../src/protocol/client/reply.ts';

const textEncoder = new TextEncoder();

export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

const aggregateMarkers = { array: '*', map: '%', set: '~', push: '>' };

/** The bytes of a reply, its attributes before it. */
export function written(reply: Reply): Uint8Array {
  const { attributes } = reply;
  const head =
    attributes === undefined
      ? []
      : [textEncoder.encode(`|${attributes.length / 2}\r\n`), ...attributes.map(written)];
  return joined([...head, writtenValue(reply)]);
}

function writtenValue(reply: Reply): Uint8Array {
  switch (reply.kind) {
    case 'status':
      return joined([bytesOf('+'), reply.bytes, bytesOf('\r\n')]);
    case 'error':
      return joined([bytesOf(`!${reply.bytes.length}\r\n`), reply.bytes, bytesOf('\r\n')]);
    case 'string':
      return joined([bytesOf(`$${reply.bytes.length}\r\n`), reply.bytes, bytesOf('\r\n')]);
    case 'verbatim':
      return joined([
        bytesOf(`=${reply.bytes.length + 4}\r\n${reply.format}:`),
        reply.bytes,
        bytesOf('\r\n'),
      ]);
    case 'integer':
      return bytesOf(`:${reply.value}\r\n`);
    case 'double':
      return bytesOf(`,${reply.text}\r\n`);
    case 'big-number':
      return bytesOf(`(${reply.text}\r\n`);
    case 'boolean':
      return bytesOf(`#${reply.value ? 't' : 'f'}\r\n`);
    case 'nil':
      return bytesOf({ null: '_\r\n', 'null-string': '$-1\r\n', 'null-array': '*-1\r\n' }[reply.form]);
    default: {
      const count = reply.elements.length / (reply.kind === 'map' ? 2 : 1);
      return joined([bytesOf(`${aggregateMarkers[reply.kind]}${count}\r\n`), ...reply.elements.map(written)]);
    }
  }
}

const anyBytes = fc.uint8Array({ maxLength: 12 });
const lineBytes = fc
  .uint8Array({ maxLength: 12 })
  .map((bytes) => bytes.filter((byte) => byte !== 10 && byte !== 13));
const finiteDouble = fc.double({ noDefaultInfinity: true, noNaN: true });

const leaf: fc.Arbitrary<Reply> = fc.oneof(
  lineBytes.map((bytes): Reply => ({ kind: 'status', bytes })),
  anyBytes.map((bytes): Reply => ({ kind: 'error', bytes })),
  anyBytes.map((bytes): Reply => ({ kind: 'string', bytes })),
  anyBytes.map((bytes): Reply => ({ kind: 'verbatim', format: 'txt', bytes })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value): Reply => ({ kind: 'integer', value })),
  finiteDouble.map((number): Reply => {
    const text = String(number);
    return { kind: 'double', value: Number(text), text };
  }),
  fc.bigInt().map((value): Reply => ({ kind: 'big-number', text: String(value) })),
  fc.boolean().map((value): Reply => ({ kind: 'boolean', value })),
  fc.constantFrom('null', 'null-string', 'null-array').map((form): Reply => ({ kind: 'nil', form })),
);

/** Replies of all kinds, nested. */
export const anyReply: fc.Arbitrary<Reply> = fc.letrec<{ reply: Reply; pairs: Reply[] }>((tie) => ({
  pairs: fc.array(fc.tuple(tie('reply'), tie('reply')), { maxLength: 3 }).map((pairs) => pairs.flat()),
  reply: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc
      .tuple(fc.constantFrom('array', 'set', 'push'), fc.array(tie('reply'), { maxLength: 4 }))
      .map(([kind, elements]): Reply => ({ kind, elements })),
    tie('pairs').map((elements): Reply => ({ kind: 'map', elements })),
    fc
      .tuple(leaf, fc.tuple(leaf, leaf))
      .map(([reply, attributes]): Reply => ({ ...reply, attributes: [...attributes] })),
  ),
})).reply;
