/** Cold. Who may use the server: the password of the default user. */
import { CLIENT_UNAUTHENTICATED, type Client } from './client.ts';
import { equalSecrets } from './system/secrets.ts';

export class Authentication {
  /** requirepass; empty lets everyone in. */
  password = '';
  /** How often name and password were wrong. */
  denied = 0;

  /** Changes requirepass. Clients that are in stay in. */
  setPassword(password: string): void {
    this.password = password;
  }

  /** Sets the state of a client that has just connected or was reset. */
  greet(client: Client): void {
    client.user = 'default';
    if (this.password === '') client.gates &= ~CLIENT_UNAUTHENTICATED;
    else client.gates |= CLIENT_UNAUTHENTICATED;
  }

  /** Lets the client in if name and password (one character a byte) are right; returns whether they are. */
  authenticate(client: Client, user: string, password: string): boolean {
    if (user !== 'default' || (this.password !== '' && !equalSecrets(password, this.password))) {
      this.denied++;
      return false;
    }
    client.gates &= ~CLIENT_UNAUTHENTICATED;
    client.user = user;
    return true;
  }
}
