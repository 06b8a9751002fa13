/** Cold. What the system says when something failed. */
const MESSAGES = new Map([
  ['EACCES', 'Permission denied'],
  ['EADDRINUSE', 'Address already in use'],
  ['EADDRNOTAVAIL', 'Cannot assign requested address'],
  ['EEXIST', 'File exists'],
  ['EINVAL', 'Invalid argument'],
  ['EISDIR', 'Is a directory'],
  ['EMFILE', 'Too many open files'],
  ['ENAMETOOLONG', 'File name too long'],
  ['ENOENT', 'No such file or directory'],
  ['ENOSPC', 'No space left on device'],
  ['ENOTDIR', 'Not a directory'],
  ['EPERM', 'Operation not permitted'],
  ['EROFS', 'Read-only file system'],
  ['ELOOP', 'Too many levels of symbolic links'],
  ['EIO', 'Input/output error'],
]);

/** The C library's text for a system error, as Redis prints it; other errors' own message. */
export function getSystemErrorMessage(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return MESSAGES.get(code ?? '') ?? message;
}
