/**
 * What a client accepts from a server. A server may be hostile or broken: without these bounds, a few bytes
 * could make a client hold any amount of memory.
 */
export interface ReplyLimits {
  /** Longest bulk string, in bytes. */
  readonly bulkBytesMax: number;
  /** Longest line: a simple string, an error, a number, or a length. In bytes. */
  readonly lineBytesMax: number;
  /** Most replies, nested ones counted, that one reply may consist of. */
  readonly elementsMax: number;
  /** Deepest nesting. Formatters recurse, so this also bounds their stack. */
  readonly depthMax: number;
}

export const defaultReplyLimits: ReplyLimits = {
  // Twice Redis's default `proto-max-bulk-len`: operators raise that one, and one buffer must still hold it.
  bulkBytesMax: 1024 * 1024 * 1024,
  lineBytesMax: 1024 * 1024,
  elementsMax: 64 * 1024 * 1024,
  depthMax: 1024,
};
