/** Cold. When the append-only file is rewritten by itself, and how often after failures. */

/** So many failures in a row are retried without delay. */
const FREE_FAILURES = 3;
const MINUTE = 60;
const DELAY_MINUTES_MAX = 60;

/** Whether the file has grown so much since it was last rewritten. Sizes in bytes, `percentage` 0 for never. */
export function hasGrown(
  sizes: { readonly current: number; readonly base: number; readonly minimum: number },
  percentage: number,
): boolean {
  return percentage > 0 && sizes.current > sizes.minimum && growth(sizes) >= percentage;
}

/** By how many percent the file has grown. */
export function growth({ current, base }: { readonly current: number; readonly base: number }): number {
  return Math.floor((current * 100) / (base === 0 ? 1 : base)) - 100;
}

/** Lets rewrites that nobody has asked for wait after several failures: a minute, then twice as long each time. */
export class RetryDelay {
  /** Failures since the last success. */
  failures = 0;
  #minutes = 0;
  /** Seconds of the epoch; 0 while there is no delay. */
  #until = 0;

  succeeded(): void {
    this.failures = 0;
    this.#minutes = 0;
    this.#until = 0;
  }

  failed(): void {
    this.failures++;
  }

  /** Whether a rewrite has to wait at `now`, in seconds of the epoch; `begin` is told the minutes when a delay begins. */
  mustWait(now: number, begin: (minutes: number) => void): boolean {
    if (this.failures < FREE_FAILURES) return false;
    if (this.#until === 0) {
      this.#minutes = this.#minutes === 0 ? 1 : Math.min(this.#minutes * 2, DELAY_MINUTES_MAX);
      this.#until = now + this.#minutes * MINUTE;
      begin(this.#minutes);
      return true;
    }
    if (now < this.#until) return true;
    this.#until = 0;
    return false;
  }
}
