/** Writes values in forms that servers wrote in the past, from the format's published description alone. */

/** A number is a byte, a text one byte a character. */
type Part = number | string | Uint8Array | readonly Part[];

/** All parts, one behind the other. */
export function bytesOf(...parts: readonly Part[]): Uint8Array {
  const list: number[] = [];
  const add = (part: Part): void => {
    if (typeof part === 'number') list.push(part);
    else if (typeof part === 'string') for (const byte of Buffer.from(part, 'latin1')) list.push(byte);
    else for (const each of part) add(each);
  };
  add(parts);
  return Uint8Array.from(list);
}

/** An integer of `size` bytes, least significant first. */
export function little(value: number | bigint, size: number): number[] {
  return Array.from({ length: size }, (_, at) => Number((BigInt(value) >> BigInt(8 * at)) & 255n));
}

function big(value: number, size: number): number[] {
  return little(value, size).reverse();
}

export function length(value: number): number[] {
  if (value < 64) return [value];
  if (value < 16384) return [0x40 | (value >> 8), value & 255];
  return value < 2 ** 32 ? [0x80, ...big(value, 4)] : [0x81, ...big(value, 8)];
}

/** A string as it is, without any encoding. */
export function text(content: string | Uint8Array): Uint8Array {
  const bytes = bytesOf(content);
  return bytesOf(length(bytes.length), bytes);
}

/** An LZF string of literal runs alone. */
export function lzf(content: string): Uint8Array {
  const bytes = bytesOf(content);
  const runs: Part[] = [];
  for (let at = 0; at < bytes.length; at += 32) {
    const run = bytes.subarray(at, at + 32);
    runs.push(run.length - 1, run);
  }
  const packed = bytesOf(runs);
  return bytesOf(0xc3, length(packed.length), length(bytes.length), packed);
}

/** An 8-bit, 16-bit or 32-bit integer that stands for its digits. */
export function integer(value: number, size: 1 | 2 | 4): Uint8Array {
  return bytesOf(0xc0 | (size >> 1), little(value, size));
}

/** The encoding and bytes of a ziplist's entry; a text `int24:5` asks for one of the integer encodings. */
function ziplistContent(entry: string): Uint8Array {
  const match = /^int(4|8|16|24|32|64):(-?\d+)$/.exec(entry);
  if (match) {
    const bits = Number(match[1]);
    const value = BigInt(match[2]);
    if (bits === 4) return bytesOf(0xf1 + Number(value));
    const encoding = { 8: 0xfe, 16: 0xc0, 24: 0xf0, 32: 0xd0, 64: 0xe0 }[bits] ?? 0;
    return bytesOf(encoding, little(value, bits / 8));
  }
  const size = entry.length;
  if (size < 64) return bytesOf(size, entry);
  return size < 16384 ? bytesOf(0x40 | (size >> 8), size & 255, entry) : bytesOf(0x80, big(size, 4), entry);
}

export function ziplist(entries: readonly string[]): Uint8Array {
  const body: Uint8Array[] = [];
  let previous = 0;
  let tail = 10;
  let at = 10;
  for (const entry of entries) {
    const head = previous < 254 ? [previous] : [254, ...little(previous, 4)];
    const bytes = bytesOf(head, ziplistContent(entry));
    body.push(bytes);
    tail = at;
    at += bytes.length;
    previous = bytes.length;
  }
  const count = Math.min(entries.length, 65535);
  return bytesOf(little(at + 1, 4), little(tail, 4), little(count, 2), Buffer.concat(body), 255);
}

/** Fields and values by turns; `unused` bytes behind each value. */
export function zipmap(entries: readonly string[], unused = 0): Uint8Array {
  const size = (value: string) => (value.length < 254 ? [value.length] : [254, ...little(value.length, 4)]);
  const parts = entries.map((entry, at) =>
    at % 2 === 0
      ? bytesOf(size(entry), entry)
      : bytesOf(size(entry), unused, entry, Array(unused).fill(0xee)),
  );
  return bytesOf(Math.min(254, entries.length / 2), parts, 255);
}

export function intset(members: readonly (number | bigint)[], width: 2 | 4 | 8): Uint8Array {
  return bytesOf(
    little(width, 4),
    little(members.length, 4),
    members.map((member) => little(member, width)),
  );
}

/** Texts are written as texts, whatever they are, but for `int7:5` and `int64:5`. */
export function listpack(entries: readonly string[]): Uint8Array {
  const body = entries.map((entry) => {
    const content = listpackContent(entry);
    return bytesOf(content, backLength(content.length));
  });
  const bytes = body.reduce((sum, entry) => sum + entry.length, 7);
  return bytesOf(little(bytes, 4), little(entries.length, 2), Buffer.concat(body), 255);
}

function listpackContent(entry: string): Uint8Array {
  const size = entry.length;
  if (entry.startsWith('int7:')) return bytesOf(Number(entry.slice(5)));
  if (entry.startsWith('int64:')) return bytesOf(0xf4, little(BigInt(entry.slice(6)), 8));
  if (size < 64) return bytesOf(0x80 | size, entry);
  return size < 4096 ? bytesOf(0xe0 | (size >> 8), size & 255, entry) : bytesOf(0xf0, little(size, 4), entry);
}

/** Seven bits a byte, the most significant first; all but the first are marked. */
function backLength(size: number): number[] {
  const bytes = [size & 127];
  for (let rest = size >> 7; rest > 0; rest >>= 7) {
    bytes[0] |= 128;
    bytes.unshift(rest & 127);
    if (rest > 127) bytes[0] |= 128;
  }
  return bytes;
}

/** A score as old sorted sets have it. */
export function scoreText(score: number): Uint8Array {
  if (Number.isNaN(score)) return bytesOf(253);
  if (!Number.isFinite(score)) return bytesOf(score > 0 ? 254 : 255);
  const digits = String(score);
  return bytesOf(digits.length, digits);
}

export function double(value: number): Uint8Array {
  return new Uint8Array(new Float64Array([value]).buffer);
}

/** A key with a value of a type. */
export function keyOf(type: number, name: string, ...value: readonly Part[]): Uint8Array {
  return bytesOf(type, text(name), value);
}

/** A whole file of database 0; from version 5 on with a checksum of 0, which stands for none. */
export function fileOf(magic: string, ...parts: readonly Part[]): Uint8Array {
  const version = Number(magic.replace(/\D/g, ''));
  return bytesOf(magic, parts, 0xff, version < 5 ? [] : Array(8).fill(0));
}
