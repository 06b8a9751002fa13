/** What every transport does with what it is to send. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { echo, reply, type Staged } from '../stage.ts';
import { digest, patternBytes } from './patterns.ts';

const encoder = new TextEncoder();

export function describeOutput(staged: Staged): void {
  staged('sends a reply of 100 MB that is reserved in pieces', async (stage) => {
    const piece = patternBytes(1 << 20);
    stage.onReceived = (_connection, _bytes, start, end) => {
      for (let count = 0; count < 100; count++) reply(stage, piece);
      return end - start;
    };
    const { peer, connection } = await stage.pair();
    const usual = stage.transport.output.bytes.length;
    peer.write('x');
    const received = await peer.until(100 << 20);
    equal(received.length, 100 << 20);
    for (let count = 0; count < 100; count += 9) {
      deepEqual(received.subarray(count << 20, (count + 1) << 20), Buffer.from(piece));
    }
    await stage.until(() => connection.pendingOutputBytes === 0);
    equal(stage.transport.output.bytes.length, usual);
    peer.close();
  });

  staged('sends a reply of 64 MB that is reserved at once', async (stage) => {
    const whole = patternBytes(64 << 20, 5);
    stage.onReceived = (_connection, _bytes, start, end) => {
      reply(stage, encoder.encode('before'));
      reply(stage, whole);
      reply(stage, encoder.encode('behind'));
      return end - start;
    };
    const { peer } = await stage.pair();
    peer.write('x');
    const received = await peer.until(whole.length + 12);
    equal(received.length, whole.length + 12);
    equal(received.subarray(0, 6).toString(), 'before');
    equal(digest(received.subarray(6, 6 + whole.length)), digest(whole));
    equal(received.subarray(-6).toString(), 'behind');
    peer.close();
  });

  staged('keeps the replies of a turn apart when one of them overflows', async (stage) => {
    const big = patternBytes(3 << 20, 3);
    stage.onReceived = (connection, bytes, start, end) => {
      if (connection === stage.accepts[1]) reply(stage, big);
      else echo(stage, bytes, start, end);
      return end - start;
    };
    const peers = [(await stage.pair()).peer, (await stage.pair()).peer, (await stage.pair()).peer];
    for (let round = 0; round < 4; round++) for (const peer of peers) peer.write('some');
    equal(await peers[0]!.text(16), 'some'.repeat(4));
    equal(await peers[2]!.text(16), 'some'.repeat(4));
    const received = await peers[1]!.until(big.length);
    equal(digest(received.subarray(0, big.length)), digest(big));
    for (const peer of peers) peer.close();
  });

  staged('sends what is written to another connection', async (stage) => {
    const bytes = encoder.encode('--message--');
    stage.onReceived = (connection, _bytes, start, end) => {
      for (const other of stage.accepts) if (other !== connection) other.write(bytes, 2, 9);
      reply(stage, encoder.encode('ok'));
      return end - start;
    };
    const pairs = [await stage.pair(), await stage.pair(), await stage.pair()];
    pairs[0]!.peer.write('x');
    equal(await pairs[1]!.peer.text(7), 'message');
    equal(await pairs[2]!.peer.text(7), 'message');
    equal(await pairs[0]!.peer.text(2), 'ok');
    for (const { peer } of pairs) peer.close();
  });

  staged('keeps the order of replies and writes to the same connection', async (stage) => {
    const text = (value: string): Uint8Array => encoder.encode(value);
    stage.onReceived = (connection, _bytes, start, end) => {
      reply(stage, text('a'));
      connection.write(text('b'), 0, 1);
      reply(stage, text('c'));
      for (const other of stage.accepts) other.write(text('d'), 0, 1);
      reply(stage, text('e'));
      return end - start;
    };
    const first = await stage.pair();
    const second = await stage.pair();
    first.peer.write('x');
    equal(await first.peer.text(5), 'abcde');
    equal(await second.peer.text(1), 'd');
    second.peer.write('x');
    equal(await second.peer.text(6), 'dabcde');
    equal(await first.peer.text(6), 'abcded');
    first.peer.close();
    second.peer.close();
  });

  staged('keeps the order when two connections write to each other all the time', async (stage) => {
    stage.onReceived = (connection, bytes, start, end) => {
      for (let at = start; at < end; at++) {
        reply(stage, bytes.subarray(at, at + 1));
        for (const other of stage.accepts) if (other !== connection) other.write(bytes, at, at + 1);
      }
      return end - start;
    };
    const first = await stage.pair();
    const second = await stage.pair();
    const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.repeat(20);
    const lower = upper.toLowerCase();
    for (let at = 0; at < upper.length; at += 13) {
      first.peer.write(upper.slice(at, at + 13));
      second.peer.write(lower.slice(at, at + 13));
      if (at % 39 === 0) await stage.turn();
    }
    for (const { peer } of [first, second]) {
      const text = await peer.text(upper.length * 2);
      equal(text.replace(/[a-z]/g, ''), upper);
      equal(text.replace(/[A-Z]/g, ''), lower);
      peer.close();
    }
  });

  staged('sends what is written from a timer', async (stage) => {
    const { peer, connection } = await stage.pair();
    stage.transport.setTimer(1, () => connection.write(encoder.encode('tick'), 0, 4));
    equal(await peer.text(4), 'tick');
    peer.close();
  });

  staged('sends what is written from outside of a turn', async (stage) => {
    const { peer, connection } = await stage.pair();
    await new Promise((resolve) => setImmediate(resolve));
    connection.write(encoder.encode('now'), 0, 3);
    equal(connection.pendingOutputBytes, 3);
    equal(await peer.text(3), 'now');
    await stage.until(() => connection.pendingOutputBytes === 0);
    peer.close();
  });

  staged('calls beforeFlush before a reply leaves, and sends what is written there', async (stage) => {
    let handled = false;
    let flushedAfter = false;
    stage.onReceived = (_connection, bytes, start, end) => {
      handled = true;
      return echo(stage, bytes, start, end);
    };
    stage.onFlush = () => {
      if (!handled || flushedAfter) return;
      flushedAfter = true;
      stage.accepts[0]!.write(encoder.encode('!'), 0, 1);
    };
    const { peer } = await stage.pair();
    peer.write('x');
    equal(await peer.text(2), 'x!');
    ok(flushedAfter);
    peer.close();
  });
}
