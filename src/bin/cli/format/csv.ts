import type { Reply } from '../../../protocol/client/reply.ts';
import { type ByteString, byteString } from '../bytes.ts';
import { quoted } from '../quoting.ts';

/** A reply as one line of comma-separated values; nesting is flattened. */
export function formatCsv(reply: Reply): ByteString {
  switch (reply.kind) {
    case 'error':
      return `ERROR,${quoted(byteString(reply.bytes))}`;
    case 'status':
    case 'string':
    case 'verbatim':
      return quoted(byteString(reply.bytes));
    case 'integer':
    case 'boolean':
      return String(reply.value);
    case 'double':
    case 'big-number':
      return reply.text;
    case 'nil':
      return 'NULL';
    default:
      return reply.elements.map(formatCsv).join(',');
  }
}
