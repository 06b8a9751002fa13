/** Hot. The cluster slot of a key: CRC-16/XMODEM (polynomial 0x1021, no reflection, initial value 0) of 16384. */

const SLOT_MASK = 16383;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte << 8;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder << 1) ^ (remainder & 0x8000 ? 0x1021 : 0);
  return remainder & 0xffff;
});

/** The checksum of bytes[start, end). */
export function crc16(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0;
  for (let at = start; at < end; at++) crc = ((crc << 8) & 0xffff) ^ TABLE[(crc >>> 8) ^ bytes[at]];
  return crc;
}

/**
 * The slot, 0 to 16383, of the key bytes[start, end). Of a key with a hash tag, "{...}" from the first opening brace to the first
 * closing one behind it and not empty, only the tag counts: keys with the same one share a slot.
 */
export function keySlot(bytes: Uint8Array, start: number, end: number): number {
  for (let open = start; open < end; open++) {
    if (bytes[open] !== OPENING_BRACE) continue;
    for (let close = open + 1; close < end; close++) {
      if (bytes[close] !== CLOSING_BRACE) continue;
      if (close > open + 1) return crc16(bytes, open + 1, close) & SLOT_MASK;
      break;
    }
    break;
  }
  return crc16(bytes, start, end) & SLOT_MASK;
}
