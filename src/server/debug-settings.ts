/** Cold. What DEBUG changes and no option does. */
export class DebugSettings {
  /** Bytes from which on an element of a list is kept on its own; undefined for the default. */
  quicklistPackedThreshold: number | undefined;
}
