/** Cold. What this program says it is. */

/** The version of Redis whose commands and behaviour are complete; clients choose features by it. */
export const REDIS_VERSION = '8.0.6';
/** As in package.json. */
export const CINNABAR_VERSION = '0.1.0';
