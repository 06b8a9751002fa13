import { type AggregateReply, isAggregate, type Reply } from '../../../protocol/client/reply.ts';
import { type ByteString, byteString } from '../bytes.ts';
import { quoted } from '../quoting.ts';

/** A reply for people to read, as on a terminal: quoted strings, types named, nesting shown by indentation. */
export function formatPlain(reply: Reply): ByteString {
  return formatIndented(reply, '');
}

function formatIndented(reply: Reply, indentation: string): ByteString {
  switch (reply.kind) {
    case 'status':
    case 'verbatim':
      return `${byteString(reply.bytes)}\n`;
    case 'error':
      return `(error) ${byteString(reply.bytes)}\n`;
    case 'string':
      return `${quoted(byteString(reply.bytes))}\n`;
    case 'integer':
      return `(integer) ${reply.value}\n`;
    case 'double':
      return `(double) ${reply.text}\n`;
    case 'big-number':
      return `(big number) ${reply.text}\n`;
    case 'boolean':
      return `(${reply.value})\n`;
    case 'nil':
      return '(nil)\n';
    default:
      return reply.elements.length === 0 ? emptyNames[reply.kind] : formatElements(reply, indentation);
  }
}

const emptyNames = {
  array: '(empty array)\n',
  map: '(empty hash)\n',
  set: '(empty set)\n',
  push: '(empty push)\n',
};
const separators = { array: ')', map: '#', set: '~', push: ')' };

/**
 * Numbers are aligned to the width of the last one. The first line carries no indentation, because the caller's
 * own number stands before it.
 */
function formatElements(reply: AggregateReply, indentation: string): ByteString {
  const step = reply.kind === 'map' ? 2 : 1;
  const numberWidth = String(reply.elements.length / step).length;
  const inner = indentation + ' '.repeat(numberWidth + 2);
  const lines: ByteString[] = [];
  for (let i = 0; i < reply.elements.length; i += step) {
    const number = String(i / step + 1).padStart(numberWidth);
    const head = `${i === 0 ? '' : indentation}${number}${separators[reply.kind]} `;
    const element = formatIndented(reply.elements[i]!, inner);
    lines.push(
      head + (step === 1 ? element : element.slice(0, -1) + mapValue(reply.elements[i + 1]!, inner)),
    );
  }
  return lines.join('');
}

/** What follows a map's name: a value that takes several lines starts on a line of its own. */
function mapValue(value: Reply, indentation: string): ByteString {
  return ` => ${takesLines(value) ? `\n${indentation}` : ''}${formatIndented(value, indentation)}`;
}

/** True of aggregates with more than one numbered line at any depth. Line ends inside of strings do not count. */
function takesLines(reply: Reply): boolean {
  if (!isAggregate(reply)) return false;
  return reply.elements.length > (reply.kind === 'map' ? 2 : 1) || reply.elements.some(takesLines);
}
