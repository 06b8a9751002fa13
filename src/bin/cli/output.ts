import type { Reply } from '../../protocol/client/reply.ts';
import { replyElements } from '../../protocol/client/reply.ts';
import { type ByteString, byteString, bytesOf } from './bytes.ts';
import { formatCsv } from './format/csv.ts';
import { formatJson } from './format/json.ts';
import { formatPlain } from './format/plain.ts';
import { formatRaw, unformattedBytes } from './format/raw.ts';
import type { Settings } from './settings.ts';

/** Where bytes go; process.stdout and process.stderr are such, and a test's list of chunks. */
export interface ByteSink {
  /** Returns false if more should wait for the event "drain". */
  write(bytes: Uint8Array): unknown;
  once?(event: 'drain', listener: () => void): unknown;
}

/** Prints replies in the format that was asked for, and messages. */
export class Output {
  readonly #settings: Settings;
  readonly #standard: ByteSink;
  readonly #errors: ByteSink;
  #isFull = false;

  constructor(settings: Settings, standard: ByteSink, errors: ByteSink) {
    this.#settings = settings;
    this.#standard = standard;
    this.#errors = errors;
  }

  /** Prints a reply and what ends it. `asIs` is for reports that are meant to be read line by line (INFO). */
  reply(reply: Reply, asIs: boolean): void {
    const { format, elementDelimiter, replyDelimiter } = this.#settings;
    if (!asIs && format !== 'raw') {
      this.text(formatReply(reply, this.#settings));
      return;
    }
    const bytes = unformattedBytes(reply);
    if (bytes !== undefined) this.bytes(bytes);
    else this.text(formatRaw(reply, elementDelimiter));
    if (!asIs) this.text(replyDelimiter);
  }

  /** Prints a message that the server sent unasked. */
  push(reply: Reply): void {
    const keys = this.#settings.format === 'plain' ? invalidatedKeys(reply) : undefined;
    if (keys === undefined) this.reply(reply, false);
    else this.text(`-> invalidate: ${keys.map((key) => `'${key}'`).join(', ')}\n`);
  }

  text(text: ByteString): void {
    this.bytes(bytesOf(text));
  }

  bytes(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#isFull = this.#standard.write(bytes) === false;
  }

  /** Waits until standard output takes more. */
  async drained(): Promise<void> {
    if (!this.#isFull) return;
    await new Promise<void>((resolve) => this.#standard.once?.('drain', resolve));
    this.#isFull = false;
  }

  error(message: ByteString): void {
    this.#errors.write(bytesOf(`${message}\n`));
  }
}

/** A reply in the chosen format, with the newline that ends it. */
export function formatReply(reply: Reply, settings: Settings): ByteString {
  switch (settings.format) {
    case 'plain':
      return formatPlain(reply);
    case 'raw':
      return formatRaw(reply, settings.elementDelimiter) + settings.replyDelimiter;
    case 'csv':
      return `${formatCsv(reply)}\n`;
    case 'json':
      return `${formatJson(reply, 'unicode')}\n`;
    case 'quoted-json':
      return `${formatJson(reply, 'ascii')}\n`;
  }
}

/** The keys of a client-side caching message, when it is one that names keys. */
function invalidatedKeys(reply: Reply): ByteString[] | undefined {
  const [name, keys] = replyElements(reply);
  if (name === undefined || keys === undefined || keys.kind !== 'array') return undefined;
  if (name.kind !== 'string' || byteString(name.bytes) !== 'invalidate') return undefined;
  return keys.elements.map((key) => ('bytes' in key ? byteString(key.bytes) : ''));
}
