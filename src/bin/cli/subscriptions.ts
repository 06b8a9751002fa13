import { type Reply, replyElements, replyText } from '../../protocol/client/reply.ts';
import { type ByteString, byteString } from './bytes.ts';

/** The kinds of subscription, named by the command that makes them. */
type SubscribeCommand = 'subscribe' | 'psubscribe' | 'ssubscribe';

const subscribeCommands: readonly string[] = ['subscribe', 'psubscribe', 'ssubscribe'];
const unsubscribeCommands: readonly string[] = ['unsubscribe', 'punsubscribe', 'sunsubscribe'];
const messageNames: readonly string[] = ['message', 'pmessage', 'smessage'];

/** What a connection is subscribed to, as the server's confirmations tell. */
export class Subscriptions {
  readonly #channels: Record<SubscribeCommand, Set<ByteString>> = {
    subscribe: new Set(),
    psubscribe: new Set(),
    ssubscribe: new Set(),
  };

  /** True in the state in which RESP2 servers take few commands. */
  get active(): boolean {
    return Object.values(this.#channels).some((channels) => channels.size > 0);
  }

  clear(): void {
    for (const channels of Object.values(this.#channels)) channels.clear();
  }

  /** How many confirmations a command will be answered with; 0 for all other commands. */
  confirmationsExpected(command: string, argumentCount: number): number {
    if (subscribeCommands.includes(command)) return Math.max(1, argumentCount);
    if (!unsubscribeCommands.includes(command)) return 0;
    return argumentCount > 0 ? argumentCount : Math.max(1, this.#channels[subscribedBy(command)].size);
  }

  /** Takes note of a confirmation. */
  note(confirmation: Reply): void {
    const name = firstText(confirmation);
    const channel = replyElements(confirmation)[1];
    // Unsubscribing from nothing is confirmed with nil instead of a channel.
    if (name === undefined || channel === undefined || !('bytes' in channel)) return;
    if (isSubscribe(name)) this.#channels[name].add(byteString(channel.bytes));
    else this.#channels[subscribedBy(name)].delete(byteString(channel.bytes));
  }
}

/** True of a server's answer to subscribing or unsubscribing. */
export function isConfirmation(reply: Reply): boolean {
  const name = firstText(reply);
  return name !== undefined && (subscribeCommands.includes(name) || unsubscribeCommands.includes(name));
}

/** True of a message published to a channel or pattern. In RESP2 it looks like any array of such content. */
export function isPublished(reply: Reply): boolean {
  const name = firstText(reply);
  return name !== undefined && messageNames.includes(name);
}

function firstText(reply: Reply): string | undefined {
  const first = replyElements(reply)[0];
  return first === undefined ? undefined : replyText(first);
}

function isSubscribe(name: string): name is SubscribeCommand {
  return subscribeCommands.includes(name);
}

/** `punsubscribe` undoes `psubscribe`. REQUIRES: one of the unsubscribe commands. */
function subscribedBy(unsubscribe: string): SubscribeCommand {
  const name = unsubscribe.replace('unsub', 'sub');
  return isSubscribe(name) ? name : 'subscribe';
}
