/** What every transport must do, whatever it is made of: bytes, back-pressure, endings. Run for each of them. */
import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { TransportName } from '../../src/transport/select.ts';
import type { Connection } from '../../src/transport/transport.ts';
import { Peer } from './peer.ts';
import { echo, echoLines, LOCAL, reply, Stage } from './stage.ts';

export type TestFunction = (name: string, body: () => Promise<void>) => void;

const encoder = new TextEncoder();

/** Bytes that no two places share by accident: a linear congruential sequence. */
export function patternBytes(count: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(count);
  let state = seed;
  for (let index = 0; index < count; index++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[index] = state >>> 16;
  }
  return bytes;
}

export function digest(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex');
}

export function describeBehaviour(test: TestFunction, kind: TransportName): void {
  const staged = (name: string, body: (stage: Stage) => Promise<void>): void => {
    test(`${kind}: ${name}`, async () => {
      const stage = await Stage.open(kind);
      try {
        await body(stage);
      } finally {
        await stage.stop();
      }
    });
  };

  describeInput(staged);
  describeOutput(staged);
  describeBackPressure(staged);
  describeEndings(staged);
}

type Staged = (name: string, body: (stage: Stage) => Promise<void>) => void;

function describeInput(staged: Staged): void {
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

function describeOutput(staged: Staged): void {
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

function describeBackPressure(staged: Staged): void {
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

function describeEndings(staged: Staged): void {
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
