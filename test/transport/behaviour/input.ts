/** What every transport does with what it receives. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { Peer } from '../peer.ts';
import { echoLines, reply, type Staged } from '../stage.ts';
import { digest, patternBytes } from './patterns.ts';

const encoder = new TextEncoder();

export function describeInput(staged: Staged): void {
  staged('echoes', async (stage) => {
    const { peer } = await stage.pair();
    peer.write('hello');
    equal(await peer.text(5), 'hello');
    peer.close();
  });

  for (let seed = 1; seed <= 8; seed++) {
    staged(`presents a stream in whatever pieces it comes, seed ${seed}`, async (stage) => {
      stage.onReceived = (_connection, bytes, start, end) => echoLines(stage, bytes, start, end);
      const { peer } = await stage.pair();
      const lines = Array.from(
        { length: 60 },
        (_, index) => `${'x'.repeat((index * seed * 37) % 700)}${index}\n`,
      );
      const stream = encoder.encode(lines.join(''));
      for (let at = 0, step = seed; at < stream.length; step = 1 + ((step * 31 + 7) % (seed * 97))) {
        peer.write(stream.subarray(at, at + step));
        at += step;
        if (step % 11 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      deepEqual(Buffer.from(await peer.until(stream.length)), Buffer.from(stream));
      peer.close();
    });
  }

  staged('takes input of many peers at once, again and again', async (stage) => {
    await stage.pair();
    const peers = await Promise.all(
      Array.from({ length: 200 }, () => Peer.open(stage.listeners[0]!.address)),
    );
    for (let round = 1; round <= 20; round++) {
      for (const [index, peer] of peers.entries()) peer.write(`${String(index).padStart(7)}\n`);
      for (const peer of peers) await peer.until(8 * round);
    }
    for (const [index, peer] of peers.entries()) {
      equal(await peer.text(160), `${String(index).padStart(7)}\n`.repeat(20));
      peer.close();
    }
  });

  staged('keeps a partial request, and tells how much', async (stage) => {
    stage.onReceived = (_connection, bytes, start, end) => echoLines(stage, bytes, start, end);
    const { peer, connection } = await stage.pair();
    peer.write('one\ntw');
    equal(await peer.text(4), 'one\n');
    await stage.until(() => connection.pendingInputBytes === 2);
    ok(connection.inputCapacityBytes >= 2 && connection.inputCapacityBytes <= 1024);
    peer.write('o\n');
    equal(await peer.text(8), 'one\ntwo\n');
    await stage.until(() => connection.pendingInputBytes === 0);
    peer.close();
  });

  staged('keeps a partial request of one byte at a time', async (stage) => {
    const seen: number[] = [];
    stage.onReceived = (_connection, bytes, start, end) => {
      seen.push(end - start);
      return echoLines(stage, bytes, start, end);
    };
    const { peer } = await stage.pair();
    for (const byte of 'abcdefgh\n') {
      const known = seen.length;
      peer.write(byte);
      await stage.until(() => seen.length > known);
    }
    deepEqual(seen, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    equal(await peer.text(9), 'abcdefgh\n');
    peer.close();
  });

  staged('gathers a request of 48 MB that is consumed at its end only', async (stage) => {
    const size = 48 << 20;
    let calls = 0;
    let found = '';
    stage.onReceived = (_connection, bytes, start, end) => {
      calls++;
      if (end - start < size) return 0;
      found = digest(bytes.subarray(start, end));
      reply(stage, encoder.encode('done'));
      return size;
    };
    const { peer, connection } = await stage.pair();
    const sent = patternBytes(size);
    peer.write(sent);
    equal(await peer.text(4), 'done');
    equal(found, digest(sent));
    ok(calls > 1);
    await stage.until(() => connection.inputCapacityBytes === 0);
    peer.close();
  });

  staged('presents what is behind a consumed part in one piece with what follows', async (stage) => {
    // Takes ten bytes a call: the rest is kept, however much it is.
    let text = '';
    stage.onReceived = (connection, bytes, start, end) => {
      if (end - start < 10) return 0;
      text += Buffer.from(bytes.subarray(start, start + 10)).toString();
      connection.resume();
      return 10;
    };
    const { peer } = await stage.pair();
    const stream = Array.from({ length: 2000 }, (_, index) => String(index).padStart(10, '0')).join('');
    peer.write(stream);
    await stage.until(() => text.length === stream.length);
    equal(text, stream);
    peer.close();
  });

  staged('serves many connections at once, each its own bytes', async (stage) => {
    stage.onReceived = (_connection, bytes, start, end) => echoLines(stage, bytes, start, end);
    const address = await stage.listen();
    const peers = await Promise.all(Array.from({ length: 200 }, () => Peer.open(address)));
    for (let round = 0; round < 5; round++) {
      peers.forEach((peer, index) => {
        peer.write(`round ${round} of peer ${index} `);
        peer.write(`${'y'.repeat(index)}\n`);
      });
      await stage.turn();
    }
    for (const [index, peer] of peers.entries()) {
      const expected = [0, 1, 2, 3, 4]
        .map((round) => `round ${round} of peer ${index} ${'y'.repeat(index)}\n`)
        .join('');
      equal(await peer.text(expected.length), expected);
      peer.close();
    }
    await stage.until(() => stage.endings.length === 200);
  });

  staged('accepts a thousand connections', async (stage) => {
    const address = await stage.listen();
    const peers: Peer[] = [];
    for (let batch = 0; batch < 10; batch++) {
      peers.push(...(await Promise.all(Array.from({ length: 100 }, () => Peer.open(address)))));
    }
    for (const peer of peers) peer.write('ping');
    for (const peer of peers) equal(await peer.text(4), 'ping');
    equal(stage.accepts.length, 1000);
    for (const peer of peers) peer.close();
    await stage.until(() => stage.endings.length === 1000);
    equal(new Set(stage.endings.map((ending) => ending.connection)).size, 1000);
  });
}
