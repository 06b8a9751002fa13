/** Cold. The server whose replica this one is. */
import type { Kind } from '../declaration.ts';
import { Rejection } from '../rejection.ts';
import { parseLong } from './c-numbers.ts';
import { oneLine, WRONG_NUMBER_OF_ARGUMENTS } from './line.ts';

/** Undefined: this server is nobody's replica. */
export type PrimaryAddress = { readonly host: string; readonly port: number } | undefined;

const PORT_MAX = 65535n;

function print(address: PrimaryAddress): string {
  return address ? `${address.host} ${address.port}` : '';
}

export const primaryAddress: Kind<PrimaryAddress> = {
  empty: undefined,
  severalWords: true,
  parse(words) {
    if (words.length !== 2) return new Rejection(WRONG_NUMBER_OF_ARGUMENTS);
    const [host, port] = words;
    if (host.toLowerCase() === 'no' && port.toLowerCase() === 'one') return undefined;
    const number = port === '' ? 0n : parseLong(port);
    if (number === undefined || number < 0n || number > PORT_MAX) return new Rejection('Invalid master port');
    return host === '' ? undefined : { host, port: Number(number) };
  },
  print,
  lines: (value, initial) => (value ? oneLine(value, initial, print) : []),
};
