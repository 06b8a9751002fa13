import { expect } from 'bun:test';
import { encodeSocketAddress } from '../../../src/transport/linux/address.ts';
import { loadLibc } from '../../../src/transport/linux/libc.ts';

/** A UNIX socket for datagrams, as those have it that are told of a server: systemd, the system's log. */
export async function receiverAt(path: string) {
  const libc = await loadLibc();
  const address = new Uint8Array(128);
  const length = encodeSocketAddress({ kind: 'unix', path, mode: undefined, backlog: 0 }, address);
  const descriptor = libc.socket(1, 2, 0);
  if (path.startsWith('@')) address[2] = 0;
  const used = path.startsWith('@') ? length - 1 : length;
  expect(libc.bind(descriptor, libc.addressOf(address), used)).toBe(0);
  const buffer = new Uint8Array(4096);
  const dontWait = 0x40;
  return {
    /** What has arrived since the last call. */
    take(): string {
      let text = '';
      for (;;) {
        const count = libc.recv(descriptor, libc.addressOf(buffer), buffer.length, dontWait);
        if (count <= 0) return text;
        text += Buffer.from(buffer.subarray(0, count)).toString();
      }
    },
    close: () => libc.close(descriptor),
  };
}
