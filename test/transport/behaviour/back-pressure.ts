/** What every transport does about peers that read slowly and connections that are paused. */
import { equal, ok } from 'node:assert/strict';
import type { Connection } from '../../../src/transport/transport.ts';
import { echo, reply, type Staged } from '../stage.ts';
import { digest, patternBytes } from './patterns.ts';

export function describeBackPressure(staged: Staged): void {
  const written = patternBytes(1 << 20, 9);
  const fill = (connection: Connection, megabytes: number): void => {
    for (let count = 0; count < megabytes; count++) connection.write(written, 0, written.length);
  };

  staged('tells how much a slow reader has not read, and delivers it later', async (stage) => {
    const { peer, connection } = await stage.pair();
    peer.socket.pause();
    fill(connection, 100);
    equal(connection.pendingOutputBytes, 100 << 20);
    await stage.turn();
    await stage.turn();
    // What the two socket buffers hold is gone from here, not more.
    ok(connection.pendingOutputBytes > 80 << 20, `${connection.pendingOutputBytes}`);
    ok(connection.pendingOutputBytes <= 100 << 20);
    peer.socket.resume();
    const received = await peer.until(100 << 20);
    equal(received.length, 100 << 20);
    for (let count = 0; count < 100; count += 11) {
      equal(digest(received.subarray(count << 20, (count + 1) << 20)), digest(written));
    }
    await stage.until(() => connection.pendingOutputBytes === 0);
    equal(stage.drains, 0);
    peer.close();
  });

  staged('serves others while one reads nothing', async (stage) => {
    const slow = await stage.pair();
    const quick = await stage.pair();
    slow.peer.socket.pause();
    fill(slow.connection, 30);
    for (let round = 0; round < 20; round++) {
      quick.peer.write('ping');
      equal((await quick.peer.until(4 * (round + 1))).length, 4 * (round + 1));
    }
    slow.peer.write('more');
    slow.peer.socket.resume();
    const received = await slow.peer.until((30 << 20) + 4);
    equal(received.subarray(30 << 20).toString(), 'more');
    slow.peer.close();
    quick.peer.close();
  });

  staged('presents nothing while paused, and all of it after', async (stage) => {
    let calls = 0;
    stage.onReceived = (_connection, bytes, start, end) => {
      calls++;
      return echo(stage, bytes, start, end);
    };
    const { peer, connection } = await stage.pair();
    connection.pause();
    peer.write('first');
    await stage.until(() => connection.pendingInputBytes === 5);
    peer.write('second');
    await stage.until(() => connection.pendingInputBytes === 11);
    equal(calls, 0);
    connection.resume();
    equal(await peer.text(11), 'firstsecond');
    peer.close();
  });

  staged('keeps a bounded part of what a paused connection is sent', async (stage) => {
    const stream = patternBytes(16 << 20, 11);
    const { peer, connection } = await stage.pair();
    connection.pause();
    peer.write(stream);
    await stage.until(() => connection.pendingInputBytes >= 1 << 16);
    for (let count = 0; count < 20; count++) await stage.turn();
    ok(connection.pendingInputBytes < 4 << 20, `${connection.pendingInputBytes}`);
    connection.resume();
    equal(digest(await peer.until(stream.length)), digest(stream));
    peer.close();
  });

  staged('pauses from within received, with the rest kept', async (stage) => {
    stage.onReceived = (connection, bytes, start) => {
      reply(stage, bytes.subarray(start, start + 1));
      connection.pause();
      return 1;
    };
    const { peer, connection } = await stage.pair();
    peer.write('abc');
    for (let count = 1; count <= 3; count++) {
      equal(await peer.text(count), 'abc'.slice(0, count));
      await stage.turn();
      equal(peer.received, count);
      equal(connection.pendingInputBytes, 3 - count);
      connection.resume();
    }
    peer.close();
  });

  for (const bytes of [5, 5 << 20]) {
    staged(`tells when ${bytes} bytes of a paused connection are on their way`, async (stage) => {
      stage.onReceived = (connection, _bytes, start, end) => {
        reply(stage, written.subarray(0, bytes % written.length));
        for (let sent = bytes % written.length; sent < bytes; sent += written.length) reply(stage, written);
        connection.pause();
        return end - start;
      };
      const { peer, connection } = await stage.pair();
      peer.write('x');
      await stage.until(() => stage.drains === 1);
      equal(connection.pendingOutputBytes, 0);
      equal((await peer.until(bytes)).length, bytes);
      await stage.turn();
      equal(stage.drains, 1);
      peer.close();
    });
  }

  staged('gives memory back after a large reply was read', async (stage) => {
    const { peer, connection } = await stage.pair();
    peer.socket.pause();
    fill(connection, 8);
    await stage.turn();
    peer.socket.resume();
    await peer.until(8 << 20);
    await stage.until(() => connection.pendingOutputBytes === 0);
    peer.write('ping');
    equal((await peer.until((8 << 20) + 4)).subarray(-4).toString(), 'ping');
    peer.close();
  });
}
