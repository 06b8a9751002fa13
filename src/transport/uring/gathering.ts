/** Hot. How many completions a wait gathers: under dense traffic, waking up for each costs both sides more than serving it. */

/** The longest that input waits for more to come. */
export const GATHER_MICROSECONDS = 200;
/** Gathering arms a timer, which pays only from about this many completions on. */
const TARGET_MIN = 10;
const TARGET_MAX = 64;
/** Aim below what the time is expected to bring, so that the timer seldom ends the wait. */
const EXPECTED_SHARE = 0.9;
/** Aim at no more than this share of the peers that send: the others prepare their requests while these are served. */
const PEERS_SHARE = 0.4;
/** Waits after which the traffic is judged anew. */
export const WINDOW_WAITS = 64;

/**
 * Traffic is judged in windows of waits. A wait gathers if the window before brought so much input, from so many peers,
 * that `GATHER_MICROSECONDS` suffice for several. A wait that falls far short of its target ends that until the next
 * window, so that the few who still send when a crowd has left are kept waiting once.
 */
export class Gathering {
  /** Completions that a wait should end with; 1: the first one ends it. */
  target = 1;
  /** Changes with each window: a peer that was last heard of in another one is new in this. */
  window = 0;
  /** Peers that were heard of in this window. */
  peers = 0;
  readonly #clock: () => number;
  #received = 0;
  #waits = 0;
  #windowStart = 0;

  /** `clock` tells milliseconds. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** A wait ended, and brought input `received` times. */
  waited(received: number): void {
    this.#received += received;
    if (received * 2 < this.target) this.target = 1;
    if (++this.#waits === WINDOW_WAITS) this.#judge(this.#clock());
  }

  #judge(now: number): void {
    const perMicrosecond = this.#received / ((now - this.#windowStart) * 1000);
    const expected = perMicrosecond * GATHER_MICROSECONDS * EXPECTED_SHARE;
    const target = Math.floor(Math.min(expected, this.peers * PEERS_SHARE, TARGET_MAX));
    this.target = target < TARGET_MIN ? 1 : target;
    this.window = (this.window + 1) | 0;
    this.peers = 0;
    this.#received = 0;
    this.#waits = 0;
    this.#windowStart = now;
  }
}
