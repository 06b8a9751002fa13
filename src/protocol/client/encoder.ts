/** An argument of a command. Text is sent as UTF-8, numbers in decimal. */
export type RequestArgument = string | number | bigint | Uint8Array;

/**
 * One command as a server expects it: an array of bulk strings.
 *
 * @example encodeRequest(['SET', 'key', 1]) // "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$1\r\n1\r\n"
 */
export function encodeRequest(args: readonly RequestArgument[]): Uint8Array {
  return encodeRequests([args]);
}

/** Several commands in one piece, for sending them pipelined with one write. */
export function encodeRequests(requests: readonly (readonly RequestArgument[])[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const args of requests) {
    parts.push(encoder.encode(`*${args.length}\r\n`));
    for (const arg of args) {
      const bytes = typeof arg === 'object' ? arg : encoder.encode(String(arg));
      parts.push(encoder.encode(`$${bytes.length}\r\n`), bytes, lineEnd);
    }
  }
  return joined(parts);
}

const encoder = new TextEncoder();
const lineEnd = encoder.encode('\r\n');

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
