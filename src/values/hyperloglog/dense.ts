/** Hot. Registers of 6 bits side by side. Functions take the place of the first register. */
import { REGISTERS } from './format.ts';

const MASK = 63;

export function denseRegister(bytes: Uint8Array, at: number, index: number): number {
  const bit = index * 6;
  const byte = at + (bit >>> 3);
  const shift = bit & 7;
  const pair = shift > 2 ? bytes[byte] | (bytes[byte + 1] << 8) : bytes[byte];
  return (pair >>> shift) & MASK;
}

export function writeDenseRegister(bytes: Uint8Array, at: number, index: number, value: number): void {
  const bit = index * 6;
  const byte = at + (bit >>> 3);
  const shift = bit & 7;
  bytes[byte] = (bytes[byte] & ~(MASK << shift)) | (value << shift);
  if (shift <= 2) return;
  bytes[byte + 1] = (bytes[byte + 1] & ~(MASK >>> (8 - shift))) | (value >>> (8 - shift));
}

/** Makes a register at least `value`; returns whether it was less. */
export function raiseDenseRegister(bytes: Uint8Array, at: number, index: number, value: number): boolean {
  if (denseRegister(bytes, at, index) >= value) return false;
  writeDenseRegister(bytes, at, index, value);
  return true;
}

/** Raises `registers` (a byte each) to what the dense ones are. */
export function mergeDense(bytes: Uint8Array, at: number, registers: Uint8Array): void {
  for (let i = 0, from = at; i < REGISTERS; i += 4, from += 3) {
    const four = bytes[from] | (bytes[from + 1] << 8) | (bytes[from + 2] << 16);
    raise(registers, i, four & MASK);
    raise(registers, i + 1, (four >>> 6) & MASK);
    raise(registers, i + 2, (four >>> 12) & MASK);
    raise(registers, i + 3, four >>> 18);
  }
}

function raise(registers: Uint8Array, index: number, value: number): void {
  if (registers[index] < value) registers[index] = value;
}

/** Writes all registers, given as a byte each. */
export function writeDense(bytes: Uint8Array, at: number, registers: Uint8Array): void {
  for (let i = 0, to = at; i < REGISTERS; i += 4, to += 3) {
    const four = registers[i] | (registers[i + 1] << 6) | (registers[i + 2] << 12) | (registers[i + 3] << 18);
    bytes[to] = four;
    bytes[to + 1] = four >>> 8;
    bytes[to + 2] = four >>> 16;
  }
}
