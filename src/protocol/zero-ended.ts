/** Cold. Texts as C reads them. */

/** The text up to its first zero byte, where C strings end. */
export function untilZero(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
