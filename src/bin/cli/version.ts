import { CINNABAR_VERSION } from '../../server/version.ts';

/** Name and version of this program. */
export function versionText(): string {
  return `cinnabar-cli ${CINNABAR_VERSION}`;
}
