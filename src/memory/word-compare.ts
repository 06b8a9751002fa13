/** Hot. Comparing bytes with what stands in a block of the arena. */

/**
 * Whether bytes[start, end) equal those that start at word `first` of a segment, whose words and bytes are given. Four at a
 * time, though `start` may be anywhere.
 */
export function equalsWords(
  words: Int32Array,
  first: number,
  own: Uint8Array,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  const whole = (end - start) >>> 2;
  let from = start;
  for (let i = 0; i < whole; i++, from += 4) {
    if (
      words[first + i] !==
      (bytes[from] | (bytes[from + 1] << 8) | (bytes[from + 2] << 16) | (bytes[from + 3] << 24))
    )
      return false;
  }
  const shift = ((first + whole) << 2) - from;
  for (; from < end; from++) if (own[from + shift] !== bytes[from]) return false;
  return true;
}
