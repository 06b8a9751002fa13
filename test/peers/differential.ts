/**
 * The same random commands to two servers: their replies have to agree. Where they do not, the sequence is cut down to
 * what is needed to show it.
 */
import { repliesAgree, showReply } from './comparators.ts';
import type { Argument } from './connection.ts';
import { Random } from './generators/random.ts';
import { groups } from './groups.ts';
import type { Peer } from './peer.ts';
import { type Outcome, type Step, Target } from './target.ts';

/** Starts one of the two servers with the group's options. */
export type Start = (args: readonly string[]) => Promise<Peer>;

export interface Mismatch {
  /** Seed of the sequence that showed it. */
  readonly seed: number;
  readonly steps: readonly Step[];
  /** The same for disagreements that look alike: the command and how its replies begin. */
  readonly kind: string;
  /** Everything that a reader needs. */
  readonly report: string;
}

/** Attempts at making a failing sequence smaller. */
const SHRINK_LIMIT = 600;

export class Comparison {
  readonly #groupName: string;
  readonly #left: Target;
  readonly #right: Target;
  readonly #otherTypes: boolean;

  private constructor(groupName: string, left: Target, right: Target, otherTypes: boolean) {
    this.#groupName = groupName;
    this.#left = left;
    this.#right = right;
    this.#otherTypes = otherTypes;
  }

  static async start(groupName: string, startLeft: Start, startRight: Start): Promise<Comparison> {
    const group = groups[groupName];
    if (group === undefined)
      throw new Error(`no group ${groupName}; there are ${Object.keys(groups).join(', ')}`);
    const peers = await Promise.all([startLeft(group.args), startRight(group.args)]);
    const [left, right] = await Promise.all(peers.map((peer) => Target.of(peer, group)));
    const other = ['LPUSH', 'SADD', 'HSET', 'ZADD'];
    const known = await Promise.all(
      other.flatMap((command) => [left!.knows(command), right!.knows(command)]),
    );
    return new Comparison(groupName, left!, right!, known.every(Boolean));
  }

