/** Cold. Free texts, with or without rules. */
import type { Kind } from '../declaration.ts';
import { Rejection } from '../rejection.ts';
import { quoteWord } from '../words.ts';
import { oneLine, WRONG_NUMBER_OF_ARGUMENTS } from './line.ts';

/** Why a text is not taken, or undefined. */
type Rule = (text: string) => string | undefined;

function anything(): undefined {
  return undefined;
}

function printText(value: string): string {
  return value;
}

/** A text that may be empty and is written as such. */
export function text(rule: Rule = anything): Kind<string> {
  return {
    empty: '',
    parse(words) {
      if (words.length !== 1) return new Rejection(WRONG_NUMBER_OF_ARGUMENTS);
      const complaint = rule(words[0]);
      return complaint === undefined ? words[0] : new Rejection(complaint);
    },
    print: printText,
    lines: (value, initial) => oneLine(value, initial, printText, quoteWord),
  };
}

/** A text where the empty one means that there is none, so that no file needs to mention it. */
export function textOrNone(rule: Rule = anything): Kind<string> {
  const kind = text(rule);
  return { ...kind, lines: (value, initial) => (value === '' ? [] : kind.lines(value, initial)) };
}

/** The name of a file in a directory that another option names. */
export function fileName(option: string, noun: 'filename' | 'dirname', mayBeEmpty: boolean): Kind<string> {
  return text((name) => {
    if (name === '' && !mayBeEmpty) return `${option} can't be empty`;
    return /[/\\]/.test(name) ? `${option} can't be a path, just a ${noun}` : undefined;
  });
}

const HOST_NAME_LENGTH_MAX = 255;

export const hostName: Kind<string> = textOrNone((name) => {
  if (name.length > HOST_NAME_LENGTH_MAX) return 'Hostnames must be less than 256 characters';
  if (/^[0-9a-zA-Z.-]*$/.test(name)) return undefined;
  return 'Hostnames may only contain alphanumeric characters, hyphens or dots';
});

/** A name that cluster nodes tell each other, in a message whose separators it must not contain. */
export const nodeName: Kind<string> = textOrNone((name) =>
  /[\0!#$%&()*+:;<>?@[\]^{|}~]/.test(name)
    ? 'Announced human node name contained invalid character'
    : undefined,
);

/** A locale's name; the empty one is the environment's. */
export const locale: Kind<string> = text((name) => (isLocale(name) ? undefined : 'Invalid locale name'));

function isLocale(name: string): boolean {
  if (name === '' || /^(?:C|POSIX)(?:\.UTF-?8)?$/i.test(name)) return true;
  const parts = /^([a-z]{2,3})_([A-Z]{2})(?:\.[\w-]+)?(?:@\w+)?$/.exec(name);
  return parts !== null && Intl.Collator.supportedLocalesOf(`${parts[1]}-${parts[2]}`).length > 0;
}

/** What a title template may name. Those that can be empty do not make a title on their own. */
const TITLE_VARIABLES: Readonly<Record<string, string>> = {
  title: '',
  'listen-addr': '*:6379',
  'server-mode': '',
  port: '6379',
  'tls-port': '0',
  unixsocket: '',
  'config-file': '-',
};

/** Fills a template's {variables}; "{{" is a brace. Undefined for an unknown variable or a brace left open. */
export function expandTemplate(
  template: string,
  variables: Readonly<Record<string, string>>,
): string | undefined {
  let known = true;
  const expanded = template.replace(/\{\{|\{([^}]*)(\}?)/g, (match, name?: string, end?: string) => {
    if (match === '{{') return '{';
    const value =
      end === '}' && name !== undefined && Object.hasOwn(variables, name) ? variables[name] : undefined;
    known &&= value !== undefined;
    return value ?? '';
  });
  return known ? expanded : undefined;
}

/** How the process calls itself: text with {variables}. */
export const titleTemplate: Kind<string> = text((template) => {
  const title = expandTemplate(template, TITLE_VARIABLES);
  const usable = title !== undefined && title.replace(/^ +| +$/g, '') !== '';
  return usable ? undefined : 'template format is invalid or contains unknown variables';
});

/** The working directory: always absolute, because it was found when it was set. */
export const directory: Kind<string> = {
  empty: '',
  parse(words, _current, surroundings) {
    if (words.length !== 1) return new Rejection(WRONG_NUMBER_OF_ARGUMENTS);
    return surroundings.files.directory(words[0], surroundings.directory);
  },
  print: printText,
  lines: (value) => [{ text: quoteWord(value), needed: true }],
};
