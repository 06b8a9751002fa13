/**
 * The RDB file format: what reader and writer share.
 *
 *     "REDIS" and four digits of version, or "VALKEY" and three
 *     auxiliary fields        AUX name value ...
 *     function libraries      FUNCTION2 code ...
 *     each database           SELECTDB number, RESIZEDB keys expires, then its keys:
 *         key                 [EXPIRETIME_MS time] [IDLE seconds | FREQ count] type name value
 *     EOF, and from version 5 on a checksum of all before it: CRC-64, 8 bytes, little endian; 0 when it was not computed
 *
 * Lengths take as few bytes as they need; the first byte's upper two bits say how many:
 *
 *     00llllll                            6 bits
 *     01llllll llllllll                   14 bits, most significant first
 *     10000000 and 4 bytes, 10000001 and 8 bytes, most significant first
 *     11eeeeee                            no length: a string with encoding e follows
 *
 * A string is a length and its bytes, or an encoding: integers of 8, 16 and 32 bits, little endian, that stand for their
 * decimal text; or LZF: compressed length, length, compressed bytes.
 *
 * Sources: the public descriptions of the format (S. Saravanan, "Redis RDB Dump File Format", and its successors), and files
 * that Redis 7.0 to 8.0 and Valkey 9.1 wrote. What Redis 8.6 and 8.8 have added is as public readers of their files have it.
 */

export const REDIS_MAGIC = 'REDIS';
export const VALKEY_MAGIC = 'VALKEY';
export const MAGIC_BYTES = 9;
/** What we write: Redis 7.2 and later and all Valkeys read it. */
export const VERSION_WRITTEN = 11;
/** What we can write: Redis 7.0 reads no more than 10; 80 is Valkey 9's, which has its own form of fields that expire. */
export const VERSIONS_WRITTEN: readonly number[] = [10, VERSION_WRITTEN, 80];
/** The newest versions that we know, under either name. Valkey numbers its own from 80 on. */
export const REDIS_VERSION_MAX = 14;
export const VALKEY_VERSION_MIN = 80;
export const VALKEY_VERSION_MAX = 80;
export const CHECKSUM_VERSION_MIN = 5;
export const CHECKSUM_BYTES = 8;

/** Of Valkey; Redis 8.4 and later put what modules know of a key there. */
export const OPCODE_SLOT_IMPORT = 0xf3;
export const OPCODE_KEY_METADATA = 0xf3;
export const OPCODE_SLOT_INFO = 0xf4;
export const OPCODE_FUNCTION2 = 0xf5;
/** Functions of Redis 7.0 before it was out; nobody reads them. */
export const OPCODE_FUNCTION_EARLY = 0xf6;
export const OPCODE_MODULE_AUX = 0xf7;
export const OPCODE_IDLE = 0xf8;
export const OPCODE_FREQ = 0xf9;
export const OPCODE_AUX = 0xfa;
export const OPCODE_RESIZEDB = 0xfb;
export const OPCODE_EXPIRETIME_MS = 0xfc;
/** In seconds, 4 bytes: files of Redis before 2.6. */
export const OPCODE_EXPIRETIME = 0xfd;
export const OPCODE_SELECTDB = 0xfe;
export const OPCODE_EOF = 0xff;

/** The forms of values. */
export const TYPE_STRING = 0;
export const TYPE_LIST = 1;
export const TYPE_SET = 2;
export const TYPE_ZSET = 3;
export const TYPE_HASH = 4;
export const TYPE_ZSET_2 = 5;
/** Values of modules, whose forms only the module knows. */
export const TYPE_MODULE = 6;
export const TYPE_MODULE_2 = 7;
export const TYPE_HASH_ZIPMAP = 9;
export const TYPE_LIST_ZIPLIST = 10;
export const TYPE_SET_INTSET = 11;
export const TYPE_ZSET_ZIPLIST = 12;
export const TYPE_HASH_ZIPLIST = 13;
export const TYPE_LIST_QUICKLIST = 14;
export const TYPE_STREAM_LISTPACKS = 15;
export const TYPE_HASH_LISTPACK = 16;
export const TYPE_ZSET_LISTPACK = 17;
export const TYPE_LIST_QUICKLIST_2 = 18;
export const TYPE_STREAM_LISTPACKS_2 = 19;
export const TYPE_SET_LISTPACK = 20;
export const TYPE_STREAM_LISTPACKS_3 = 21;
/** Hashes with fields that expire: of Valkey 9, of Redis before 7.4 was out (where the first is another), and of Redis 7.4. */
export const TYPE_HASH_2 = 22;
export const TYPE_HASH_METADATA_EARLY = 22;
export const TYPE_HASH_LISTPACK_EX_EARLY = 23;
export const TYPE_HASH_METADATA = 24;
export const TYPE_HASH_LISTPACK_EX = 25;

/** Streams with ids of producers (Redis 8.6), and with pending entries that nobody owns (Redis 8.8). */
export const TYPE_STREAM_LISTPACKS_4 = 26;
export const TYPE_STREAM_LISTPACKS_5 = 27;

/** The first version of the format that has a form; the older, the more servers understand it. */
export function versionOfForm(form: number): number {
  return formVersions[form] ?? VERSION_FOR_OLD_FORMS;
}

const VERSION_FOR_OLD_FORMS = 6;
const formVersions: Readonly<Record<number, number>> = {
  [TYPE_LIST_QUICKLIST]: 7,
  [TYPE_ZSET_2]: 8,
  [TYPE_STREAM_LISTPACKS]: 9,
  [TYPE_HASH_LISTPACK]: 10,
  [TYPE_ZSET_LISTPACK]: 10,
  [TYPE_LIST_QUICKLIST_2]: 10,
  [TYPE_STREAM_LISTPACKS_2]: 10,
  [TYPE_SET_LISTPACK]: 11,
  [TYPE_STREAM_LISTPACKS_3]: 11,
  [TYPE_HASH_METADATA]: 12,
  [TYPE_HASH_LISTPACK_EX]: 12,
  [TYPE_STREAM_LISTPACKS_4]: 13,
  [TYPE_STREAM_LISTPACKS_5]: 14,
  [TYPE_HASH_2]: 80,
};

/** Says that a key has no expiry, idle time or frequency. */
export const ABSENT = -1;
/** Longer strings fit no memory of ours. */
export const STRING_BYTES_MAX = 2 ** 31 - 1;

export const LENGTH_6 = 0;
export const LENGTH_14 = 1;
export const LENGTH_ENCODED = 3;
export const LENGTH_32 = 0x80;
export const LENGTH_64 = 0x81;

export const ENCODING_INT8 = 0;
export const ENCODING_INT16 = 1;
export const ENCODING_INT32 = 2;
export const ENCODING_LZF = 3;

/** What values of modules are made of; each is led by one of these, as a length. */
export const MODULE_EOF = 0;
export const MODULE_SIGNED = 1;
export const MODULE_UNSIGNED = 2;
export const MODULE_FLOAT = 3;
export const MODULE_DOUBLE = 4;
export const MODULE_STRING = 5;

/** Texts up to this length are tried as integers: what a 32-bit one takes at most. */
export const INTEGER_TEXT_BYTES_MAX = 11;
/** Shorter strings are not worth compressing. */
export const COMPRESSIBLE_BYTES_MIN = 21;
/** A compressed string must be shorter by more than this, for the two lengths. */
export const COMPRESSION_GAIN_BYTES = 4;
/** No LZF run gives more bytes for one of its own: 264 for 3. */
export const COMPRESSION_RATIO_MAX = 88;
