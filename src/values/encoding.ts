/** How values are kept; the numbers stand in records, the names are what OBJECT ENCODING tells. */
export const ENCODING_RAW = 0;
export const ENCODING_INT = 1;
export const ENCODING_HASHTABLE = 2;
export const ENCODING_INTSET = 6;
export const ENCODING_SKIPLIST = 7;
export const ENCODING_EMBSTR = 8;
export const ENCODING_QUICKLIST = 9;
export const ENCODING_STREAM = 10;
export const ENCODING_LISTPACK = 11;
/** A listpack whose fields may expire. */
export const ENCODING_LISTPACK_EX = 12;

const names: Readonly<Record<number, string>> = {
  [ENCODING_RAW]: 'raw',
  [ENCODING_INT]: 'int',
  [ENCODING_HASHTABLE]: 'hashtable',
  [ENCODING_INTSET]: 'intset',
  [ENCODING_SKIPLIST]: 'skiplist',
  [ENCODING_EMBSTR]: 'embstr',
  [ENCODING_QUICKLIST]: 'quicklist',
  [ENCODING_STREAM]: 'stream',
  [ENCODING_LISTPACK]: 'listpack',
  [ENCODING_LISTPACK_EX]: 'listpackex',
};

/** "embstr": as OBJECT ENCODING tells it. */
export function encodingName(encoding: number): string {
  return names[encoding] ?? 'unknown';
}
