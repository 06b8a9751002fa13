/** Cold. Why a value was not taken, in the words that the client or the operator reads. */
export class Rejection {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}
