/** Cold. Up to which size sorted sets keep their compact form. */
export class SortedSetLimits {
  /** Members; zset-max-listpack-entries. */
  packedMembersMax = 128;
  /** Bytes of a member; zset-max-listpack-value. */
  packedBytesMax = 64;
}
