/** How long waits gather, from made-up traffic. */
import { expect, test } from 'bun:test';
import { GATHER_MICROSECONDS, Gathering, WINDOW_WAITS } from '../../../src/transport/uring/gathering.ts';

/** One window of waits that each bring `received` inputs and take `microseconds`, from so many peers. */
function window(gathering: Gathering, clock: { now: number }, traffic: Traffic): void {
  gathering.peers = traffic.peers;
  for (let wait = 0; wait < WINDOW_WAITS; wait++) {
    clock.now += traffic.microseconds / 1000;
    gathering.waited(traffic.received);
  }
}

interface Traffic {
  readonly peers: number;
  readonly received: number;
  readonly microseconds: number;
}

function judged(traffic: Traffic): { gathering: Gathering; clock: { now: number } } {
  const clock = { now: 0 };
  const gathering = new Gathering(() => clock.now);
  window(gathering, clock, traffic);
  return { gathering, clock };
}

const DENSE: Traffic = { peers: 60, received: 2, microseconds: 21 };

test('dense traffic from many peers is gathered, below what the time brings', () => {
  const { gathering } = judged(DENSE);
  expect(gathering.target).toBe(Math.floor((GATHER_MICROSECONDS * 2 * 0.9) / 21));
});

test('a lone peer, however busy, is not kept waiting', () => {
  expect(judged({ ...DENSE, peers: 1 }).gathering.target).toBe(1);
  expect(judged({ ...DENSE, peers: 24 }).gathering.target).toBe(1);
});

test('more than half of the peers are left to prepare their requests', () => {
  expect(judged({ peers: 30, received: 10, microseconds: 20 }).gathering.target).toBe(12);
});

test('thin traffic is not gathered, however many peers it is from', () => {
  expect(judged({ peers: 1000, received: 1, microseconds: 250 }).gathering.target).toBe(1);
});

test('a wait that falls far short ends the gathering, and the next dense window begins it again', () => {
  const { gathering, clock } = judged(DENSE);
  gathering.waited(gathering.target);
  gathering.waited(Math.ceil(gathering.target / 2));
  expect(gathering.target).toBeGreaterThan(1);
  gathering.waited(1);
  expect(gathering.target).toBe(1);
  for (let wait = 3; wait < WINDOW_WAITS; wait++) gathering.waited(1);
  window(gathering, clock, DENSE);
  expect(gathering.target).toBeGreaterThan(1);
});

test('a new window counts its peers anew', () => {
  const { gathering } = judged(DENSE);
  expect(gathering.window).toBe(1);
  expect(gathering.peers).toBe(0);
});
