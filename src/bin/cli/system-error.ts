/** What the C library says of an error number; scripts match these texts, and the runtime has others. */
const texts: Record<string, string | undefined> = {
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  ECONNABORTED: 'Software caused connection abort',
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  ENOSPC: 'No space left on device',
  EPERM: 'Operation not permitted',
  EPIPE: 'Broken pipe',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  ETIMEDOUT: 'Connection timed out',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EADDRINUSE: 'Address already in use',
  EMFILE: 'Too many open files',
  EINVAL: 'Invalid argument',
  ENAMETOOLONG: 'File name too long',
  ENOTFOUND: 'Name or service not known',
  EAI_AGAIN: 'Temporary failure in name resolution',
  EAI_NONAME: 'Name or service not known',
};

/** The reason in an error of the runtime's system calls. */
export function systemErrorText(error: unknown): string {
  const cause = lastCause(error);
  const code = codeOf(cause);
  const known = code === undefined ? undefined : texts[code];
  if (known !== undefined) return known;
  return cause instanceof Error ? cause.message : String(cause);
}

/** A host with several addresses fails with one error per address; the last one tried speaks for all. */
function lastCause(error: unknown): unknown {
  return error instanceof AggregateError && error.errors.length > 0 ? error.errors.at(-1) : error;
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
