import type { Session } from '../session.ts';

/** Server, database, and state of the connection, as users of redis-cli read them. */
export function promptText(session: Session): string {
  if (session.connection === undefined) return 'not connected> ';
  const { socketPath, host, port } = session.settings.target;
  const place =
    socketPath === undefined ? `${host.includes(':') ? `[${host}]` : host}:${port}` : `redis ${socketPath}`;
  const database = session.database === 0 ? '' : `[${session.database}]`;
  return `${place}${database}${stateText(session)}> `;
}

function stateText(session: Session): string {
  if (session.inTransaction) return '(TX)';
  return session.subscriptions.active ? '(subscribed mode)' : '';
}
