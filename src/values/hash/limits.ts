/** Cold. Up to which size hashes keep their packed form. */
export class HashLimits {
  /** Fields; hash-max-listpack-entries. */
  packedFieldsMax = 512;
  /** Bytes of a field or a value; hash-max-listpack-value. */
  packedBytesMax = 64;
}
