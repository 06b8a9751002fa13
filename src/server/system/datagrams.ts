/** Cold. Messages to other programs of this machine, through their UNIX sockets. */
import { AF_UNIX } from '../../transport/linux/address.ts';
import type { Libc } from '../../transport/linux/libc.ts';

const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_NOSIGNAL = 0x4000;
/** sun_path; an abstract name or a path with its closing zero must fit. */
const NAME_BYTES_MAX = 108;

/** Sends a datagram to a UNIX socket; a leading "@" stands for the zero byte of an abstract name. False if that fails. */
export function sendDatagram(libc: Libc, socket: string, message: Uint8Array): boolean {
  const name = Buffer.from(socket);
  if (name.length >= NAME_BYTES_MAX) return false;
  const isAbstract = name[0] === 64;
  if (isAbstract) name[0] = 0;
  const address = Buffer.alloc(2 + NAME_BYTES_MAX);
  address[0] = AF_UNIX;
  address.set(name, 2);
  const descriptor = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return false;
  const length = 2 + name.length + (isAbstract ? 0 : 1);
  const isSent =
    libc.connect(descriptor, libc.addressOf(address), length) === 0 &&
    libc.send(descriptor, libc.addressOf(message), message.length, MSG_NOSIGNAL) === message.length;
  libc.close(descriptor);
  return isSent;
}
