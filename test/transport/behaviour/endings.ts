/** How connections, listeners and every transport end. */
import { equal, notEqual, ok } from 'node:assert/strict';
import { Peer } from '../peer.ts';
import { echo, echoLines, LOCAL, reply, type Staged } from '../stage.ts';
import { digest, patternBytes } from './patterns.ts';

const encoder = new TextEncoder();

export function describeEndings(staged: Staged): void {
  staged('tells when a peer closes', async (stage) => {
    const { peer, connection } = await stage.pair();
    connection.owner = 'me';
    peer.close();
    await stage.until(() => stage.endings.length > 0);
    equal(stage.endings[0]!.connection, connection);
    equal(stage.endings[0]!.reason, 'peer');
    equal(connection.owner, 'me');
  });

  staged('sends all replies to a peer that ends its side behind a pipeline', async (stage) => {
    stage.onReceived = (_connection, bytes, start, end) => echoLines(stage, bytes, start, end);
    const { peer } = await stage.pair();
    const pipeline = 'request\n'.repeat(5000);
    peer.write(`${pipeline}partial`);
    peer.end();
    equal((await peer.untilEnd()).toString(), pipeline);
    await stage.until(() => stage.endings.length > 0);
    equal(stage.endings[0]!.reason, 'peer');
  });

  staged('sends 20 MB of replies to a slow peer that has ended its side', async (stage) => {
    const big = patternBytes(20 << 20, 21);
    stage.onReceived = (_connection, _bytes, start, end) => {
      reply(stage, big);
      return end - start;
    };
    const { peer } = await stage.pair();
    peer.socket.pause();
    peer.write('x');
    peer.end();
    await stage.turn();
    await stage.turn();
    peer.socket.resume();
    equal(digest(await peer.untilEnd()), digest(big));
  });

  staged(
    'finishes the pipeline of a peer that was paused for reading slowly, and has ended its side',
    async (stage) => {
      const big = patternBytes(8 << 20, 23);
      stage.onReceived = (connection, _bytes, start, end) => {
        if (end === start) return 0;
        reply(stage, big);
        connection.pause();
        return 1;
      };
      stage.onDrained = (connection) => connection.resume();
      const { peer } = await stage.pair();
      peer.socket.pause();
      peer.write('xxx');
      peer.end();
      await stage.turn();
      await stage.turn();
      peer.socket.resume();
      const received = await peer.untilEnd();
      equal(received.length, 3 * big.length);
      equal(digest(received.subarray(-big.length)), digest(big));
    },
  );

  staged('notices that a peer has closed while it is paused', async (stage) => {
    const { peer, connection } = await stage.pair();
    connection.pause();
    peer.write('unread');
    await stage.turn();
    peer.close();
    await stage.until(() => stage.endings.length === 1);
    equal(stage.endings[0]!.connection, connection);
  });

  staged('survives a peer that closes with replies on their way', async (stage) => {
    const { peer, connection } = await stage.pair();
    peer.socket.pause();
    const bytes = patternBytes(8 << 20);
    connection.write(bytes, 0, bytes.length);
    await stage.turn();
    peer.close();
    await stage.until(() => stage.endings.length === 1);
    notEqual(stage.endings[0]!.reason, 'ended');
    const other = await stage.pair();
    other.peer.write('still here');
    equal(await other.peer.text(10), 'still here');
    other.peer.close();
  });

  staged('end sends what is queued, then closes, and takes no more input', async (stage) => {
    let calls = 0;
    stage.onReceived = (connection, _bytes, start, end) => {
      calls++;
      reply(stage, encoder.encode('bye'));
      connection.end();
      return Math.min(1, end - start);
    };
    const { peer } = await stage.pair();
    peer.write('quit and more');
    equal((await peer.untilEnd()).toString(), 'bye');
    await stage.until(() => stage.endings.length > 0);
    equal(stage.endings[0]!.reason, 'ended');
    equal(calls, 1);
    peer.close();
  });

  staged('end waits for a slow reader', async (stage) => {
    const { peer, connection } = await stage.pair();
    peer.socket.pause();
    const bytes = patternBytes(16 << 20, 31);
    connection.write(bytes, 0, bytes.length);
    connection.end();
    await stage.turn();
    await stage.turn();
    equal(stage.endings.length, 0);
    peer.socket.resume();
    equal(digest(await peer.untilEnd()), digest(bytes));
    await stage.until(() => stage.endings.length === 1);
    equal(stage.endings[0]!.reason, 'ended');
  });

  staged('destroy drops what is queued, and closed is told later, once', async (stage) => {
    const { peer, connection } = await stage.pair();
    const bytes = patternBytes(32 << 20);
    peer.socket.pause();
    connection.write(bytes, 0, bytes.length);
    connection.destroy();
    connection.destroy();
    connection.end();
    equal(stage.endings.length, 0);
    await stage.until(() => stage.endings.length > 0);
    peer.socket.resume();
    ok((await peer.untilEnd()).length < bytes.length);
    await stage.turn();
    equal(stage.endings.length, 1);
    equal(stage.endings[0]!.reason, 'destroyed');
  });

  staged('destroy from within received leaves nothing to be received', async (stage) => {
    let calls = 0;
    stage.onReceived = (connection) => {
      calls++;
      connection.destroy();
      return 0;
    };
    const { peer } = await stage.pair();
    peer.write('one');
    peer.write('two');
    await peer.untilEnd();
    await stage.until(() => stage.endings.length === 1);
    equal(calls, 1);
    equal(peer.received, 0);
  });

  staged('destroys another connection from within received', async (stage) => {
    const victim = await stage.pair();
    const killer = await stage.pair();
    stage.onReceived = (connection, bytes, start, end) => {
      if (connection === killer.connection) victim.connection.destroy();
      return echo(stage, bytes, start, end);
    };
    killer.peer.write('kill');
    equal(await killer.peer.text(4), 'kill');
    await victim.peer.untilEnd();
    await stage.until(() => stage.endings.length === 1);
    equal(stage.endings[0]!.connection, victim.connection);
    killer.peer.close();
  });

  staged('closes further connections when told of one, within the same turn', async (stage) => {
    const pairs = [await stage.pair(), await stage.pair(), await stage.pair()];
    stage.onClosed = () => {
      for (const connection of stage.accepts) connection.destroy();
    };
    pairs[0]!.peer.close();
    await stage.until(() => stage.endings.length > 0);
    equal(stage.endings.length, 3);
    for (const { peer } of pairs) await peer.untilEnd();
  });

  staged('takes every call after closed as a no-op', async (stage) => {
    const { peer, connection } = await stage.pair();
    peer.close();
    await stage.until(() => stage.endings.length === 1);
    connection.write(encoder.encode('x'), 0, 1);
    connection.pause();
    connection.resume();
    connection.end();
    connection.destroy();
    await stage.turn();
    equal(connection.pendingOutputBytes, 0);
    equal(connection.pendingInputBytes, 0);
    equal(stage.endings.length, 1);
  });

  staged('keeps connections when the listener closes', async (stage) => {
    const { peer } = await stage.pair();
    const [listener] = stage.listeners;
    listener!.close();
    listener!.close();
    await stage.turn();
    await stage.turn();
    peer.write('still');
    equal(await peer.text(5), 'still');
    const refused = await Peer.open(listener!.address).then(
      () => 'connected',
      (error: NodeJS.ErrnoException) => error.code,
    );
    equal(refused, 'ECONNREFUSED');
    peer.close();
  });

  staged('listens again where it has just stopped', async (stage) => {
    const address = await stage.listen();
    for (let round = 0; round < 5; round++) {
      stage.listeners.at(-1)!.close();
      await stage.turn();
      await stage.listen(address);
    }
    const peer = await Peer.open(address);
    peer.write('again');
    equal(await peer.text(5), 'again');
    peer.close();
  });

  staged('close sends what is queued before it ends', async (stage) => {
    const { peer, connection } = await stage.pair();
    const bytes = patternBytes(6 << 20, 41);
    connection.write(bytes, 0, bytes.length);
    stage.transport.close(60_000);
    equal(digest(await peer.untilEnd()), digest(bytes));
    peer.close();
  });

  staged('close gives up on a peer that does not read', async (stage) => {
    const { peer, connection } = await stage.pair();
    peer.socket.pause();
    const bytes = patternBytes(32 << 20);
    connection.write(bytes, 0, bytes.length);
    stage.transport.close(30);
    await stage.stop();
    equal(stage.endings.length, 1);
    peer.close();
  });

  staged('runs many rounds of connecting and closing', async (stage) => {
    const address = await stage.listen(LOCAL);
    for (let round = 0; round < 30; round++) {
      const peers = await Promise.all(Array.from({ length: 10 }, () => Peer.open(address)));
      peers.forEach((peer, index) => {
        peer.write('ping');
        if (index % 2 === 0) peer.close();
      });
      for (const [index, peer] of peers.entries()) if (index % 2 === 1) equal(await peer.text(4), 'ping');
      for (const peer of peers) peer.close();
    }
    await stage.until(() => stage.endings.length === 300);
  });
}
