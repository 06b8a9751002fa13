/** Which transports this machine and this runtime can use. */
import { openTransport, type TransportName } from '../../src/transport/select.ts';
import { Stage } from './stage.ts';

/** The slowest first. */
export async function workingTransports(): Promise<TransportName[]> {
  const working: TransportName[] = [];
  for (const name of ['node', 'epoll', 'io_uring'] as const) {
    const stage = new Stage();
    const opened = await openTransport(name, stage, () => {}).catch(() => undefined);
    if (opened === undefined) continue;
    stage.transport = opened.transport;
    await stage.stop();
    working.push(name);
  }
  return working;
}
