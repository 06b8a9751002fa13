/** Cold. Time, as everything else is given it. */
export interface Clock {
  /** Milliseconds of the epoch, an integer. */
  milliseconds(): number;
  /** Microseconds of the epoch, an integer. */
  wallMicroseconds(): number;
  /** Microseconds since some moment, never going back. */
  microseconds(): number;
}

export const systemClock: Clock = {
  milliseconds: () => Date.now(),
  wallMicroseconds: () => Math.floor((performance.timeOrigin + performance.now()) * 1000),
  microseconds: () => performance.now() * 1000,
};
