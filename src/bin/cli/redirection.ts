import { type Reply, replyText } from '../../protocol/client/reply.ts';

/** A cluster node's word on where a slot is. */
export interface Redirection {
  readonly slot: number;
  /** Empty when the node to ask is at the same host. */
  readonly host: string;
  readonly port: number;
  /** True when only this one request goes there, announced with ASKING. */
  readonly asking: boolean;
}

/** The redirection that an error reply tells of; undefined for all other replies. */
export function redirectionIn(reply: Reply): Redirection | undefined {
  if (reply.kind !== 'error') return undefined;
  const parts = /^(MOVED|ASK) (\d+) (.*):(\d+)/.exec(replyText(reply) ?? '');
  if (parts === null) return undefined;
  return { slot: Number(parts[2]), host: parts[3]!, port: Number(parts[4]), asking: parts[1] === 'ASK' };
}
