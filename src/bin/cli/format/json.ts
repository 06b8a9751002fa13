import type { Reply } from '../../../protocol/client/reply.ts';
import { type ByteString, byteString } from '../bytes.ts';
import { quoted } from '../quoting.ts';

/** How strings that are not plain ASCII appear: as the bytes they are, or with every such byte as `\\xNN`. */
export type JsonStrings = 'unicode' | 'ascii';

/**
 * A reply as JSON. What JSON lacks is written as scripts know it from redis-cli: an error as `error:"text"`,
 * infinities and nan bare.
 */
export function formatJson(reply: Reply, strings: JsonStrings): ByteString {
  switch (reply.kind) {
    case 'error':
      return `error:${jsonString(byteString(reply.bytes), strings)}`;
    case 'status':
    case 'string':
    case 'verbatim':
      return jsonString(byteString(reply.bytes), strings);
    case 'integer':
    case 'boolean':
      return String(reply.value);
    case 'double':
    case 'big-number':
      return reply.text;
    case 'nil':
      return 'null';
    case 'map':
      return `{${jsonMembers(reply.elements, strings).join(',')}}`;
    default:
      return `[${reply.elements.map((element) => formatJson(element, strings)).join(',')}]`;
  }
}

function jsonMembers(elements: readonly Reply[], strings: JsonStrings): ByteString[] {
  const members: ByteString[] = [];
  for (let i = 0; i < elements.length; i += 2) {
    members.push(`${jsonName(elements[i]!, strings)}:${formatJson(elements[i + 1]!, strings)}`);
  }
  return members;
}

/** A member's name must be a string; other types are put between quotes as they are. */
function jsonName(reply: Reply, strings: JsonStrings): ByteString {
  const formatted = formatJson(reply, strings);
  return 'bytes' in reply ? formatted : `"${formatted}"`;
}

function jsonString(bytes: ByteString, strings: JsonStrings): ByteString {
  if (strings === 'ascii') return `"${quoted(bytes).slice(1, -1).replaceAll('\\', '\\\\')}"`;
  return `"${bytes.replace(/["\\\x00-\x1f]/g, jsonEscape)}"`;
}

const shortEscapes: Record<string, string | undefined> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
};

function jsonEscape(char: string): string {
  return shortEscapes[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