  /** Runs the sequence of one seed. */
  async check(seed: number): Promise<Mismatch | undefined> {
    const steps = groups[this.#groupName]!.sequence(new Random(seed), this.#otherTypes);
    const first = await this.#difference(steps);
    if (first === undefined) return undefined;
    const repeats = (await this.#difference(steps)) !== undefined;
    const smallest = repeats ? await this.#shrunk(steps) : steps;
    const last = await this.#difference(smallest);
    const difference = last ?? first;
    const report = this.#report(seed, smallest, difference, last !== undefined);
    return { seed, steps: smallest, kind: kindOf(smallest, difference), report };
  }

  async stop(): Promise<void> {
    await Promise.all([this.#left.stop(), this.#right.stop()]);
  }

  /** Where the servers first disagree. */
  async #difference(steps: readonly Step[]): Promise<Difference | undefined> {
    await Promise.all([this.#left.reset(), this.#right.reset()]);
    const [left, right] = await Promise.all([this.#left.run(steps), this.#right.run(steps)]);
    for (let at = 0; at < Math.max(left.length, right.length); at++) {
      if (!outcomesAgree(steps[at]!, left[at], right[at])) return { at, left: left[at], right: right[at] };
    }
    return undefined;
  }

  /** Fewer steps, then fewer and shorter words, as long as the servers still disagree. */
  async #shrunk(steps: readonly Step[]): Promise<Step[]> {
    let smallest = [...steps];
    let attempts = 0;
    const attempt = async (candidate: Step[]): Promise<boolean> => {
      if (candidate.length === 0 || attempts++ >= SHRINK_LIMIT) return false;
      if ((await this.#difference(candidate)) === undefined) return false;
      smallest = candidate;
      return true;
    };
    for (let size = smallest.length >> 1; size >= 1; size >>= 1) {
      for (let at = smallest.length - size; at >= 0; at = Math.min(at, smallest.length) - size) {
        await attempt(smallest.toSpliced(at, size));
      }
    }
    for (let at = 0; at < smallest.length; at++) {
      for (let smaller = simpler(smallest[at]!); smaller.length > 0; ) {
        const found = await attempt(smallest.with(at, smaller.shift()!));
        if (found) smaller = simpler(smallest[at]!);
      }
    }
    return smallest;
  }

  #report(seed: number, steps: readonly Step[], difference: Difference, repeats: boolean): string {
    const left = this.#left.peer.name;
    const right = this.#right.peer.name;
    // Where replies cannot be told apart, any command of the batch may be the one.
    const shown = difference.left?.replies.length === 1 ? steps.slice(0, difference.at + 1) : steps;
    return [
      `${left} and ${right} disagree (group ${this.#groupName}, seed ${seed}) after`,
      ...shown.map((step) => `  ${showStep(step)}`),
      ...(repeats ? [] : ['(once; not when run again)']),
      `${left}: ${showOutcome(difference.left)}`,
      `${right}: ${showOutcome(difference.right)}`,
      `replay: bun test/peers/fuzz.ts --group ${this.#groupName} --seed ${seed} --count 1 --left ${left} --right ${right}`,
    ].join('\n');
  }
}

interface Difference {
  readonly at: number;
  readonly left: Outcome | undefined;
  readonly right: Outcome | undefined;
}

function outcomesAgree(step: Step, left: Outcome | undefined, right: Outcome | undefined): boolean {
  if (left === undefined || right === undefined || left.end !== right.end) return false;
  if (left.replies.length !== right.replies.length) return false;
  const command = 'words' in step && left.replies.length === 1 ? step.words : [];
  return left.replies.every((reply, at) => repliesAgree(command, reply, right.replies[at]!));
}

/** Steps that are a little less than this one: a word fewer, or one word cut in half. */
function simpler(step: Step): Step[] {
  if ('bytes' in step) return shorter(step.bytes).map((bytes) => ({ bytes: Buffer.from(bytes) }));
  if ('quiet' in step) return step.quiet.map((_, at) => ({ quiet: step.quiet.toSpliced(at, 1) }));
  const { words } = step;
  const fewer = words.length < 2 ? [] : words.map((_, at) => ({ words: words.toSpliced(at, 1) }));
  const cut = words.flatMap((word, at) =>
    at === 0 ? [] : shorter(word).map((less) => ({ words: words.with(at, less) })),
  );
  return [...fewer, ...cut];
}

function shorter(word: Argument): (string | Uint8Array)[] {
  if (typeof word === 'number' || typeof word === 'bigint' || word.length < 2) return [];
  const half = word.length >> 1;
  return [word.slice(0, half), word.slice(half), word.slice(1), word.slice(0, -1)];
}

function kindOf(steps: readonly Step[], { at, left, right }: Difference): string {
  const step = steps[at]!;
  const name = 'words' in step ? step.words.slice(0, 2).map(String).join(' ').toLowerCase() : '';
  const beginning = (outcome: Outcome | undefined): string =>
    `${outcome?.end} ${outcome?.replies.map((reply) => reply.toString('latin1').slice(0, 20)).join()}`;
  return `${name} ${beginning(left)} ${beginning(right)}`;
}

function showStep(step: Step): string {
  if ('bytes' in step) return `bytes ${JSON.stringify(step.bytes.toString('latin1'))}`;
  if ('quiet' in step) return step.quiet.map(showWords).join('; ');
  return showWords(step.words);
}

const SHOWN_BYTES = 100;

/** As redis-cli would take it, but for words that are too long to be of interest. */
function showWords(words: readonly Argument[]): string {
  return words.map((word) => showWord(typeof word === 'object' ? word : String(word))).join(' ');
}

function showWord(word: string | Uint8Array): string {
  const text =
    typeof word === 'object' ? Buffer.from(word).toString('latin1') : Buffer.from(word).toString('latin1');
  if (text.length > SHOWN_BYTES)
    return `${showWord(word.slice(0, SHOWN_BYTES / 2))}...(${text.length} bytes)`;
  if (/^[\w:.*+-]+$/.test(text)) return text;
  const escaped = text
    .replace(/[\\"]/g, '\\$&')
    .replace(/[^ -~]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `"${escaped}"`;
}

function showOutcome(outcome: Outcome | undefined): string {
  if (outcome === undefined) return '(nothing: the connection had ended)';
  const replies = outcome.replies.length === 0 ? '(no reply)' : outcome.replies.map(showReply).join(' ');
  return outcome.end === 'open' ? replies : `${replies}, ${outcome.end}`;
}
