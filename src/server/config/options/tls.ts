/** Cold. Encrypted connections. */
import type { OptionDeclaration } from '../declaration.ts';
import { oneOf, yesOrNo } from '../kinds/choice.ts';
import { INT_MAX, integer, PORT_MAX } from '../kinds/number.ts';
import { textOrNone } from '../kinds/text.ts';

export const tlsOptions: readonly OptionDeclaration[] = [
  { name: 'tls-port', kind: integer(0, PORT_MAX), default: '0', since: '6.0.0' },
  { name: 'tls-cluster', kind: yesOrNo, default: 'no', since: '6.0.0' },
  { name: 'tls-replication', kind: yesOrNo, default: 'no', since: '6.0.0' },
  { name: 'tls-auth-clients', kind: oneOf(['no', 'yes', 'optional']), default: 'yes', since: '6.0.0' },
  { name: 'tls-ca-cert-file', kind: textOrNone(), since: '6.0.0' },
  { name: 'tls-ca-cert-dir', kind: textOrNone(), since: '6.0.0' },
  { name: 'tls-cert-file', kind: textOrNone(), since: '6.0.0' },
  { name: 'tls-key-file', kind: textOrNone(), since: '6.0.0' },
  { name: 'tls-key-file-pass', kind: textOrNone(), since: '6.2.0', sensitive: true },
  { name: 'tls-client-cert-file', kind: textOrNone(), since: '6.2.0' },
  { name: 'tls-client-key-file', kind: textOrNone(), since: '6.2.0' },
  { name: 'tls-client-key-file-pass', kind: textOrNone(), since: '6.2.0', sensitive: true },
  { name: 'tls-dh-params-file', kind: textOrNone(), since: '6.0.0' },
  { name: 'tls-protocols', kind: textOrNone(), since: '6.0.0' },
  { name: 'tls-ciphers', kind: textOrNone(), since: '6.0.0' },
  { name: 'tls-ciphersuites', kind: textOrNone(), since: '6.0.0' },
  { name: 'tls-prefer-server-ciphers', kind: yesOrNo, default: 'no', since: '6.0.0' },
  { name: 'tls-session-caching', kind: yesOrNo, default: 'yes', since: '6.0.6' },
  { name: 'tls-session-cache-size', kind: integer(0, INT_MAX), default: '20480', since: '6.0.6' },
  { name: 'tls-session-cache-timeout', kind: integer(0, INT_MAX), default: '300', since: '6.0.6' },
];
