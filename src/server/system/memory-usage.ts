/** Cold. What the process takes of the system's memory. */

let last = process.memoryUsage();

/**
 * The system tells it through a file, which cannot be opened while all descriptors are in use. Then what it told last
 * stands, which is not old: garbage is looked at many times a second.
 */
export function memoryUsage(): NodeJS.MemoryUsage {
  try {
    last = process.memoryUsage();
  } catch {
    // As above.
  }
  return last;
}
