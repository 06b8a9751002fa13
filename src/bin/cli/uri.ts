import { Failure } from './failure.ts';
import { leadingInteger } from './number-text.ts';
import type { Settings } from './settings.ts';

/**
 * Applies `redis://[user[:password]@]host[:port][/database]`. A user without a colon is a password, as URIs of
 * Redis were written before there were users. Percent-encoding is undone in user and password.
 */
export function applyUri(settings: Settings, uri: string): void {
  const scheme = /^([a-z]+):\/\//i.exec(uri)?.[1]?.toLowerCase();
  if (scheme === 'rediss')
    throw new Failure('The scheme rediss:// needs TLS, which this program does not speak yet.');
  if (scheme !== 'redis') throw new Failure('Invalid URI scheme');
  const rest = uri.slice('redis://'.length);
  const at = rest.indexOf('@');
  if (at >= 0) applyCredentials(settings, rest.slice(0, at));
  applyAddress(settings, rest.slice(at + 1));
}

function applyCredentials(settings: Settings, credentials: string): void {
  const colon = credentials.indexOf(':');
  if (colon >= 0) settings.target.user = percentDecoded(credentials.slice(0, colon));
  settings.target.password = percentDecoded(credentials.slice(colon + 1));
  settings.passwordOnCommandLine = true;
}

function applyAddress(settings: Settings, address: string): void {
  const slash = address.indexOf('/');
  const place = slash < 0 ? address : address.slice(0, slash);
  const parts = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(place);
  const host = parts?.[1] ?? parts?.[2] ?? '';
  if (host !== '') settings.target.host = host;
  if (parts?.[3] !== undefined) settings.target.port = leadingInteger(parts[3]);
  if (slash >= 0 && slash + 1 < address.length)
    settings.target.database = leadingInteger(address.slice(slash + 1));
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Failure('Illegal character in URI encoding');
  }
}
