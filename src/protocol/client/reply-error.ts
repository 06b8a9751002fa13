/** The stream that came from the server is not RESP, or exceeds what this client accepts. */
export class ReplyError extends Error {
  override readonly name = 'ReplyError';
}
