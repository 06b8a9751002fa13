/** Cold. The timers of a reactor: a binary heap by deadline. */
import type { Timer } from './transport.ts';

class PendingTimer implements Timer {
  readonly deadline: number;
  readonly order: number;
  callback: (() => void) | undefined;

  constructor(deadline: number, order: number, callback: () => void) {
    this.deadline = deadline;
    this.order = order;
    this.callback = callback;
  }

  /** The entry stays in the heap until its deadline: cancelling costs nothing. */
  cancel(): void {
    this.callback = undefined;
  }
}

/**
 * Invariants:
 * 1. heap[i] is due no later than heap[2i+1] and heap[2i+2].
 * 2. Timers with the same deadline run in the order in which they were set.
 * Times are milliseconds of whatever clock the caller uses.
 */
export class Timers {
  readonly #heap: PendingTimer[] = [];
  #order = 0;

  /** The earliest deadline, Infinity without timers. */
  nextDeadline = Number.POSITIVE_INFINITY;

  add(deadline: number, callback: () => void): Timer {
    const timer = new PendingTimer(deadline, this.#order++, callback);
    const heap = this.#heap;
    let at = heap.length;
    heap.push(timer);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(timer, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = timer;
    this.nextDeadline = heap[0]!.deadline;
    return timer;
  }

  /** Calls back every timer due at `now`; those that the callbacks add wait for the next call. */
  runDue(now: number): void {
    const last = this.#order;
    while (this.nextDeadline <= now && this.#heap[0]!.order < last) {
      const callback = this.#removeFirst().callback;
      if (callback !== undefined) callback();
    }
  }

  #removeFirst(): PendingTimer {
    const heap = this.#heap;
    const first = heap[0]!;
    const moved = heap.pop()!;
    if (heap.length > 0) siftDown(heap, moved);
    this.nextDeadline = heap.length > 0 ? heap[0]!.deadline : Number.POSITIVE_INFINITY;
    return first;
  }
}

function siftDown(heap: PendingTimer[], timer: PendingTimer): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
    if (!isBefore(heap[child]!, timer)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = timer;
}

function isBefore(a: PendingTimer, b: PendingTimer): boolean {
  return a.deadline < b.deadline || (a.deadline === b.deadline && a.order < b.order);
}
