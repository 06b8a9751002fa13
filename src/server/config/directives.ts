/** Cold. What a configuration file may say beside options. */

/** Directives that are no options and may stand several times; their lines are kept as they are by CONFIG REWRITE. */
export const otherDirectives: readonly string[] = [
  'include',
  'rename-command',
  'user',
  'loadmodule',
  'sentinel',
];

/** What older versions understood and newer ones only take. */
export const forgottenDirectives: readonly string[] = [
  'io-threads-do-reads',
  'list-max-ziplist-entries',
  'list-max-ziplist-value',
];
