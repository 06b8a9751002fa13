/**
 * Inside the CLI, bytes that are shown or typed are "byte strings": text with one character (0 to 255) per byte.
 * They can be joined and matched like text, and no byte is lost that is not UTF-8.
 */
export type ByteString = string;

export function byteString(bytes: Uint8Array): ByteString {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

export function bytesOf(text: ByteString): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** Text as it was typed or read from the command line: its UTF-8 bytes. */
export function byteStringOfText(text: string): ByteString {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The text that a byte string spells in UTF-8, for what the runtime takes as text: paths, host names, prompts. */
export function textOf(bytes: ByteString): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
