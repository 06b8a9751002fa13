/** What generated commands are made of: few keys, so that they collide, and values and numbers of every awkward shape. */
import type { Argument } from '../connection.ts';
import type { Random } from './random.ts';

export type Command = readonly Argument[];
/** Makes one command of a group. */
export type Maker = (random: Random) => Command;

const keys: readonly Argument[] = [
  'a',
  'b',
  'c',
  'd',
  'key:1',
  'key:2',
  'counter',
  'float',
  '',
  'ключ',
  Buffer.from([0, 255, 13, 10, 0]),
  'k'.repeat(300),
  '{tag}one',
  'with space',
  '[*]?\\',
];

const integers: readonly string[] = [
  ...[
    '0',
    '1',
    '-1',
    '2',
    '5',
    '10',
    '42',
    '-7',
    '100',
    '127',
    '128',
    '255',
    '256',
    '9999',
    '10000',
    '32767',
  ],
  ...['65536', '2147483647', '2147483648', '-2147483648', '-2147483649', '4294967295', '4294967296'],
  ...['9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740993', '1000000000000'],
  ...['9223372036854775807', '-9223372036854775808', '9223372036854775806', '-9223372036854775807'],
];
const badIntegers: readonly string[] = [
  ...['9223372036854775808', '-9223372036854775809', '18446744073709551615', '18446744073709551616'],
  ...[
    '99999999999999999999999',
    '-0',
    '+1',
    '01',
    '007',
    '-01',
    ' 1',
    '1 ',
    '1\n',
    '',
    '-',
    '+',
    '1.0',
    '1.5',
    '1e3',
  ],
  ...[
    '0x10',
    'abc',
    '1a',
    'a1',
    '1 2',
    'inf',
    'nan',
    '１',
    '--1',
    '1\0',
    '\0',
    'x'.repeat(50),
    '9'.repeat(40),
  ],
];
const floats: readonly string[] = [
  ...[
    '0',
    '1',
    '-1',
    '1.5',
    '-1.5',
    '0.1',
    '0.2',
    '0.3',
    '3.0',
    '3.00',
    '5.',
    '.5',
    '-.5',
    '+1.5',
    '1e3',
    '1E3',
    '5e-1',
  ],
  ...[
    '3.0e3',
    '1e17',
    '1e18',
    '1e21',
    '123456789.987654321',
    '0.0000001',
    '1e-7',
    '1e-17',
    '1e-20',
    '-1e-5',
    '1e300',
  ],
  ...[
    '1.7976931348623157e308',
    '1e308',
    '-1e308',
    '1e400',
    '1e4932',
    '1e-320',
    '5e-324',
    '1e-4950',
    '-0',
    '-0.0',
    '00.5',
  ],
  ...[
    '0x1p3',
    '0x10',
    '0xA.8',
    '3.141592653589793238462643383279',
    '99999999999999999.5',
    '10000000000000000000000.25',
  ],
];
const badFloats: readonly string[] = [
  ...[
    'inf',
    '-inf',
    '+inf',
    'infinity',
    'INF',
    'nan',
    'NaN',
    '-nan',
    'nan(x)',
    '',
    ' ',
    ' 1.5',
    '1.5 ',
    '1.5x',
    'x1.5',
  ],
  ...[
    '1,5',
    '1.5.5',
    '1e',
    'e5',
    '.',
    '-',
    '+',
    '--1.5',
    '1e5000',
    '-1e5000',
    '1.5\0',
    '\0',
    '0x',
    '1_000',
    'abc',
  ],
];
const patterns: readonly string[] = [
  ...[
    '*',
    '?',
    'a',
    'a*',
    '*a',
    '*1',
    'key:*',
    'key:?',
    'key:[12]',
    'key:[^1]',
    '[a-c]',
    '[c-a]',
    '[^a-c]',
    '[abc',
    '[]',
  ],
  ...[
    '\\*',
    '\\',
    '[\\*]*',
    '**',
    '*?*',
    '',
    '[a-]',
    '[-a]',
    '[]a]',
    'k*k*k',
    '{tag}*',
    '* *',
    'КЛЮЧ',
    'ключ',
    '\\[\\*\\]\\?\\\\',
  ],
];

