import { describe, expect, test } from 'bun:test';
import { crc16, keySlot } from '../../src/memory/crc16.ts';

const encoder = new TextEncoder();

function slot(key: string): number {
  const bytes = encoder.encode(`{x}${key}{y}`);
  return keySlot(bytes, 3, bytes.length - 3);
}

describe('crc16', () => {
  test('the published check value', () => {
    expect(crc16(encoder.encode('123456789'), 0, 9)).toBe(0x31c3);
  });

  test('slots of keys, as CLUSTER KEYSLOT tells them', () => {
    expect(slot('')).toBe(0);
    expect(slot('foo')).toBe(12182);
    expect(slot('hello')).toBe(866);
    expect(slot('somekey')).toBe(11058);
  });

  test('a hash tag stands for the key', () => {
    expect(slot('{user1000}.following')).toBe(slot('user1000'));
    expect(slot('foo{bar}{zap}')).toBe(slot('bar'));
    expect(slot('foo{{bar}}zap')).toBe(slot('{bar'));
    expect(slot('a}b{c}d')).toBe(slot('c'));
  });

  test('a brace that closes nothing, or nothing in braces, is no tag', () => {
    for (const key of ['foo{}{bar}', '{}', 'a{', 'a}', '}a{', '{abc']) {
      const bytes = encoder.encode(key);
      expect(slot(key)).toBe(crc16(bytes, 0, bytes.length) % 16384);
    }
  });
});
