/** Cold. The values of maxmemory-policy: which keys may be evicted, and which of them go first. */

export type EvictionMeasure = 'none' | 'lru' | 'lfu' | 'lrm' | 'random' | 'ttl';

export interface EvictionPolicy {
  readonly name: string;
  /** Whether only keys with an expiry may go. */
  readonly volatileOnly: boolean;
  /** What makes a key the next to go; "none": no key ever goes. */
  readonly measure: EvictionMeasure;
}

export const NO_EVICTION: EvictionPolicy = { name: 'noeviction', volatileOnly: false, measure: 'none' };

export const evictionPolicies: readonly EvictionPolicy[] = [
  NO_EVICTION,
  ...(['lru', 'lfu', 'lrm', 'random'] as const).flatMap((measure) => [
    { name: `allkeys-${measure}`, volatileOnly: false, measure },
    { name: `volatile-${measure}`, volatileOnly: true, measure },
  ]),
  { name: 'volatile-ttl', volatileOnly: true, measure: 'ttl' },
];
