/** Cold. What clients call the types of values. */
import { TYPE_HASH, TYPE_LIST, TYPE_SET, TYPE_SORTED_SET, TYPE_STREAM, TYPE_STRING } from './record.ts';

const typeNames: Readonly<Record<number, string>> = {
  [TYPE_STRING]: 'string',
  [TYPE_LIST]: 'list',
  [TYPE_SET]: 'set',
  [TYPE_SORTED_SET]: 'zset',
  [TYPE_HASH]: 'hash',
  [TYPE_STREAM]: 'stream',
};

/** "string", "zset": as TYPE tells it. */
export function typeName(type: number): string {
  return typeNames[type] ?? 'unknown';
}

/** The type that a name in any letter case stands for, -1 if there is none. */
export function typeNamed(name: string): number {
  const lower = name.toLowerCase();
  for (const [type, known] of Object.entries(typeNames)) if (known === lower) return Number(type);
  return -1;
}
