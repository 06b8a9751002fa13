export interface Call {
  readonly reply: unknown;
}
