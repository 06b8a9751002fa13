/**
 * The append-only file on a disk that fails at random, and loses what was not made durable when the power goes. What was
 * promised is there afterwards, and what is there is the beginning of what was written.
 */
import { expect, test } from 'bun:test';
import { Random } from '../peers/generators/random.ts';
import { Stage } from '../server/persistence/stage.ts';
import { type FaultRates, SimulatedDisk } from './simulated-disk.ts';

/** CINNABAR_FAULT_SEEDS asks for more. */
const SEEDS = Number(process.env['CINNABAR_FAULT_SEEDS'] ?? 10);
const LIVES = 6;
const STEPS_MAX = 40;

const faults: FaultRates = {
  ...{ create: 0.02, append: 0.02, write: 0.03, sync: 0.02, truncate: 0.05, makeFolder: 0.02 },
  ...{ rename: 0.05, remove: 0.05, syncFolder: 0.05, open: 0.01, list: 0.02 },
};

class Life {
  readonly #disk: SimulatedDisk;
  readonly #random: Random;
  readonly #policy: string;
  /** Counts the processes. */
  #process = 0;
  /** The list `l` has the numbers from 1 on; so many of them were given to a server, and so many promised. */
  sent = 0;
  promised = 0;

  constructor(seed: number, policy: string) {
    this.#disk = new SimulatedDisk(seed, (work) => {
      const process = this.#process;
      // What a process has begun ends with it.
      setImmediate(() => {
        if (process === this.#process) work();
      });
    });
    this.#random = new Random(seed);
    this.#policy = policy;
  }

  /** Lives with faults for a while; then the process, or the power, is gone. */
  async live(): Promise<void> {
    this.#disk.faults = this.#random.chance(0.8) ? faults : {};
    const stage = this.#start();
    for (let steps = this.#random.below(STEPS_MAX); steps > 0 && !stage.hasFailed; steps--) {
      await this.#step(stage);
      // Replies do not leave a process that ends itself.
      if (stage.exitCode !== undefined) break;
    }
    this.#process++;
    this.#disk.faults = {};
    if (this.#random.chance(0.7)) this.#disk.powerCut();
  }

  /** How many numbers there are after all. Throws if they are not the first ones. */
  async recover(): Promise<number> {
    const stage = this.#start();
    if (stage.hasFailed) throw new Error(`loading fails: ${stage.lines.join('\n')}`);
    const text = await stage.run('LRANGE l 0 -1');
    const numbers = text === '' ? [] : text.split(' ').map(Number);
    const wrong = numbers.findIndex((number, index) => number !== index + 1);
    if (wrong >= 0) throw new Error(`number ${wrong + 1} is ${numbers[wrong]}`);
    await stage.settle();
    stage.server.shutdown.begin({});
    this.#process++;
    return numbers.length;
  }

  async #step(stage: Stage): Promise<void> {
    const random = this.#random;
    if (random.chance(0.15)) await stage.run('BGREWRITEAOF');
    if (random.chance(0.1)) await stage.settle();
    if (random.chance(0.1)) await stage.pass(100 * random.below(20));
    const reply = await stage.run(`RPUSH l ${this.sent + 1}`);
    if (reply.startsWith('MISCONF')) return void (await stage.pass(100));
    this.sent++;
    if (stage.exitCode === undefined && this.#policy === 'always') this.promised = this.sent;
    if (this.#policy === 'everysec' && random.chance(0.1)) await this.#wait(stage);
  }

  /** Waits until what was sent is durable, if that comes about. */
  async #wait(stage: Stage): Promise<void> {
    const { sent } = this;
    const reply = stage.run('WAITAOF 1 0 3000');
    await stage.pass(3100);
    if ((await reply) === '1 0') this.promised = sent;
  }

  #start(): Stage {
    const config = {
      appendfsync: this.#policy,
      'aof-use-rdb-preamble': this.#random.pick(['yes', 'no']),
    };
    return new Stage({ disk: this.#disk, config });
  }
}

test.each(['always', 'everysec', 'no'])(
  'a disk that fails, with appendfsync %s',
  async (policy) => {
    let all = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const life = new Life(seed, policy);
      for (let count = 0; count < LIVES; count++) {
        await life.live();
        const found = await life.recover().catch((error: Error) => {
          throw new Error(`seed ${seed}, life ${count}: ${error.message}`);
        });
        if (found < life.promised || found > life.sent) {
          throw new Error(`seed ${seed}, life ${count}: ${found} of ${life.promised} to ${life.sent}`);
        }
        life.sent = found;
        life.promised = found;
      }
      all += life.sent;
    }
    expect(all).toBeGreaterThan(SEEDS * LIVES);
  },
  20_000 + 2000 * SEEDS,
);
