/** Cold. Commands that only work when an option says so: enable-debug-command, enable-module-command. */
import { isLocal } from './client-limits.ts';
import type { ServerCall } from './server-call.ts';

/** Why the client may not use the protected command `name` ("debug"); empty if it may. */
export function protectionRefusal({ server, client }: ServerCall, name: string): string {
  const allowed = server.configuration.text(`enable-${name}-command`);
  if (allowed === 'yes' || (allowed === 'local' && isLocal(client.connection))) return '';
  return (
    `ERR ${name.toUpperCase()} command not allowed. If the enable-${name}-command option is set to "local", you can run it ` +
    'from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.'
  );
}