export function key(random: Random): Argument {
  return random.pick(keys);
}

/** One to `most` keys, some of them twice. */
export function someKeys(random: Random, most: number): Argument[] {
  return Array.from({ length: 1 + random.below(most) }, () => key(random));
}

export function value(random: Random): Argument {
  switch (random.below(10)) {
    case 0:
      return '';
    case 1:
      return random.bytes(random.below(12));
    case 2:
      return random.pick(['x', 'ABAB', 'ohmytext', 'mynewtext']).repeat(1 + random.below(30));
    case 3:
      return 'v'.repeat(random.pick([43, 44, 45, 46, 63, 64, 65, 255, 256, 1000, 5000]));
    case 4:
    case 5:
      return random.pick(integers);
    case 6:
      return random.pick(badIntegers);
    case 7:
      return random.pick(floats);
    case 8:
      return random.pick(badFloats);
    default:
      return random.pick(['hello', 'Hello World', 'a', 'ümlaut', 'line\r\nbreak']);
  }
}

export function integer(random: Random): string {
  return random.chance(0.85) ? random.pick(integers) : random.pick(badIntegers);
}

export function smallInteger(random: Random): string {
  return random.chance(0.9) ? String(random.below(40) - 12) : integer(random);
}

export function float(random: Random): string {
  if (random.chance(0.2)) return ((random.bits() - 2 ** 31) / 10 ** random.below(12)).toString();
  return random.chance(0.85) ? random.pick(floats) : random.pick(badFloats);
}

export function pattern(random: Random): string {
  return random.pick(patterns);
}

export function database(random: Random): string {
  return random.chance(0.9)
    ? String(random.below(3))
    : random.pick(['15', '16', '-1', 'x', '', '99999999999', '1.5', ' 1']);
}

/**
 * Seconds to live: far enough that nothing expires while a sequence runs, or nothing to live at all, or nonsense. Hardly
 * ever the same twice: which of two equal times to live ends later depends on the millisecond that a command arrives in.
 */
export function seconds(random: Random): string {
  return random.chance(0.75) ? String(100 + random.below(10_000_000)) : oddTime(random);
}

export function milliseconds(random: Random): string {
  return random.chance(0.75) ? String(100_000 + random.bits()) : oddTime(random);
}

/** Moments as UNIX time: in the next century, or long ago. */
export function unixSeconds(random: Random): string {
  return random.chance(0.75) ? random.pick(['4102444800', '4102444801', '5000000000', '1']) : oddTime(random);
}

export function unixMilliseconds(random: Random): string {
  return random.chance(0.75)
    ? random.pick(['4102444800000', '4102444800001', '5000000000000', '1'])
    : oddTime(random);
}

function oddTime(random: Random): string {
  if (random.chance(0.5)) return integer(random);
  return random.pick([
    '0',
    '-1',
    '-100',
    '9223372036854775',
    '9223372036854776',
    '9223370000000000',
    '-9223372036854776',
  ]);
}

/** Picks some of the options, in any order, now and then one twice. */
export function options(random: Random, ...choices: readonly Command[]): Argument[] {
  const chosen = choices.filter(() => random.chance(0.3));
  if (random.chance(0.05) && choices.length > 0) chosen.push(random.pick(choices));
  return random.shuffled(chosen).flat();
}

const relativeExpiry = /^(?:h?p?expire|p?setex)$/i;
const shortestLife = { seconds: 50, milliseconds: 50_000 };

