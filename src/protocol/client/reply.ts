/**
 * What a server can answer, as a client sees it.
 *
 * Bytes stay bytes: a string of Redis is not text. Numbers that a server writes with 64 bits are bigint,
 * and a double keeps the server's own spelling beside its value, because it is shown to people as it was sent.
 */
export type Reply = ReplyValue & {
  /** Attributes (RESP3 `|`) that preceded this reply: names and values in turn. */
  readonly attributes?: readonly Reply[];
};

export type ReplyValue = TextReply | NumberReply | NilReply | BooleanReply | VerbatimReply | AggregateReply;

/** `status` is RESP's simple string, `error` its simple or bulk error, `string` its bulk string. */
export interface TextReply {
  readonly kind: 'status' | 'error' | 'string';
  readonly bytes: Uint8Array;
}

export type NumberReply =
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number; readonly text: string }
  | { readonly kind: 'big-number'; readonly text: string };

/** RESP2 has two spellings of nothing, RESP3 one; `form` tells which of them came. */
export interface NilReply {
  readonly kind: 'nil';
  readonly form: 'null' | 'null-string' | 'null-array';
}

export interface BooleanReply {
  readonly kind: 'boolean';
  readonly value: boolean;
}

/** A bulk string that says what it holds: `txt`, `mkd`, or another word of three bytes. */
export interface VerbatimReply {
  readonly kind: 'verbatim';
  readonly format: string;
  readonly bytes: Uint8Array;
}

/** In a map, names and values follow each other in `elements`. */
export interface AggregateReply {
  readonly kind: 'array' | 'map' | 'set' | 'push';
  readonly elements: readonly Reply[];
}

const decoder = new TextDecoder();

/** The text of a reply that consists of one piece; undefined for nil and for aggregates. */
export function replyText(reply: Reply): string | undefined {
  switch (reply.kind) {
    case 'status':
    case 'error':
    case 'string':
    case 'verbatim':
      return decoder.decode(reply.bytes);
    case 'integer':
    case 'boolean':
      return String(reply.value);
    case 'double':
    case 'big-number':
      return reply.text;
    default:
      return undefined;
  }
}

/** The elements of an aggregate; none for every other reply. */
export function replyElements(reply: Reply): readonly Reply[] {
  return isAggregate(reply) ? reply.elements : [];
}

export function isAggregate(reply: Reply): reply is AggregateReply & Reply {
  return reply.kind === 'array' || reply.kind === 'map' || reply.kind === 'set' || reply.kind === 'push';
}
