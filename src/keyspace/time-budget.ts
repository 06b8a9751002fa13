/** Hot. How long a slice of background work may take. */

export class TimeBudget {
  readonly #microseconds: () => number;
  #started = 0;
  #allowed = 0;

  /** `microseconds` reads a clock that never goes back. */
  constructor(microseconds: () => number) {
    this.#microseconds = microseconds;
  }

  /** A slice of `microseconds` begins. */
  start(microseconds: number): void {
    this.#allowed = microseconds;
    this.#started = this.#microseconds();
  }

  /** Microseconds since the slice began. */
  get elapsed(): number {
    return this.#microseconds() - this.#started;
  }

  /** Whether the slice has to end. Reads the clock (some 40 ns): ask once in a while, not for every key. */
  get spent(): boolean {
    return this.#microseconds() - this.#started >= this.#allowed;
  }
}
