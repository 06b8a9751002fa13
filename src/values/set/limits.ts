/** Cold. Up to which size sets keep their compact forms. */
export class SetLimits {
  /** Members of a set of integers; set-max-intset-entries. */
  integersMax = 512;
  /** Members; set-max-listpack-entries. */
  packedMembersMax = 128;
  /** Bytes of a member; set-max-listpack-value. */
  packedBytesMax = 64;
}
