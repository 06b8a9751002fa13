import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { encodeRequest } from '../../../protocol/client/encoder.ts';
import type { Reply } from '../../../protocol/client/reply.ts';
import { byteString, bytesOf } from '../bytes.ts';
import type { Connection } from '../connection.ts';
import { pause } from '../pause.ts';
import type { Session } from '../session.ts';

/** How often the time since the last reply is looked at, while waiting for the last one. */
const checkEveryMs = 100;

/** How long the answer to what was sent may take to be seen before more is sent. */
const answerTimeMs = 5;

/** --pipe: sends standard input as it is, and counts replies until the answer to a last ECHO of our own. */
export async function runPipe(session: Session, input: Readable): Promise<number> {
  const connection = await session.connectOrFail();
  const transfer = new Transfer(session, connection);
  await transfer.sendAll(input);
  session.output.text('All data transferred. Waiting for the last reply...\n');
  if (await transfer.awaitLastReply()) session.output.text('Last reply received from server.\n');
  session.output.text(`errors: ${transfer.errors}, replies: ${transfer.replies}\n`);
  return transfer.errors > 0 ? 1 : 0;
}

class Transfer {
  readonly #session: Session;
  readonly #connection: Connection;
  /** Sent last and expected back: data of the user cannot equal it but by a wild chance. */
  readonly #mark = randomBytes(20);
  #marked = false;
  #lastReplyMs = performance.now();
  errors = 0;
  replies = 0;

  constructor(session: Session, connection: Connection) {
    this.#session = session;
    this.#connection = connection;
    connection.onActivity = () => {};
  }

  async sendAll(input: Readable): Promise<void> {
    for await (const chunk of input) {
      this.#connection.sendBytes(chunk as Uint8Array);
      await this.#connection.drained();
      this.#takeReplies();
      if (this.#connection.failure !== undefined) throw this.#connection.failure;
    }
    // What the server has refused, and why, is lost once a write to the connection that it has closed fails: its answer
    // gets the time to come, and the rest is one write. The line end ends an inline command that lacked its own.
    await pause(answerTimeMs);
    this.#takeReplies();
    if (this.#connection.failure !== undefined) return;
    this.#connection.sendBytes(Buffer.concat([bytesOf('\r\n'), encodeRequest(['ECHO', this.#mark])]));
    this.#lastReplyMs = performance.now();
  }

  /** False when no reply has come for the time that --pipe-timeout allows. */
  async awaitLastReply(): Promise<boolean> {
    const timeoutMs = this.#session.settings.pipeTimeoutSeconds * 1000;
    for (;;) {
      this.#takeReplies();
      if (this.#marked) return true;
      if (this.#connection.failure !== undefined) throw this.#connection.failure;
      if (timeoutMs > 0 && performance.now() - this.#lastReplyMs > timeoutMs) {
        this.#session.output.error(`No replies for ${timeoutMs / 1000} seconds: exiting.`);
        this.errors += 1;
        return false;
      }
      await Promise.race([this.#activity(), pause(checkEveryMs)]);
    }
  }

  #activity(): Promise<void> {
    return new Promise((resolve) => {
      this.#connection.onActivity = resolve;
    });
  }

  #takeReplies(): void {
    for (let reply = this.#connection.poll(); reply !== undefined; reply = this.#connection.poll()) {
      this.#lastReplyMs = performance.now();
      this.#take(reply);
    }
  }

  #take(reply: Reply): void {
    if (reply.kind === 'string' && Buffer.compare(reply.bytes, this.#mark) === 0) {
      this.#marked = true;
      return;
    }
    this.replies += 1;
    if (reply.kind !== 'error') return;
    this.#session.output.error(byteString(reply.bytes));
    this.errors += 1;
  }
}
