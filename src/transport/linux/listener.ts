/** Cold. A listening socket of a Linux transport. */
import type { ListenAddress, Listener } from '../transport.ts';
import type { Reactor } from './reactor.ts';
import { removeFile } from './socket.ts';

export class LinuxListener implements Listener {
  readonly address: ListenAddress;
  readonly descriptor: number;
  readonly #reactor: Reactor;

  constructor(reactor: Reactor, address: ListenAddress, descriptor: number) {
    this.#reactor = reactor;
    this.address = address;
    this.descriptor = descriptor;
  }

  close(): void {
    if (!this.#reactor.listeners.delete(this)) return;
    this.#reactor.unwatchListener(this, true);
    if (this.address.kind === 'unix') removeFile(this.address.path);
  }
}
