/** Cold. How the process calls itself in lists of processes: the option proc-title-template, filled in. */
import { addresses } from '../../server/config/kinds/lists.ts';
import { expandTemplate } from '../../server/config/kinds/text.ts';
import type { Server } from '../../server/server.ts';

const PROGRAM = 'cinnabar-server';

/** Sets the title now and whenever what it shows changes. */
export function followTitle(server: Server): void {
  const { configuration, control } = server;
  if (!configuration.boolean('set-proc-title')) return;
  const show = (): void => {
    const title = expandTemplate(configuration.text('proc-title-template'), variables(server));
    if (title !== undefined) control.setTitle(title.trimEnd());
  };
  show();
  for (const name of ['proc-title-template', 'bind', 'port']) configuration.onChange(name, show);
}

function variables({ configuration, configFile }: Server): Record<string, string> {
  const port = configuration.number('port');
  const [first] = configuration.value('bind', addresses);
  const unixSocket = configuration.text('unixsocket');
  const host = (first ?? '*').replace(/^-/, '');
  return {
    title: PROGRAM,
    'listen-addr': port === 0 ? unixSocket : `${host}:${port}`,
    'server-mode': '',
    port: String(port),
    'tls-port': String(configuration.number('tls-port')),
    unixsocket: unixSocket,
    'config-file': configFile?.path ?? '',
  };
}
