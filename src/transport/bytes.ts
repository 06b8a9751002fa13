/** Hot. Copying between byte buffers. */

/** Below this a loop beats `set(subarray())`, which allocates a view. */
const LOOP_BYTES = 48;

/** Copies source[start, end) to `target` at `at`. The two may be the same buffer only if at <= start. */
export function copyBytes(
  target: Uint8Array,
  at: number,
  source: Uint8Array,
  start: number,
  end: number,
): void {
  if (end - start > LOOP_BYTES) {
    target.set(source.subarray(start, end), at);
    return;
  }
  for (let from = start, to = at; from < end; from++, to++) target[to] = source[from]!;
}
