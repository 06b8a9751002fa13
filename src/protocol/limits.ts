/** Cold. What a request may measure, as Redis limits it. */

/** A line (inline request, or the number behind `*` or `$`) must end within this many bytes. */
export const LINE_BYTES_MAX = 64 * 1024;
/** Words in one request. */
export const WORDS_MAX = 2 ** 31 - 1;
/** Before a client has authenticated. */
export const UNAUTHENTICATED_WORDS_MAX = 10;
export const UNAUTHENTICATED_WORD_BYTES_MAX = 16 * 1024;
/** From this many parsed words on, an incomplete request remembers how far it was parsed. */
export const RESUMABLE_WORDS_MIN = 32;
