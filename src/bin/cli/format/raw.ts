import { isAggregate, type Reply } from '../../../protocol/client/reply.ts';
import { type ByteString, byteString } from '../bytes.ts';

/**
 * A reply for programs to read: the bytes of its parts, `delimiter` between elements, and a space between a map's
 * name and value. Errors end in a newline of their own.
 */
export function formatRaw(reply: Reply, delimiter: ByteString): ByteString {
  switch (reply.kind) {
    case 'status':
    case 'string':
    case 'verbatim':
      return byteString(reply.bytes);
    case 'error':
      return `${byteString(reply.bytes)}\n`;
    case 'integer':
      return String(reply.value);
    case 'double':
    case 'big-number':
      return reply.text;
    case 'boolean':
      return `(${reply.value})`;
    case 'nil':
      return '';
    case 'map':
      return rawPairs(reply.elements, delimiter).join(delimiter);
    default:
      return reply.elements.map((element) => formatRaw(element, delimiter)).join(delimiter);
  }
}

function rawPairs(elements: readonly Reply[], delimiter: ByteString): ByteString[] {
  const pairs: ByteString[] = [];
  for (let i = 0; i < elements.length; i += 2) {
    pairs.push(`${formatRaw(elements[i]!, delimiter)} ${formatRaw(elements[i + 1]!, delimiter)}`);
  }
  return pairs;
}

/** The bytes of a reply that raw output prints unchanged, so that a huge string need not become text first. */
export function unformattedBytes(reply: Reply): Uint8Array | undefined {
  return isAggregate(reply) || !('bytes' in reply) || reply.kind === 'error' ? undefined : reply.bytes;
}
