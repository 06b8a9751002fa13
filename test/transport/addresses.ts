/** What every transport must do with addresses, timers, turns and outgoing connections. Run for each of them. */
import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TransportName } from '../../src/transport/select.ts';
import type { Connection, ListenAddress } from '../../src/transport/transport.ts';
import type { TestFunction } from './behaviour.ts';
import { Peer } from './peer.ts';
import { LOCAL, Stage } from './stage.ts';

const encoder = new TextEncoder();

export function describeAddresses(test: TestFunction, kind: TransportName): void {
  const staged = (name: string, body: (stage: Stage, folder: string) => Promise<void>): void => {
    test(`${kind}: ${name}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'cinnabar-transport-'));
      const stage = await Stage.open(kind);
      try {
        await body(stage, folder);
      } finally {
        await stage.stop();
        rmSync(folder, { recursive: true, force: true });
      }
    });
  };
  describeListening(staged);
  describeConnecting(staged);
  describeTurns(staged);
}

type Staged = (name: string, body: (stage: Stage, folder: string) => Promise<void>) => void;

function unix(path: string, mode?: number): ListenAddress {
  return { kind: 'unix', path, mode, backlog: 16 };
}

function describeListening(staged: Staged): void {
  staged('tells both ends of a TCP connection', async (stage) => {
    const { peer, connection } = await stage.pair();
    const { address } = stage.listeners[0]!;
    equal(
      address.kind === 'tcp' && connection.localAddress,
      `127.0.0.1:${address.kind === 'tcp' && address.port}`,
    );
    equal(connection.remoteAddress, `127.0.0.1:${peer.socket.localPort}`);
    equal(connection.kind, 'tcp');
    peer.close();
    await stage.until(() => stage.endings.length === 1);
    equal(
      connection.remoteAddress,
      `127.0.0.1:${peer.socket.localPort ?? connection.remoteAddress.split(':')[1]}`,
    );
  });

  staged('tells the address of a connection when it has just closed', async (stage) => {
    let told = '';
    stage.onClosed = (connection) => {
      told = connection.localAddress;
    };
    const { peer } = await stage.pair();
    peer.close();
    await stage.until(() => told !== '');
    match(told, /^127\.0\.0\.1:\d+$/);
  });

  staged('listens on IPv6, and only there', async (stage) => {
    const six = await stage.listen({ kind: 'tcp', host: '::1', port: 0, backlog: 16 });
    const peer = await Peer.open(six);
    peer.write('six');
    equal(await peer.text(3), 'six');
    equal(stage.accepts[0]!.remoteAddress, `[::1]:${peer.socket.localPort}`);
    peer.close();
  });

  staged('listens on the same port of all IPv4 and all IPv6 addresses', async (stage) => {
    const four = await stage.listen({ kind: 'tcp', host: '0.0.0.0', port: 0, backlog: 16 });
    const port = four.kind === 'tcp' ? four.port : 0;
    await stage.listen({ kind: 'tcp', host: '::', port, backlog: 16 });
    for (const host of ['127.0.0.1', '::1']) {
      const peer = await Peer.open({ ...LOCAL, host, port } as ListenAddress);
      peer.write('both');
      equal(await peer.text(4), 'both');
      peer.close();
    }
  });

  staged('listens on a UNIX socket with the mode that is asked for', async (stage, folder) => {
    const path = join(folder, 'socket');
    await stage.listen(unix(path, 0o600));
    equal(statSync(path).mode & 0o777, 0o600);
    const peer = await Peer.open(unix(path));
    peer.write('local');
    equal(await peer.text(5), 'local');
    const [connection] = stage.accepts;
    equal(connection!.kind, 'unix');
    equal(connection!.remoteAddress, `${path}:0`);
    equal(connection!.localAddress, `${path}:0`);
    peer.close();
    stage.listeners[0]!.close();
    await stage.turn();
    ok(!existsSync(path));
  });

  staged('replaces the file that a dead server left', async (stage, folder) => {
    const path = join(folder, 'stale');
    writeFileSync(path, '');
    await stage.listen(unix(path));
    const peer = await Peer.open(unix(path));
    peer.write('x');
    equal(await peer.text(1), 'x');
    peer.close();
  });

  staged('refuses an address that is in use', async (stage) => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    await rejects(stage.listen({ kind: 'tcp', host: '127.0.0.1', port, backlog: 16 }), {
      code: 'EADDRINUSE',
      message: new RegExp(`^cannot listen on 127\\.0\\.0\\.1:${port}: .*EADDRINUSE.*$`),
    });
    other.close();
  });

  staged('refuses an address that is not of this machine', async (stage) => {
    await rejects(stage.listen({ kind: 'tcp', host: '192.0.2.1', port: 0, backlog: 16 }), {
      code: 'EADDRNOTAVAIL',
    });
  });

  staged('refuses a UNIX socket in a folder that does not exist', async (stage, folder) => {
    const path = join(folder, 'missing', 'socket');
    await rejects(stage.listen(unix(path)), (error: NodeJS.ErrnoException) => {
      match(error.code ?? '', /^(ENOENT|EACCES)$/);
      return error.message.includes(path) && !error.message.includes('\n');
    });
  });
}

function describeConnecting(staged: Staged): void {
  for (const kind of ['tcp', 'unix'] as const) {
    staged(`connects by ${kind} and talks both ways`, async (stage, folder) => {
      const address = await stage.listen(kind === 'tcp' ? LOCAL : unix(join(folder, 'socket')));
      let answer = '';
      stage.onReceived = (connection, bytes, start, end) => {
        if (connection === outgoing) answer += Buffer.from(bytes.subarray(start, end)).toString();
        else connection.write(bytes, start, end);
        return end - start;
      };
      let connected: Connection | undefined;
      const outgoing = stage.transport.connect(address, (connection) => {
        connected = connection;
        connection.write(encoder.encode(' world'), 0, 6);
      });
      // Written before the connection stands: goes first.
      outgoing.write(encoder.encode('hello'), 0, 5);
      await stage.until(() => answer.length === 11);
      equal(answer, 'hello world');
      equal(connected, outgoing);
      equal(stage.accepts.length, 1);
      outgoing.end();
      await stage.until(() => stage.endings.length === 2);
    });
  }

  staged('tells by closed that a connection was refused', async (stage) => {
    const address = await stage.listen();
    stage.listeners[0]!.close();
    await stage.turn();
    let connected = false;
    const outgoing = stage.transport.connect(address, () => {
      connected = true;
    });
    await stage.until(() => stage.endings.length === 1);
    equal(stage.endings[0]!.connection, outgoing);
    equal(stage.endings[0]!.reason, 'error');
    match(stage.endings[0]!.detail, /ECONNREFUSED/);
    ok(!connected);
  });

  staged('tells by closed that a path leads nowhere', async (stage, folder) => {
    stage.run();
    stage.transport.connect(unix(join(folder, 'nobody')), () => {});
    await stage.until(() => stage.endings.length === 1);
    equal(stage.endings[0]!.reason, 'error');
  });

  staged('connects to a host by name', async (stage) => {
    const address = await stage.listen();
    const port = address.kind === 'tcp' ? address.port : 0;
    let connected = false;
    const outgoing = stage.transport.connect({ kind: 'tcp', host: 'localhost', port, backlog: 0 }, () => {
      connected = true;
    });
    await stage.until(() => connected || stage.endings.length > 0);
    outgoing.destroy();
  });

  staged('gives up an attempt to connect that is destroyed', async (stage) => {
    const address = await stage.listen();
    let connected = false;
    const outgoing = stage.transport.connect(address, () => {
      connected = true;
    });
    outgoing.destroy();
    await stage.until(() => stage.endings.some((ending) => ending.connection === outgoing));
    for (let count = 0; count < 5; count++) await stage.turn();
    ok(!connected);
  });
}

function describeTurns(staged: Staged): void {
  staged('runs timers in the order of their deadlines, and of setting', async (stage) => {
    stage.run();
    const order: string[] = [];
    const set = (milliseconds: number, name: string) =>
      stage.transport.setTimer(milliseconds, () => order.push(name));
    set(30, 'late');
    set(5, 'early');
    set(5, 'early too');
    const never = set(6, 'never');
    stage.transport.setTimer(7, () => set(1, 'nested'));
    never.cancel();
    never.cancel();
    await stage.until(() => order.includes('late'));
    deepEqual(order.slice(0, 2), ['early', 'early too']);
    deepEqual([...order].sort(), ['early', 'early too', 'late', 'nested']);
  });

  staged('runs a timer of zero milliseconds', async (stage) => {
    stage.run();
    let count = 0;
    const again = (): void => {
      if (++count < 5) stage.transport.setTimer(0, again);
    };
    stage.transport.setTimer(0, again);
    await stage.until(() => count === 5);
  });

  staged('ends a turn when asked, without input', async (stage) => {
    stage.run();
    let work = 20;
    stage.onTurn = () => {
      if (work > 0) {
        work--;
        stage.transport.requestTurn();
      }
    };
    stage.transport.requestTurn();
    await stage.until(() => work === 0);
  });

  staged('never calls its owner from within a call of the owner', async (stage) => {
    let depth = 0;
    let nested = 0;
    const enter = <T>(body: () => T): T => {
      if (depth++ > 0) nested++;
      const result = body();
      depth--;
      return result;
    };
    const act = (connection: Connection): void => {
      connection.write(encoder.encode('w'), 0, 1);
      connection.pause();
      connection.resume();
      stage.transport.requestTurn();
      for (const other of stage.accepts) if (other !== connection) other.destroy();
    };
    stage.onAccepted = (connection) => enter(() => connection.write(encoder.encode('hi'), 0, 2));
    stage.onReceived = (connection, _bytes, start, end) =>
      enter(() => {
        act(connection);
        return end - start;
      });
    stage.onClosed = (connection) => enter(() => connection.destroy());
    stage.onFlush = () => enter(() => {});
    stage.onTurn = () => enter(() => {});
    const pairs = [await stage.pair(), await stage.pair(), await stage.pair()];
    pairs[1]!.peer.write('go');
    await stage.until(() => stage.endings.length === 2);
    equal(nested, 0);
    equal(await pairs[1]!.peer.text(3), 'hiw');
    for (const { peer } of pairs) peer.close();
  });
}