/** Whether a key could expire while the sequence runs, which one server might see and the other not yet. */
function endsSoon(command: Command): boolean {
  const short = (unit: string | undefined, time: Argument | undefined): boolean => {
    const limit = /^h?p/i.test(unit ?? '') ? shortestLife.milliseconds : shortestLife.seconds;
    return Number(String(time)) > 0 && Number(String(time)) < limit;
  };
  const words = command.map(String);
  if (relativeExpiry.test(words[0]!) && short(words[0], words[2])) return true;
  return words.some((word, at) => /^[ep]x$/i.test(word) && short(word, words[at + 1]));
}

/** Whether the servers would go on with different data: some members are popped, which is up to each. */
function isLeftToChance(command: Command): boolean {
  if (!/^spop$/i.test(String(command[0])) || command.length < 2 || command.length > 3) return false;
  return command.length === 2 || (Number(String(command[2])) > 0 && Number(String(command[2])) < 1000);
}

/** Whether the server would rest, which takes time, or end. */
function rests(command: Command): boolean {
  return /^(?:client pause|debug sleep) \D*[1-9]|^debug (?:segfault|panic|restart)|^shutdown/i.test(
    command.join(' '),
  );
}

/** Whether no write would be taken any more, or only from a server that is smaller. */
function starves(command: Command): boolean {
  return /\bmaxmemory [1-9]\d{0,6}(?:k|kb)?\b/i.test(command.join(' '));
}

/** Whether what follows would be a stream instead of replies: single words can be left of longer commands. */
function streams(command: Command): boolean {
  return /^(?:p?sync|monitor)$/i.test(String(command[0]));
}

/** Whether the client would wait for long: in a command that blocks, with the time last or first, where not in its middle. */
function waits(command: Command): boolean {
  const name = String(command[0]).toLowerCase();
  const isCounted = name === 'blmpop' || name === 'bzmpop';
  if (!isCounted && !/^(?:b[lr]pop|brpoplpush|blmove|bzpop(?:min|max))$/.test(name)) return false;
  const seconds = Number(isCounted ? command[1] : command.at(-1));
  return seconds === 0 || seconds > 0.001;
}

/** Whether the reply would be so many elements drawn at random that it never ends. */
function floods(command: Command): boolean {
  return /^(?:hrandfield|srandmember|zrandmember) .*-\d{4}/is.test(command.join(' '));
}

/** The command, now and then spoilt; never so that a key ends while the sequence runs, the server rests or its replies end. */
export function mutated(random: Random, command: Command): Argument[] {
  for (;;) {
    const words = spoilt(random, endsSoon(command) ? ['PING'] : command);
    if (
      !endsSoon(words) &&
      !rests(words) &&
      !starves(words) &&
      !streams(words) &&
      !isLeftToChance(words) &&
      !floods(words) &&
      !waits(words)
    )
      return words;
  }
}

/** Cases changed, words lost, doubled, replaced, added. */
function spoilt(random: Random, command: Command): Argument[] {
  const words = command.map((word) =>
    typeof word === 'string' && random.chance(0.15) ? recased(random, word) : word,
  );
  if (!random.chance(0.12)) return words;
  const at = random.below(words.length);
  switch (random.below(6)) {
    case 0:
      return words.toSpliced(at, words.length > 1 ? 1 : 0);
    case 1:
      return words.toSpliced(at, 0, words[at]!);
    case 2:
      return at === 0 ? [...words, value(random)] : words.toSpliced(at, 1, value(random));
    case 3:
      return [...words, random.pick([value, key, integer])(random)];
    case 4:
      return words.slice(0, at + 1);
    default:
      return [words[0]!, ...random.shuffled(words.slice(1))];
  }
}

/** Letters in another case. What the word is for does not matter: keys too are told apart by case. */
function recased(random: Random, word: string): string {
  return random.chance(0.5)
    ? word.toLowerCase()
    : [...word].map((c) => (random.chance(0.5) ? c.toUpperCase() : c)).join('');
}
